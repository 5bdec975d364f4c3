"""Files in, articles out: decoding, cleaning and metadata of .txt, .md, .html, .pdf and .docx files."""

from index.reading.article import read_article
from index.reading.files import SUFFIXES, FoundFiles, find_files
from index.reading.limits import MAX_FILE_BYTES

__all__ = ["MAX_FILE_BYTES", "SUFFIXES", "FoundFiles", "find_files", "read_article"]
