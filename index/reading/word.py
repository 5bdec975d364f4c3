"""Word documents: paragraphs, headings and tables in document order."""

import io
import zipfile
from collections.abc import Iterator

import docx
from docx.oxml.ns import qn
from lxml import etree

from index.errors import ArticleError
from index.reading.characters import one_line
from index.reading.limits import MAX_FILE_BYTES, check_length
from index.reading.types import Declared, Draft

MAX_ELEMENTS = 1_000_000
"""Of the document's XML, its closing tags counted too: a page of text takes about a thousand."""
_TOO_LARGE = "tài liệu Word bung ra quá lớn; hãy tách nhỏ."
_BROKEN = "tài liệu Word bị hỏng, không đọc được; hãy mở và lưu lại dạng .docx."
_DESCENT_LIMIT = 200  # boxes in tables in boxes; deeper is damage

_PARAGRAPH, _TABLE, _ROW, _CELL = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _TAB, _BREAKS, _HYPHEN = qn("w:t"), qn("w:tab"), (qn("w:br"), qn("w:cr")), qn("w:noBreakHyphen")
_PROPERTIES, _STYLE, _NUMBERED, _VALUE = qn("w:pPr"), qn("w:pStyle"), qn("w:numPr"), qn("w:val")
_BOX = qn("w:txbxContent")
# Deleted text, field codes, and the second copy of drawings kept for old versions of Word.
_SKIPPED = frozenset(
    {
        qn("w:del"),
        qn("w:moveFrom"),
        qn("w:instrText"),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)


def read_docx(data: bytes) -> Draft:
    """Returns the lines of a Word document and the title and author of its properties.

    Args:
        data: The file's bytes.

    Raises:
        ArticleError: The file is damaged, or more than :data:`MAX_FILE_BYTES` of XML or :data:`MAX_ELEMENTS`.
    """
    try:
        document = docx.Document(_bounded(data))
        protected: set[str] = set()
        lines = list(_lines(document.element.body, protected, 0))
        title, author = document.core_properties.title, document.core_properties.author
    except (ArticleError, MemoryError):
        raise
    except Exception as error:  # python-docx raises KeyError, ValueError, zlib.error ... as the damage has it
        raise ArticleError(_BROKEN) from error
    check_length(sum(map(len, lines)) + len(lines))
    declared = Declared(title=one_line(title or ""), author=_person(one_line(author or "")))
    return Draft(lines, frozenset(protected), declared)


def _bounded(data: bytes) -> io.BytesIO:
    """The document packed anew: its XML, unpacked piece by piece up to the limit, and empty pictures.

    python-docx unpacks every part in one go. What the archive says of their sizes may be a lie.
    """
    bounded = io.BytesIO()
    left = MAX_FILE_BYTES
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(bounded, "w") as packed:
        for entry in archive.infolist():
            if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                raise ArticleError(_BROKEN)  # not allowed in such files, and unpacked without bounds by zipfile
            content = b""
            if entry.filename.endswith((".xml", ".rels")):
                with archive.open(entry) as part:
                    content = part.read(left + 1)
            left -= len(content)
            if left < 0 or content.count(b"<") > MAX_ELEMENTS:
                raise ArticleError(_TOO_LARGE)
            packed.writestr(entry.filename, content)
    bounded.seek(0)
    return bounded


def _lines(parent: etree._Element, protected: set[str], depth: int) -> Iterator[str]:
    if depth > _DESCENT_LIMIT:
        return
    for element in parent:
        if element.tag == _PARAGRAPH:
            yield from _paragraph(element, protected, depth)
            yield ""
        elif element.tag == _TABLE:
            for row in element.iter(_ROW):
                if _nearest_table(row) is element:
                    line = _row(row)
                    protected.add(line)
                    yield line
            yield ""
        elif element.tag not in _SKIPPED:  # content controls, insertions and the like hold paragraphs too
            yield from _lines(element, protected, depth + 1)


def _paragraph(paragraph: etree._Element, protected: set[str], depth: int) -> Iterator[str]:
    words = "".join(_words(paragraph, depth))
    style = paragraph.find(f"{_PROPERTIES}/{_STYLE}")
    numbered = paragraph.find(f"{_PROPERTIES}/{_NUMBERED}") is not None
    name = "" if style is None else (style.get(_VALUE) or "").casefold()
    for place, line in enumerate(words.split("\n")):
        line = one_line(line)
        if line and name.startswith(("heading", "title")):
            protected.add(line)
        elif line and not place and (numbered or name.startswith("list")):
            line = f"- {line}"
        yield line
    for box in paragraph.iter(_BOX):
        # A box in a box is read with the paragraph that it stands in, not once more with every one around that.
        own = next(box.iterancestors(_PARAGRAPH), None) is paragraph
        if own and not any(ancestor.tag in _SKIPPED for ancestor in box.iterancestors()):
            yield from _lines(box, protected, depth + 1)


def _words(element: etree._Element, depth: int) -> Iterator[str]:
    if depth > _DESCENT_LIMIT:
        return
    for child in element:
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag == _TAB:
            yield " "
        elif child.tag in _BREAKS:
            yield "\n"
        elif child.tag == _HYPHEN:
            yield "-"
        elif child.tag not in _SKIPPED and child.tag not in (_BOX, _PROPERTIES):
            yield from _words(child, depth + 1)


def _row(row: etree._Element) -> str:
    own = [cell for cell in row.iter(_CELL) if next(cell.iterancestors(_ROW), None) is row]
    cells = (one_line(" ".join("".join(_words(paragraph, 0)) for paragraph in cell.iter(_PARAGRAPH))) for cell in own)
    return " | ".join(cells).strip()


def _nearest_table(row: etree._Element) -> etree._Element | None:
    return next(row.iterancestors(_TABLE), None)


def _person(author: str) -> str:
    # Programs fill the author's property with their own or the account's name.
    return (
        ""
        if author.casefold() in ("python-docx", "admin", "administrator", "user", "microsoft", "windows user", "pc")
        else author
    )
