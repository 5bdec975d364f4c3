"""Small valid files of every format, and the parts that hostile ones are built of. Nothing binary is committed."""

import gzip
import io
import zipfile
import zlib

import docx

PARAGRAPH = "Sáng nay, UBND xã Đồng Mây tổ chức hội nghị sơ kết công tác cải cách hành chính sáu tháng đầu năm."
PAGE = (
    "<!doctype html><html><head><meta charset=utf-8><title>Đồng Mây sơ kết</title>"
    '<script type="application/ld+json">{"@type":"NewsArticle","headline":"Đồng Mây sơ kết",'
    '"author":"Lê Hằng"}</script>'
    '<meta property="og:site_name" content="Báo Đồng Quê"></head><body><nav><a href="/">Trang chủ</a></nav><article>'
    f"<h1>Đồng Mây sơ kết</h1><p>{PARAGRAPH}</p><ul><li>Có 5 xã</li></ul><table><tr><td>Xã</td><td>Hộ</td></tr>"
    f"<tr><td>Tân Phú</td><td>96</td></tr></table><p>{PARAGRAPH}<br>Ảnh: An</p></article></body></html>"
)
MARKDOWN = (
    "---\ntitle: Đồng Mây sơ kết\nauthor: Lê Hằng\ndate: 2024-05-14\ntags:\n  - xã\n---\n# Đồng Mây *sơ kết*\n\n"
    f'{PARAGRAPH} [bài](http://a.vn/b "c") `mã` ![ảnh](a.jpg)\n\n> trích\n\n| Xã | Hộ |\n|---|---|\n| A | 9 |\n'
)
TEXT = (
    f"Trang chủ\nĐồng Mây sơ kết\n14/05/2024 08:15\n\n{PARAGRAPH}\n\n{PARAGRAPH}\n\nTin liên quan\nBài khác\n\nLê Hằng"
)

_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_SHOW = b"BT /F1 12 Tf 10 10 Td (Xin chao ba con trong xa, hom nay hop thon.) Tj ET\n"


def word(body: str = "", doctype: str = "", more: int = 0, size: int | None = None, method: int = 8) -> bytes:
    """A Word document around the XML of a body.

    Args:
        body: What stands in w:body; the sample's paragraph, table and box when empty.
        doctype: What precedes the document element.
        more: Entries besides those that a document has.
        size: What the archive says the document unpacks to, in place of the truth.
        method: How the document's part is packed.
    """
    made = io.BytesIO()
    docx.Document().save(made)
    document = f'<?xml version="1.0"?>{doctype}<w:document {_WORD}><w:body>{body or WORD_BODY}</w:body></w:document>'
    packed = io.BytesIO()
    with zipfile.ZipFile(made) as parts, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            if name == "word/document.xml":
                archive.writestr(name, document, method)
            else:
                archive.writestr(name, parts.read(name))
        for number in range(more):
            archive.writestr(f"x/{number}.xml", b"")
    data = packed.getvalue()
    return data if size is None else _understated(data, size)


def _understated(data: bytes, size: int) -> bytes:
    """The archive with another unpacked size of word/document.xml in its directory."""
    at = data.rindex(b"word/document.xml") - 46  # the directory's entry: its name stands 46 bytes in
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + size.to_bytes(4, "little") + data[at + 28 :]


def words(text: str) -> str:
    """A paragraph in a Word document's XML."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


WORD_BODY = (
    f"{words(PARAGRAPH)}<w:tbl><w:tr><w:tc>{words('a')}</w:tc><w:tc>{words('b')}</w:tc></w:tr></w:tbl>"
    f"<w:p><w:r><w:txbxContent>{words('hộp')}</w:txbxContent></w:r></w:p>"
)


def pdf(*objects: bytes, trailer: bytes = b"") -> bytes:
    """A PDF of objects numbered from 1; the first is its catalogue."""
    written, places = b"%PDF-1.7\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return written + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<< /Root 1 0 R /Size %d %b >>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, trailer, len(written))
    )


def stream(content: bytes, entries: bytes = b"", packed: bool = True) -> bytes:
    """A stream object."""
    data = zlib.compress(content, 9) if packed else content
    return b"<< /Length %d %b %b >>\nstream\n%b\nendstream" % (
        len(data), b"/Filter /FlateDecode" if packed else b"", entries, data,
    )  # fmt: skip


def drawn(content: bytes, *more: bytes, forms: bytes = b"", pages: int = 1) -> bytes:
    """A PDF whose pages all draw one content (object 4), with font F1 (5), forms and further objects (6 …)."""
    page = (
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R "
        b"/Resources << /Font << /F1 5 0 R >> /XObject << %b >> >> >>" % forms
    )
    kids = b"<< /Type /Pages /Kids [%b] /Count %d >>" % (b"3 0 R " * pages, pages)
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
    return pdf(b"<< /Type /Catalog /Pages 2 0 R >>", kids, page, content, font, *more)


def form(content: bytes, resources: bytes = b"") -> bytes:
    """A form: content that pages and other forms draw by name."""
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << %b >>" % resources)


SHOWN = _SHOW
SAMPLES = {
    ".txt": TEXT.encode(),
    ".md": MARKDOWN.encode(),
    ".html": PAGE.encode(),
    ".htm": PAGE.encode("utf-16"),
    ".html.gz": gzip.compress(PAGE.encode(), mtime=0),
    ".htm.gz": gzip.compress(PAGE.encode(), mtime=0),
    ".pdf": drawn(stream(_SHOW * 3 + b"/X0 Do", packed=False), form(_SHOW), forms=b"/X0 6 0 R", pages=2),
    ".docx": word(),
}
