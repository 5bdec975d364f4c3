"""Markdown."""

from pathlib import Path

from reading_samples import BODY, LEAD, TITLE, quoted, read

FRONT = (
    '---\ntitle: "Tiêu đề: có dấu hai chấm"\ndate: 2024-05-14\nauthor: Lê Hằng\nsource: Báo Đồng Quê # '
    "ghi chú\ntags: [a, b]\n---\n"
)


def test_front_matter_becomes_the_head(tmp_path: Path) -> None:
    article = read(tmp_path, "bai.md", f"{FRONT}\n{LEAD}\n\n{BODY}\n")
    assert article.text == (
        f"Tiêu đề: có dấu hai chấm\n\nNgày đăng: 14/05/2024 | Tác giả: Lê Hằng | Nguồn: Báo Đồng "
        f"Quê\n\n{LEAD}\n\n{BODY}"
    )
    assert quoted(article, "title") == article.title == "Tiêu đề: có dấu hai chấm"


def test_markdown_marks_go_and_words_stay(tmp_path: Path) -> None:
    text = (
        f"# {TITLE} #\n\n**Hỏi:** Làm ở đâu?\n\n> Trích *lời* ông [Nguyễn Văn An](http://a.vn/b_(c)) "
        f"nói `một cửa`.\n\n"
        f"## Chia sẻ\n\n{LEAD}\n{BODY}\n\n- [x] việc_đã_làm\n- việc \\*sao\\*\n\n| Xã | Hộ |\n|---|:-:|"
        f"\n| Tân Phú | 96 |\n\n"
        "![Một góc xã](a.jpg)\n\n```\nmã lệnh\n```\n\n<!-- ẩn -->H<sub>2</sub>O &amp; nước\n\n[1]: "
        "http://x.vn\n\n---\n\n"
        "[Trang trước](a) | [Trang sau](b)\n"
    )
    assert read(tmp_path, "bai.md", text).text == (
        f"{TITLE}\n\nHỏi: Làm ở đâu?\n\nTrích lời ông Nguyễn Văn An nói một cửa.\n\nChia sẻ\n\n{LEAD} "
        f"{BODY}\n\n"
        "- việc_đã_làm\n- việc *sao*\n\nXã | Hộ\nTân Phú | 96\n\nMột góc xã\n\nmã lệnh\n\nH2O & nước"
    )
