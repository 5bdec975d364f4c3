"""PDF: text of the pages without running heads and page numbers, broken lines joined to paragraphs."""

import io
import logging
import re
import time
from collections import Counter
from typing import Any

import pypdf
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from index.errors import ArticleError
from index.reading.characters import normalise, one_line
from index.reading.limits import MAX_FILE_BYTES, check_length
from index.reading.lines import unwrap
from index.reading.types import Declared, Draft

MAX_PDF_PAGES = 500
"""More pages than any report of a commune or district; a longer file should be split to be cited usefully."""
MAX_PDF_SECONDS = 60.0
"""A page takes 5 to 50 ms; only a file made to be slow takes longer than this for its pages together."""

# On top of pypdf's own limits on pages, depths and tokens: what a stream may unpack to, pictures apart.
_LIMITS: dict[str, Any] = dict.fromkeys(
    (
        "array_based_stream_maximum_output_length", "brotli_maximum_output_length", "lzw_maximum_output_length",
        "run_length_maximum_output_length", "zlib_maximum_output_length",
    ), MAX_FILE_BYTES,
)  | {"stream_decoding_work_maximum_length": 2 * MAX_FILE_BYTES}  # fmt: skip
_TOO_COMPLEX = "PDF quá phức tạp, đọc quá lâu hoặc bung ra quá lớn; hãy xuất lại hoặc tách nhỏ."
_EDGE_LINES = 2
_REPEATED_SHARE = 0.5
_PAGE_NUMBER = re.compile(r"\W*(?:trang|page)?\W*\d{1,4}(?:\s*(?:/|of|trên)\s*\d{1,4})?\W*", re.IGNORECASE)
_DIGITS = re.compile(r"\d+")
_HYPHENATED = re.compile(r"(?<=[a-z]{2})-\n(?=[a-z]{2})")
_TITLE_LINES = 5


def read_pdf(data: bytes) -> Draft:
    """Returns the lines of a PDF, broken ones joined, and the title and author of its document information.

    Args:
        data: The file's bytes.

    Raises:
        ArticleError: The file is damaged, locked, too long, or a scan without text.
    """
    # Reports on every oddity of every file; what matters of it comes as an exception.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        with pypdf.apply_configuration(**_LIMITS):
            pages, title, author = _pages(data)
    except (ArticleError, MemoryError):
        raise
    except (FileNotDecryptedError, DependencyError):
        raise ArticleError("PDF bị khóa bằng mật khẩu; hãy mở khóa rồi lưu lại.") from None
    except LimitReachedError as error:
        raise ArticleError(_TOO_COMPLEX) from error
    except Exception as error:  # pypdf raises whatever the broken bytes provoke; all of it means one thing
        raise ArticleError("PDF bị hỏng, không đọc được; hãy tải hoặc xuất lại tệp.") from error
    if not any(pages):
        raise ArticleError("PDF không có chữ (có lẽ là bản quét ảnh); hãy nhận dạng chữ (OCR) trước.")
    headline, lines = _split_title([line for page in _without_running_lines(pages) for line in page], title)
    text = "\n\n".join([*headline, *unwrap(lines)])
    return Draft(text.split("\n"), declared=Declared(title=title, author=author))


def _pages(data: bytes) -> tuple[list[list[str]], str, str]:
    reader = pypdf.PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise FileNotDecryptedError
    if len(reader.pages) > MAX_PDF_PAGES:
        raise ArticleError(f"PDF dài {len(reader.pages)} trang, quá giới hạn {MAX_PDF_PAGES} trang; hãy tách nhỏ.")
    deadline = time.monotonic() + MAX_PDF_SECONDS

    def check_time(*_: object) -> None:
        """At every step within a page: one may draw another text thousands of times."""
        if time.monotonic() > deadline:
            raise ArticleError(_TOO_COMPLEX)

    pages: list[list[str]] = []
    characters = 0
    for page in reader.pages:
        check_time()
        text = page.extract_text(visitor_operand_before=check_time)
        check_time()  # pypdf goes on after a part of a page that raised
        characters += len(text)
        check_length(characters)
        text = _HYPHENATED.sub("", normalise(text))
        pages.append([line for line in text.split("\n") if line])
    information = reader.metadata
    title, author = (information.title, information.author) if information else (None, None)
    return pages, one_line(title or ""), one_line(author or "")


def _without_running_lines(pages: list[list[str]]) -> list[list[str]]:
    """Drops page numbers, and lines at the edge of most pages after their first occurrence."""
    pages = [_without_page_number(page) for page in pages]
    edges = Counter(
        mask for page in pages for mask in {_mask(line) for line in (*page[:_EDGE_LINES], *page[-_EDGE_LINES:])}
    )
    running = {mask for mask, count in edges.items() if count >= max(3, _REPEATED_SHARE * len(pages))}
    seen: set[str] = set()
    kept: list[list[str]] = []
    for page in pages:
        edge = {*range(_EDGE_LINES), *range(len(page) - _EDGE_LINES, len(page))}
        lines = []
        for place, line in enumerate(page):
            mask = _mask(line)
            if place not in edge or mask not in running or mask not in seen:
                lines.append(line)
                seen.add(mask)
        kept.append(lines)
    return kept


def _without_page_number(page: list[str]) -> list[str]:
    if page and _PAGE_NUMBER.fullmatch(page[-1]):
        return page[:-1]
    return page[1:] if page and _PAGE_NUMBER.fullmatch(page[0]) else page


def _mask(line: str) -> str:
    return _DIGITS.sub("0", line).casefold()


def _split_title(lines: list[str], title: str) -> tuple[list[str], list[str]]:
    # Large type breaks a headline into short lines that end nowhere; the document's title knows it whole.
    for count in range(1, min(_TITLE_LINES, len(lines)) + 1):
        if title and " ".join(lines[:count]).casefold() == title.casefold():
            return [" ".join(lines[:count])], lines[count:]
    return [], lines
