"""Word documents."""

import io
from pathlib import Path

import docx
import pytest
from reading_samples import BODY, LEAD, TITLE, quoted, read

from index.errors import ArticleError


def word(**properties: str) -> bytes:
    document = docx.Document()
    document.add_heading(TITLE, 0)
    document.add_paragraph("Đồng Mây, ngày 15 tháng 12 năm 2022")
    document.add_paragraph(LEAD)
    document.add_heading("Chia sẻ", 1)
    table = document.add_table(2, 2)
    for place, words in enumerate(("Xã", "Số hộ", "Tân Phú", "96")):
        table.cell(place // 2, place % 2).text = words
    document.add_paragraph("Việc thứ nhất", style="List Bullet")
    document.add_paragraph(BODY)
    for name, value in properties.items():
        setattr(document.core_properties, name, value)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_word_paragraphs_headings_and_tables_in_order(tmp_path: Path) -> None:
    article = read(tmp_path, "bai.docx", word(title="Khác", author="Lê Hằng"))
    date_line = "Đồng Mây, ngày 15 tháng 12 năm 2022"
    assert article.text == (
        f"{TITLE}\n\n{date_line}\n\n{LEAD}\n\nChia sẻ\n\nXã | Số hộ\nTân Phú | 96\n\n- Việc thứ nhất\n\n{BODY}"
    )
    assert (article.title, quoted(article, "title")) == (TITLE, TITLE)
    assert (article.author, quoted(article, "author")) == ("Lê Hằng", None)
    assert (article.published and article.published.isoformat()) == "2022-12-15"
    assert read(tmp_path, "may.docx", word(author="python-docx")).author is None


def test_cut_word_documents(tmp_path: Path) -> None:
    good = word()
    for size in range(1, len(good), len(good) // 12):
        with pytest.raises(ArticleError, match=r"cut\.docx: tài liệu Word bị hỏng"):
            read(tmp_path, "cut.docx", good[:size])
