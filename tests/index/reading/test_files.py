"""Finding files, opening them, decoding them: one clear line for everything that can go wrong."""

import codecs
import gzip
import os
import unicodedata
from pathlib import Path

import pytest

from index.errors import ArticleError
from index.reading import MAX_FILE_BYTES, find_files, read_article

TEXT = (
    "Đồng Mây sơ kết công tác cải cách hành chính\n\n"
    "Sáng nay, UBND xã Đồng Mây tổ chức hội nghị sơ kết công tác cải cách hành chính sáu tháng đầu năm.\n\n"
    "Ông Nguyễn Hữu Thọ cho biết xã đã giải quyết 1.204 hồ sơ, trong đó 98,5% đúng hạn.\n\nBài, ảnh: Lê Hằng"
)


def as_windows_1258(text: str) -> bytes:
    """Letters with tone marks as the old code page writes them: the vowel, then its mark."""
    written = []
    for character in text:
        try:
            written.append(character.encode("cp1258"))
        except UnicodeEncodeError:
            parts = unicodedata.normalize("NFD", character)
            tone = next(part for part in parts[1:] if part in "\u0300\u0301\u0303\u0309\u0323")
            base = unicodedata.normalize("NFC", parts.replace(tone, "", 1))
            written.append(base.encode("cp1258") + tone.encode("cp1258"))
    return b"".join(written)


ENCODINGS = {
    "utf-8": TEXT.encode(),
    "utf-8 with mark": codecs.BOM_UTF8 + TEXT.encode(),
    "utf-16 little-endian with mark": codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le"),
    "utf-16 big-endian with mark": codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be"),
    "utf-16 little-endian": TEXT.encode("utf-16-le"),
    "utf-16 big-endian": TEXT.encode("utf-16-be"),
    "utf-32 with mark": codecs.BOM_UTF32_LE + TEXT.encode("utf-32-le"),
    "windows-1258": as_windows_1258(TEXT),
    "decomposed": unicodedata.normalize("NFD", TEXT).encode(),
    "windows line ends": TEXT.replace("\n", "\r\n").encode(),
    "invisible characters": TEXT.replace(" ", " \u200b\u202a\u00ad").replace("xã", "\u00a0xã\t").encode(),
    "cut in the middle of a letter": TEXT.encode() + "ằ".encode()[:2],
}


@pytest.mark.parametrize("data", ENCODINGS.values(), ids=ENCODINGS.keys())
def test_encodings_give_the_same_article(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bai.txt"
    path.write_bytes(data)
    article = read_article(path)
    assert article.text == TEXT
    assert article.author == "Lê Hằng"


BROKEN = {
    "anh.txt": (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "nhị phân"),
    "so.txt": (bytes(range(256)) * 40, "nhị phân"),
    "rong.txt": (b"", "rỗng"),
    "trang.txt": (b" \n\t\n  \xc2\xa0 ", "không có nội dung"),
    "mark.txt": (codecs.BOM_UTF8, "không có nội dung"),
    "bai.xyz": (b"abc", "chưa được hỗ trợ"),
    "bai": (b"abc", "chưa được hỗ trợ"),
    "bai.doc": (b"\xd0\xcf\x11\xe0", "chưa được hỗ trợ"),
    "hong.pdf": (b"%PDF-1.7\nrubbish", "PDF bị hỏng"),
    "text.pdf": (b"hello", "PDF bị hỏng"),
    "hong.docx": (b"PK\x03\x04rubbish", "Word bị hỏng"),
    "hong.html.gz": (gzip.compress(b"<p>xin" * 900)[:30], ".gz bị hỏng"),
    "khong.html.gz": (b"<html>", ".gz bị hỏng"),
    "rong.html": (b"<html><body></body></html>", "không phải trang bài viết"),
    "rong.md": (b"---\ntitle:\n---\n", "không có nội dung"),
    "bom.html.gz": (gzip.compress(b"<p>" + b"a" * (MAX_FILE_BYTES + 1)), "giải nén quá lớn"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_give_one_line_that_names_them(tmp_path: Path, name: str) -> None:
    data, reason = BROKEN[name]
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(ArticleError, match=reason) as raised:
        read_article(path)
    assert name in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_file_over_the_limit_is_refused_without_reading_it(tmp_path: Path) -> None:
    path = tmp_path / "to.txt"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    with pytest.raises(ArticleError, match=r"to\.txt: tệp quá lớn \(21\.0 MB, giới hạn 20 MB\)"):
        read_article(path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read everything")
def test_a_file_without_permission_is_named(tmp_path: Path) -> None:
    path = tmp_path / "kin.txt"
    path.write_text(TEXT)
    path.chmod(0)
    with pytest.raises(ArticleError, match="không có quyền"):
        read_article(path)


def test_paths_that_are_no_files(tmp_path: Path) -> None:
    folder = tmp_path / "muc.txt"
    folder.mkdir()
    loop = tmp_path / "vong.txt"
    loop.symlink_to(loop)
    pipe = tmp_path / "ong.txt"
    os.mkfifo(pipe)
    for path in (folder, loop, pipe, tmp_path / "khong.txt", Path("a\0b.txt"), Path("d" * 5000 + ".txt")):
        with pytest.raises(ArticleError) as raised:
            read_article(path)
        assert "\n" not in str(raised.value)


def test_folders_are_walked_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a/2.md", "a/1.html.gz", "a/.an.txt", ".git/x.txt", "a/anh.png", "C.PDF"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "a" / "len").symlink_to(tmp_path, target_is_directory=True)
    found = find_files([tmp_path, tmp_path / "b.txt"])
    names = [str(path.relative_to(tmp_path)) for path in found.files]
    assert sorted(names) == sorted({"C.PDF", "b.txt", "a/1.html.gz", "a/2.md"})
    assert names.index("a/1.html.gz") < names.index("a/2.md")
    assert found.errors == []


def test_a_missing_path_and_an_empty_folder_do_not_stop_the_rest(tmp_path: Path) -> None:
    (tmp_path / "trong").mkdir()
    good = tmp_path / "bai.xyz"
    good.write_bytes(b"x")
    found = find_files([tmp_path / "khong", tmp_path / "trong", Path("a\0b"), good])
    assert found.files == [good]
    assert [type(error) for error in found.errors] == [ArticleError] * 3
    assert "khong: không tìm thấy" in str(found.errors[0])
    assert "trong: thư mục không có bài nào" in str(found.errors[1])
