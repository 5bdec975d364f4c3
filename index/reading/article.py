"""One file to one article."""

import gzip
import hashlib
import io
import os
import re
import stat
import zlib
from pathlib import Path

from index.errors import ArticleError
from index.reading.clean import clean_scraped
from index.reading.composed import one_line
from index.reading.decode import decode
from index.reading.edges import Value
from index.reading.html import read_html
from index.reading.limits import MAX_FILE_BYTES, check_length
from index.reading.markdown import read_markdown
from index.reading.metadata import Metadata, find_metadata
from index.reading.pdf import read_pdf
from index.reading.shape import is_office
from index.reading.word import read_docx
from index.types import Article

TEXT_SUFFIXES = (".txt", ".md", ".html", ".htm", ".html.gz", ".htm.gz")
SUFFIXES = (*TEXT_SUFFIXES, ".pdf", ".docx")

_EMPTY = "không có nội dung chữ nào."


def read_article(path: Path) -> Article:
    """Reads a file as an article.

    Args:
        path: A file of one of the types in :data:`SUFFIXES`.

    Raises:
        ArticleError: The file is not there, not readable, too large, of another type, damaged, empty or not
            an article. The message is one Vietnamese line that begins with the file's name.
    """
    try:
        text, metadata = _read(_load(path), suffix_of(path))
        return _article(path, text, metadata)
    except ArticleError as error:
        raise ArticleError(f"{shown(path)}: {error}") from error.__cause__


def suffix_of(path: Path) -> str:
    """The file's type as one of :data:`SUFFIXES`.

    Raises:
        ArticleError: It is of none of them.
    """
    name = path.name.casefold()
    found = max((suffix for suffix in SUFFIXES if name.endswith(suffix)), key=len, default="")
    if not found:
        known = ", ".join(SUFFIXES)
        raise ArticleError(f"loại tệp này chưa được hỗ trợ; hãy chuyển sang một trong các loại {known}.")
    return found


def shown(path: Path) -> str:
    """The path as it is named in messages: one line whatever its name holds."""
    return one_line(re.sub(r"\s", " ", str(path)).encode("utf-8", "replace").decode("utf-8")) or "?"


def _load(path: Path) -> bytes:
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            information = os.fstat(file.fileno())
            if not stat.S_ISREG(information.st_mode):
                raise ArticleError("không phải tệp thường; hãy chép ra một tệp.")
            if information.st_size > MAX_FILE_BYTES:
                raise ArticleError(_too_large(information.st_size))
            data = file.read(MAX_FILE_BYTES + 1)
    except IsADirectoryError:
        raise ArticleError("là thư mục, không phải tệp.") from None
    except FileNotFoundError:
        raise ArticleError("không tìm thấy tệp; hãy kiểm tra lại đường dẫn.") from None
    except PermissionError:
        raise ArticleError("không có quyền đọc tệp; hãy cấp quyền rồi thử lại.") from None
    except (
        OSError,
        ValueError,
    ) as error:  # too long a name, a loop of links, a NUL in the name, a failing disk
        raise ArticleError("không đọc được tệp; hãy kiểm tra lại đường dẫn và ổ đĩa.") from error
    if len(data) > MAX_FILE_BYTES:
        raise ArticleError(_too_large(len(data)))
    if not data:
        raise ArticleError("tệp rỗng.")
    return data


def _without_waiting(path: str, flags: int) -> int:
    # A named pipe without a writer would hold up the opening for good. Windows has none and knows no such flag.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _too_large(size: int) -> str:
    megabyte = 1024 * 1024
    return f"tệp quá lớn ({size / megabyte:.1f} MB, giới hạn {MAX_FILE_BYTES // megabyte} MB); hãy tách nhỏ."


def _read(data: bytes, suffix: str) -> tuple[str, Metadata]:
    if suffix in (".pdf", ".docx"):
        text, title, author = read_pdf(data) if suffix == ".pdf" else read_docx(data)
        return text, _completed(find_metadata(text), title, author)
    if suffix.endswith(".gz"):
        data = _unpacked(data)
    decoded = decode(data, page="htm" in suffix)
    if not decoded.strip():
        raise ArticleError(_EMPTY)
    if "htm" in suffix:
        return read_html(decoded)
    check_length(len(decoded))
    if suffix == ".md":
        return read_markdown(decoded)
    text = clean_scraped(decoded)
    return text, find_metadata(text)


def _completed(metadata: Metadata, title: str, author: str) -> Metadata:
    """Fills in what only the document's properties state; they are not in the text, so they have no span."""
    values = dict(metadata.values)
    for name, words in (("title", title), ("source" if is_office(author) else "author", author)):
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
