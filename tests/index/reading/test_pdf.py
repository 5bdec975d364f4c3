"""PDF files, made by hand so that their pages are known to the letter."""

import io
from pathlib import Path

import pypdf
import pytest
from reading_samples import BODY, END, LEAD, TITLE, quoted, read

from index.errors import ArticleError


def pdf(pages: list[list[str]], title: str = "") -> bytes:
    """A PDF whose pages hold lines of text in a font that can spell anything."""
    codes = {
        character: place
        for place, character in enumerate(sorted({c for lines in pages for line in lines for c in line}), 1)
    }
    spelled = "\n".join(f"<{code:04x}> <{ord(character):04x}>" for character, code in codes.items())
    unicode_map = (
        f"begincmap\n1 begincodespacerange <0000> <ffff> endcodespacerange\n{len(codes)} "
        f"beginbfchar\n{spelled}\nendbfchar\nendcmap"
    )
    kids = " ".join(f"{6 + 2 * place} 0 R" for place in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type0/BaseFont/F/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/F/DW 500/CIDSystemInfo<</Registry(A)/Ordering(I)/Supplement 0>>>>",
        f"<</Length {len(unicode_map)}>>stream\n{unicode_map}\nendstream".encode(),
    ]
    for place, lines in enumerate(pages):
        shown = "".join(f"<{''.join(f'{codes[character]:04x}' for character in line)}> Tj 0 -14 Td\n" for line in lines)
        content = f"BT /F 12 Tf 50 800 Td\n{shown}ET"
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (7 + 2 * place)
        )
        objects.append(f"<</Length {len(content)}>>stream\n{content}\nendstream".encode())
    objects.append(b"<</Title<" + (b"\xfe\xff" + title.encode("utf-16-be")).hex().encode() + b">>>")
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        offsets.append(len(data))
        data += b"%d 0 obj" % number + body + b"endobj\n"
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>" % (len(objects) + 1, len(objects))
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
        + table
        + trailer
        + b"\nstartxref\n%d\n%%%%EOF" % len(data)
    )


def wrapped(text: str, width: int = 70) -> list[str]:
    lines, line = [], ""
    for word in text.split():
        if len(line) + len(word) >= width:
            lines.append(line)
            line = ""
        line = f"{line} {word}".strip()
    return [*lines, line]


def test_pdf_lines_become_paragraphs_without_running_heads(tmp_path: Path) -> None:
    texts = [f"{LEAD} {BODY}", f"{BODY} {END}", f"{END} {LEAD}"]
    pages = [["Bản tin số 5", *wrapped(text), f"Trang {number}/3"] for number, text in enumerate(texts, 1)]
    pages[0][1:1] = [TITLE, "14/05/2024"]
    article = read(tmp_path, "bai.pdf", pdf(pages))
    assert (article.title, article.published and article.published.isoformat()) == (TITLE, "2024-05-14")
    assert article.text.count("Bản tin số 5") == 1
    assert "Trang" not in article.text
    for text in texts:
        assert " ".join(text.split()) in " ".join(article.text.split())
    assert LEAD in article.text


def test_the_title_of_a_pdf_is_joined_or_taken_from_its_properties(tmp_path: Path) -> None:
    long = "Kế hoạch phát triển giao thông nông thôn huyện Đồng Mây giai đoạn 2018 - 2020"
    article = read(tmp_path, "a.pdf", pdf([[*wrapped(long, 40), *wrapped(BODY)]], title=long))
    assert article.title == quoted(article, "title") == long
    article = read(tmp_path, "b.pdf", pdf([wrapped(BODY)], title=long))
    assert (article.title, quoted(article, "title")) == (long, None)


def test_pdfs_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ArticleError, match="PDF không có chữ"):
        read(tmp_path, "quet.pdf", pdf([[""]]))
    good = pdf([wrapped(BODY)])
    for size in range(20, len(good) - 20, 97):
        try:
            read(tmp_path, "cut.pdf", good[:size])
        except ArticleError as error:
            assert "cut.pdf: PDF" in str(error)
    locked = pypdf.PdfWriter(clone_from=io.BytesIO(good))
    locked.encrypt("mật khẩu", algorithm="RC4-128")
    stream = io.BytesIO()
    locked.write(stream)
    with pytest.raises(ArticleError, match="mật khẩu"):
        read(tmp_path, "khoa.pdf", stream.getvalue())
    monkeypatch.setattr("index.reading.pdf.MAX_PDF_PAGES", 1)
    with pytest.raises(ArticleError, match="2 trang, quá giới hạn 1 trang"):
        read(tmp_path, "dai.pdf", pdf([[BODY], [END]]))
    monkeypatch.setattr("index.reading.pdf.MAX_PDF_SECONDS", -1.0)
    with pytest.raises(ArticleError, match="quá phức tạp"):
        read(tmp_path, "cham.pdf", good)
