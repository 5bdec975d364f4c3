"""Files made to exhaust the machine or to read others: each is read or refused in seconds, under a limit on memory."""

import gzip
import itertools
import json
import os
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from samples import PAGE, PARAGRAPH, SHOWN, drawn, form, pdf, stream, word, words

from index.errors import ArticleError
from index.reading import find_files, read_article
from index.reading.limits import MAX_TEXT_CHARACTERS

SECONDS = 20.0
MEMORY_BYTES = 1500 * 1024 * 1024
SECRET = "mật khẩu của người khác"

CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
LAUGHS = "abcdefghij"
ENTITIES = '<!ENTITY a "haha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in itertools.pairwise(LAUGHS)
)
NESTED_FORMS = [form(b"/X%d Do " % (n + 1) * 10, b"/XObject << /X%d %d 0 R >>" % (n + 1, n + 7)) for n in range(12)]


Hostile = Iterator[tuple[str, bytes | str, str]]
"""Names, contents, and words of what must be said of each: of the article, or of the error."""


def documents(secret: Path) -> Hostile:
    """Word: bombs by size, by elements, by a false size, by another packing, by entities; files outside."""
    yield "bytes.docx", word(words("chữ " * 5_000_000)), "bung ra quá lớn"
    yield "elements.docx", word("<w:p/>" * 1_500_000), "bung ra quá lớn"
    yield "understated.docx", word("<w:p/>" * 8_000_000, size=1000), "Word bị hỏng"
    yield "bzip2.docx", word(method=zipfile.ZIP_BZIP2), "Word bị hỏng"
    yield "lzma.docx", word(method=zipfile.ZIP_LZMA), "Word bị hỏng"
    yield "entries.docx", word(more=3_000), "article: Sáng nay"
    yield "text.docx", word(words(PARAGRAPH) * 30_000), "quá dài"
    yield "depth.docx", word("<w:sdt>" * 100_000 + "</w:sdt>" * 100_000), "Word bị hỏng"
    yield "tables.docx", word("<w:tbl><w:tr><w:tc>" * 60 + words("a") + "</w:tc></w:tr></w:tbl>" * 60), "article: a"
    yield (
        "boxes.docx",
        word("<w:p><w:r><w:txbxContent>" * 60 + words(PARAGRAPH) + "</w:txbxContent></w:r></w:p>" * 60),
        ("article: Sáng"),
    )
    yield "laughs.docx", word(words("&j;"), f"<!DOCTYPE d [{ENTITIES}]>"), "Word bị hỏng"
    yield (
        "outside.docx",
        word(words(f"{PARAGRAPH} &x;"), f'<!DOCTYPE d [<!ENTITY x SYSTEM "file://{secret}">]>'),
        "article: Sáng",
    )


