"""One file to one article: its bytes to the lines of its format, furniture out, title and byline found."""

import gzip
import hashlib
import io
import zlib
from pathlib import Path

from index.errors import ArticleError
from index.reading.characters import one_line
from index.reading.clean import clean_lines
from index.reading.compose import compose
from index.reading.decode import decode
from index.reading.files import load, shown, suffix_of
from index.reading.html import read_html
from index.reading.limits import MAX_FILE_BYTES, check_length
from index.reading.markdown import read_markdown
from index.reading.metadata import find_metadata
from index.reading.pdf import read_pdf
from index.reading.shape import is_office
from index.reading.text import read_text
from index.reading.types import Declared, Draft, Metadata, Value
from index.reading.word import read_docx
from index.types import Article

_EMPTY = "không có nội dung chữ nào."


def read_article(path: Path) -> Article:
    """Reads a file as an article.

    Args:
        path: A file of one of the types in :data:`index.reading.SUFFIXES`.

    Raises:
        ArticleError: The file is not there, not readable, too large, of another type, damaged, empty or not
            an article. The message is one Vietnamese line that begins with the file's name.
    """
    try:
        draft = _draft(load(path), suffix_of(path))
        text = clean_lines(draft.lines, draft.protected)
        if draft.shown:
            return _article(path, *compose(text, draft.declared))
        return _article(path, text, _completed(find_metadata(text), draft.declared))
    except ArticleError as error:
        raise ArticleError(f"{shown(path)}: {error}") from error.__cause__


def _draft(data: bytes, suffix: str) -> Draft:
    if suffix in (".pdf", ".docx"):
        return read_pdf(data) if suffix == ".pdf" else read_docx(data)
    if suffix.endswith(".gz"):
        data = _unpacked(data)
    decoded = decode(data, page="htm" in suffix)
    if not decoded.strip():
        raise ArticleError(_EMPTY)
    if "htm" in suffix:
        return read_html(decoded)
    check_length(len(decoded))
    return read_markdown(decoded) if suffix == ".md" else read_text(decoded)


def _completed(metadata: Metadata, declared: Declared) -> Metadata:
    """Fills in what only the document's properties state; they are not in the text, so they have no span."""
    values = dict(metadata.values)
    named = "source" if is_office(declared.author) else "author"
    for name, words in (("title", declared.title), (named, declared.author)):
        if words:
            values.setdefault(name, Value(words))
    return Metadata(values, metadata.day)


def _unpacked(data: bytes) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            unpacked = file.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise ArticleError("tệp nén .gz bị hỏng; hãy tải hoặc nén lại.") from None
    if len(unpacked) > MAX_FILE_BYTES:
        raise ArticleError(f"tệp giải nén quá lớn (hơn {MAX_FILE_BYTES // (1024 * 1024)} MB).")
    return unpacked


def _article(path: Path, text: str, metadata: Metadata) -> Article:
    if not text:
        raise ArticleError(_EMPTY)

    def words(name: str) -> str | None:
        return metadata.values[name].words if name in metadata.values else None

    stem = one_line(path.name[: -len(suffix_of(path))])
    return Article(
        id=hashlib.sha256(text.encode("utf-8")).hexdigest()[:12],
        title=words("title") or stem or shown(path),
        source=words("source"),
        author=words("author"),
        published=metadata.day,
        url=words("url"),
        text=text,
        path=str(path),
        spans={name: value.span for name, value in metadata.values.items() if value.span},
    )
