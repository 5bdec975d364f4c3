"""Bytes to text: byte order marks, UTF-16 without one, UTF-8, the old Windows code page for Vietnamese."""

import codecs
import re

from index.errors import ArticleError

# Order matters: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_STARTS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"PK\x03\x04", b"%PDF-", b"\x7fELF", b"\x1f\x8b", b"MZ\x90",
    b"BM\xff", b"RIFF", b"Rar!", b"7z\xbc\xaf", b"\xd0\xcf\x11\xe0", b"ID3", b"OggS", b"SQLite format 3",
)  # fmt: skip
_SAMPLE_BYTES = 64 * 1024
# ASCII letters, spaces and line ends make up about half of Vietnamese text, so UTF-16 has a zero in at least
# a fifth of the high bytes and next to none in the low ones.
_UTF16_ZERO_SHARE = 0.2
_UTF16_STRAY_SHARE = 0.02
# Text has no control characters besides line ends and tabs; a stray few survive copying from old systems.
_CONTROL_SHARE = 0.01
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# A UTF-8 file cut or damaged in a few places stays UTF-8: one bad sequence for twenty good ones at most.
_GOOD_PER_BAD = 20
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")

_DECLARED = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_HEAD_BYTES = 4096

_NOT_TEXT = "là tệp nhị phân, không phải văn bản; hãy chuyển sang .txt, .md, .html, .pdf hoặc .docx."


def decode(data: bytes, page: bool = False) -> str:
    """Returns the text that the bytes spell.

    Args:
        data: Content of a text file.
        page: Whether it is a web page, whose head may name its encoding.

    Raises:
        ArticleError: The bytes are not text.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _checked(data[len(mark) :].decode(encoding, errors="replace"))
    if data.startswith(_BINARY_STARTS):
        raise ArticleError(_NOT_TEXT)
    guess = _utf16_without_mark(data)
    if guess is not None:
        return _checked(data.decode(guess, errors="replace"))
    try:
        return _checked(data.decode("utf-8"))
    except UnicodeDecodeError:
        pass
    damaged = data.decode("utf-8", errors="replace")
    if len(_MULTIBYTE.findall(data)) >= _GOOD_PER_BAD * damaged.count("\ufffd"):
        return _checked(damaged.replace("\ufffd", ""))
    named = _DECLARED.search(data[:_HEAD_BYTES]) if page else None
    if named:
        try:
            return _checked(data.decode(named[1].decode("ascii")))
        except (LookupError, UnicodeError):
            pass  # an encoding that does not exist or does not fit
    # windows-1258 writes tone marks as separate characters; normalise() composes them later.
    return _checked(data.decode("cp1258", errors="replace"))


def _utf16_without_mark(data: bytes) -> str | None:
    sample = data[:_SAMPLE_BYTES]
    pairs = len(sample) // 2
    if pairs < 2:
        return None
    even, odd = sample[0 : 2 * pairs : 2].count(0) / pairs, sample[1 : 2 * pairs : 2].count(0) / pairs
    if odd >= _UTF16_ZERO_SHARE and even <= _UTF16_STRAY_SHARE:
        return "utf-16-le"
    if even >= _UTF16_ZERO_SHARE and odd <= _UTF16_STRAY_SHARE:
        return "utf-16-be"
    return None


def _checked(text: str) -> str:
    sample = text[:_SAMPLE_BYTES]
    strange = len(_CONTROLS.findall(sample)) + sample.count("\ufffd")
    if "\x00" in sample or strange > _CONTROL_SHARE * len(sample):
        raise ArticleError(_NOT_TEXT)
    return text.replace("\ufffd", "")