def pdfs() -> Hostile:
    """Bombs by stream, filters, steps, forms, pages; cycles."""
    yield "stream.pdf", drawn(stream(b"\n" * 100_000_000)), "PDF quá phức tạp"
    twice = zlib.compress(zlib.compress(b" " * 200_000_000, 1), 9)
    filters = b"<< /Length %d /Filter [/FlateDecode /FlateDecode] >>\nstream\n%b\nendstream" % (len(twice), twice)
    yield "filters.pdf", drawn(filters), "PDF quá phức tạp"
    yield "steps.pdf", drawn(stream(SHOWN + b"0 0 m " * 3_000_000)), "PDF quá phức tạp"
    yield "long.pdf", drawn(stream(SHOWN * 14_000), pages=5), "quá "
    forms = [form(SHOWN * 3_000, b"/Font << /F1 5 0 R >>")]
    yield "forms.pdf", drawn(stream(b"/X0 Do " * 5_000), *forms, forms=b"/X0 6 0 R"), "PDF quá phức tạp"
    yield "nested.pdf", drawn(stream(b"/X0 Do "), *NESTED_FORMS, form(SHOWN), forms=b"/X0 6 0 R"), "PDF"
    yield (
        "itself.pdf",
        drawn(stream(b"/X0 Do"), form(b"/X0 Do /X0 Do", b"/XObject << /X0 6 0 R >>"), forms=b"/X0 6 0 R"),
        "PDF",
    )
    yield "pages.pdf", drawn(stream(SHOWN), pages=900), "PDF dài 900 trang"
    yield "count.pdf", pdf(CATALOG, b"<< /Type /Pages /Kids [] /Count 2000000000 >>"), "PDF"
    yield "cycle.pdf", pdf(CATALOG, b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 >>"), "PDF"
    yield "each-other.pdf", pdf(b"2 0 R", b"1 0 R"), "PDF bị hỏng"
    yield "previous.pdf", pdf(CATALOG, b"<< /Type /Pages /Kids [] /Count 0 >>", trailer=b"/Prev 9"), "PDF"
    yield "brackets.pdf", pdf(CATALOG + b"[" * 100_000, b"<< >>"), "PDF"


def pages(secret: Path) -> Hostile:
    """Web pages: deep, wide, many small, one large; entities; a bomb in gzip."""
    yield "deep.html", "<div>" * 100_000 + PAGE, "trang quá dài"
    yield "deep-enough.html", "<div>" * 40_000 + PAGE, "không phải trang bài viết"
    yield "tags.html", "<b></b>" * 2_000_000 + PAGE, "trang quá dài"
    yield "attributes.html", f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>{PAGE}", "trang quá dài"
    yield "attribute.html", f'<p class="{"a" * 5_000_000}">{PAGE}', "quá dài"
    yield "line.html", f"<p>{'chữ' * 2_000_000}</p>{PAGE}", "quá dài"
    yield "json.html", f'<script type="application/ld+json">{"[" * 1_000_000}</script>{PAGE}', "article: Đồng Mây"
    yield "laughs.html", f"<!DOCTYPE d [{ENTITIES}]>{PAGE}&j;", "article: Đồng Mây"
    yield "outside.html", PAGE.replace("<ul>", f'<iframe src="file://{secret}"></iframe><ul>'), "article: Đồng Mây"
    yield "bomb.html.gz", gzip.compress(b"<p>" + b"a" * 60_000_000, 6), "giải nén quá lớn"


def texts() -> Hostile:
    """Too long, without spaces, without ends, invisible, half characters, not marked encodings."""
    yield "long.txt", PARAGRAPH * 50_000, "quá dài"
    yield "word.txt", "a" * MAX_TEXT_CHARACTERS, "article: aaa"
    yield "marks.txt", "a" + "\u0301\u0323" * 500_000, "article: "
    yield "unseen.txt", "\u202e\u200b" * 500_000 + "chữ", "article: chữ"
    yield "surrogates.txt", "chữ \ud800 thường".encode("utf-8", "surrogatepass") * 30, "nhị phân"
    yield "zeros.txt", b"chu\0" * 100_000, "article: "
    yield "utf16.txt", PARAGRAPH.encode("utf-16-be"), f"article: {PARAGRAPH}"
    yield "utf32.txt", PARAGRAPH.encode("utf-32-le"), "nhị phân"
    yield "brackets.md", "[" * 1_000_000, "article: ["
    yield "links.md", ("[a](" * 4_900 + "\n") * 20, "article: "
    yield "front.md", "---\n" + "a: b\n" * 300_000 + "---\nchữ", "article: chữ"


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[float, str, str]]:
    """For each file the seconds it took, what came of it, and what should have."""
    secret = tmp_path_factory.mktemp("other") / "secret.txt"
    secret.write_text(SECRET, encoding="utf-8")
    folder = tmp_path_factory.mktemp("hostile")
    expected: dict[str, str] = {}
    for name, content, words_ in itertools.chain(documents(secret), pdfs(), pages(secret), texts()):
        (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
        expected[name] = words_
    script = Path(__file__).parent / "read_folder.py"
    done = subprocess.run(
        [sys.executable, "-P", script, folder, str(MEMORY_BYTES)], capture_output=True, text=True, timeout=600,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return {name: (seconds, result, expected[name]) for name, seconds, result in rows}


@pytest.mark.slow
def test_every_file_is_read_or_refused_within_its_limits(said: dict[str, tuple[float, str, str]]) -> None:
    slow = {name: seconds for name, (seconds, _, _) in said.items() if seconds > SECONDS}
    unexpected = {name: result for name, (_, result, expected) in said.items() if expected not in result}
    assert (slow, unexpected) == ({}, {})


@pytest.mark.slow
def test_no_other_file_is_read(said: dict[str, tuple[float, str, str]]) -> None:
    assert all(SECRET not in result for _, result, _ in said.values())


def test_a_folder_is_not_left_and_nothing_waits(tmp_path: Path) -> None:
    """Links out of the folder, loops, pipes, devices, and names that nobody could type."""
    (tmp_path / "kin.txt").write_text(SECRET, encoding="utf-8")
    folder = tmp_path / "kho"
    (folder / "trong").mkdir(parents=True)
    (folder / "bai.txt").write_text(PARAGRAPH, encoding="utf-8")
    (folder / "trong" / "cung.txt").symlink_to("../bai.txt")
    (folder / "ra.txt").symlink_to("../kin.txt")
    (folder / "ra").symlink_to(tmp_path, target_is_directory=True)
    (folder / "vong").symlink_to(folder, target_is_directory=True)
    (folder / "chinh-no.txt").symlink_to("chinh-no.txt")
    (folder / "zero.txt").symlink_to("/dev/zero")
    os.mkfifo(folder / "ong.txt")
    (folder / "hai\ndòng.txt").write_text("một", encoding="utf-8")
    Path(os.fsdecode(bytes(folder) + b"/\xff\xfe.txt")).write_text("hai", encoding="utf-8")
    found = find_files([folder])
    lines = [str(error) for error in found.errors]
    texts = []
    for path in found.files:
        try:
            texts.append(read_article(path).text)
        except ArticleError as error:
            lines.append(str(error))
    assert sorted(texts) == sorted([PARAGRAPH, "một", "hai"])
    assert sum("ra ngoài thư mục" in line for line in lines) == 3  # ra.txt, ra/, zero.txt
    assert len(lines) == 5 and all("\n" not in line and SECRET not in line for line in lines)


def test_a_pipe_put_in_the_place_of_a_file_does_not_hold_up_the_reader(tmp_path: Path) -> None:
    pipe = tmp_path / "ong.txt"
    os.mkfifo(pipe)
    with pytest.raises(ArticleError, match="không phải tệp thường"):
        read_article(pipe)
