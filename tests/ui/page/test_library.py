import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from index import Article, HoidapError, Index
from index.models.embedding import Hashing, Progress, Vectors
from rag import Assistant, Settings
from ui.page.library import Batch, Library, Upload
from ui.page.library_list import Wanted, batch_html, list_html, read_wanted, select

TEXT = "Xã Tân Hòa mở chợ\n12/03/2024\n\nChợ xã Tân Hòa có 120 gian hàng, họp cả tuần.\n"
SECONDS = 20


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def library(index: Index, tmp_path: Path, inbox: Path) -> Library:
    return Library(index, tmp_path / "uploads", inbox, most_files=5, most_bytes=10_000)


def sent(inbox: Path, name: str, content: str | bytes = TEXT) -> Upload:
    path = inbox / f"{len(list(inbox.iterdir()))}.bin"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return Upload(path, name)


def added(library: Library, *uploads: Upload, replaces: str = "") -> Batch:
    batch = library.add(uploads, replaces)
    assert batch.finished.wait(SECONDS)
    return batch


def test_files_become_articles_and_each_has_its_line(library: Library, inbox: Path, tmp_path: Path) -> None:
    batch = added(
        library,
        sent(inbox, "Chợ Tân Hòa.txt"),
        sent(inbox, "virus.exe"),
        sent(inbox, "trống.txt", ""),
        sent(inbox, "to.txt", "x" * 10_001),
        sent(inbox, "lại.txt"),
    )
    assert [line.state for line in batch.lines] == ["done", "failed", "failed", "failed", "failed"]
    assert "Xã Tân Hòa mở chợ" in batch.lines[0].words
    assert all(str(tmp_path) not in line.words for line in batch.lines)
    assert list(inbox.iterdir()) == []
    assert [path.name for path in (tmp_path / "uploads").rglob("*.txt")] == ["Chợ Tân Hòa.txt"]
    assert library.index.store.counts()[0] == 4


@pytest.mark.parametrize(
    "name",
    [
        "../../thoat.txt",
        "/etc/passwd.txt",
        "..\\x.txt",
        ".ẩn.txt",
        "a\x00b\n.txt",
        "x" * 400 + ".txt",
        "ạ" * 150 + ".html.gz.txt",
    ],
)
def test_a_file_name_leads_nowhere_else(library: Library, inbox: Path, tmp_path: Path, name: str) -> None:
    batch = added(library, sent(inbox, name))
    assert batch.lines[0].state == "done"
    (kept,) = (tmp_path / "uploads").rglob("*.txt")
    assert kept.parent.parent == tmp_path / "uploads" and len(kept.name.encode()) <= 200


def test_only_uploads_are_read(library: Library, tmp_path: Path, inbox: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text(TEXT, encoding="utf-8")
    link = inbox / "link.txt"
    link.symlink_to(secret)
    batch = added(library, Upload(secret, "secret.txt"), Upload(link, "link.txt"))
    assert [line.state for line in batch.lines] == ["failed", "failed"]
    assert secret.exists() and library.index.store.counts()[0] == 3


def test_an_index_from_elsewhere_names_no_other_folder(library: Library, tmp_path: Path) -> None:
    """Removing an article deletes its upload; the path in a foreign index may lead anywhere."""
    private = tmp_path / "uploads" / "x" / ".." / ".." / "private" / "x" / "bai.txt"
    (tmp_path / "uploads" / "x").mkdir(parents=True)
    (tmp_path / "private" / "x").mkdir(parents=True)
    private.write_text(TEXT, encoding="utf-8")
    library.index.add([replace(next(library.index.articles()), id="0123456789ab", path=str(private))])
    assert library.remove("0123456789ab") and private.exists()
    assert library.restore("0123456789ab") and private.exists()


def test_too_many_files_are_refused_and_thrown_away(library: Library, inbox: Path) -> None:
    with pytest.raises(HoidapError, match="5 tệp"):
        library.add([sent(inbox, f"{number}.txt") for number in range(6)])
    with pytest.raises(HoidapError, match="Chưa có tệp"):
        library.add([])
    assert list(inbox.iterdir()) == []


def test_an_update_takes_the_place_of_the_article(library: Library, inbox: Path) -> None:
    added(library, sent(inbox, "cho.txt"))
    old = next(article for article in library.index.articles() if "chợ" in article.title)
    added(library, sent(inbox, "cho-moi.txt", TEXT.replace("120", "150")), replaces=old.id)
    assert library.index.article(old.id) is None
    assert sum("150 gian hàng" in article.text for article in library.index.articles()) == 1


def test_an_update_that_cannot_be_read_leaves_the_article(library: Library, inbox: Path) -> None:
    kept = next(library.index.articles())
    assert added(library, sent(inbox, "hong.pdf", b"%PDF-1.7 broken"), replaces=kept.id).lines[0].state == "failed"
    assert library.index.article(kept.id) == kept


def test_a_removed_article_comes_back_as_it_was(library: Library, inbox: Path) -> None:
    added(library, sent(inbox, "cho.txt"))
    article = next(article for article in library.index.articles() if "chợ" in article.title)
    assert library.remove(article.id) == article and not Path(article.path).exists()
    assert library.index.article(article.id) is None and library.remove(article.id) is None
    assert library.restore(article.id) == article and Path(article.path).exists()
    assert library.index.article(article.id) == article and library.restore(article.id) is None


class Held(Hashing):
    """An embedder that makes the library's worker wait until it is let go, and nobody else."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        if threading.current_thread().name.startswith("library"):
            assert self.let_go.wait(SECONDS)
        return super().embed_passages(texts, progress)


def test_questions_go_on_over_the_articles_there_were(
    index: Index, settings: Settings, tmp_path: Path, inbox: Path
) -> None:
    held = Held()
    shared = Index(index.folder, index.store, settings, held)
    library = Library(shared, tmp_path / "uploads", inbox, most_files=5, most_bytes=10_000)
    assistant = Assistant(shared, settings)
    batch = library.add([sent(inbox, "cho.txt")])
    for _ in range(3):
        assert "2.350" in assistant.ask("Thư viện xã Bình Sơn có bao nhiêu đầu sách?").text
    assert not batch.finished.is_set()
    held.let_go.set()
    assert batch.finished.wait(SECONDS)
    assert "120 gian" in assistant.ask("Chợ xã Tân Hòa có bao nhiêu gian hàng?").text


def test_a_bug_while_indexing_ends_the_batch(
    library: Library, inbox: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("ui.page.library.ingest", broken)
    assert added(library, sent(inbox, "cho.txt")).lines[0].state == "failed"
    added(library, sent(inbox, "cho.exe"))  # the worker is still there, and the failure before is logged
    assert "a bug" in caplog.text


def article(title: str, source: str | None, published: date | None) -> Article:
    return Article(title, title, source, None, published, None, title)


PILE = [
    article("Đường mới", "Báo A", date(2024, 5, 1)),
    article("An toàn", "Báo B", date(2023, 5, 1)),
    article("Không ngày", None, None),
]


@pytest.mark.parametrize(
    ("sent", "titles"),
    [
        ({}, ["Đường mới", "An toàn", "Không ngày"]),
        ({"order": "oldest"}, ["An toàn", "Đường mới", "Không ngày"]),
        ({"order": "title"}, ["An toàn", "Đường mới", "Không ngày"]),
        ({"order": "source"}, ["Đường mới", "An toàn", "Không ngày"]),
        ({"words": "duong"}, ["Đường mới"]),
        ({"source": "Báo B"}, ["An toàn"]),
        ({"since": "2023-06-01"}, ["Đường mới"]),
        ({"until": "2023-06-01"}, ["An toàn"]),
        ({"since": "rác", "order": "rác", "page": "rác"}, ["Đường mới", "An toàn", "Không ngày"]),
    ],
)
def test_searching_sorting_and_filtering(sent: dict[str, str], titles: list[str]) -> None:
    assert [found.title for found in select(PILE, read_wanted(sent))] == titles


def test_the_list_says_how_many_and_comes_in_pages() -> None:
    many = [article(f"Bài {number}", None, None) for number in range(120)]
    page = list_html(many, Wanted(page=1), 1200)
    assert "120 trong 1.200 bài viết" in page and "Trang 2/3" in page and page.count('data-action="remove"') == 50
    assert "Kho còn trống" in list_html([], Wanted(), 0) and "Không có bài nào khớp" in list_html([], Wanted(), 9)


def test_nothing_written_by_others_becomes_markup() -> None:
    hostile = '<img src=x onerror="alert(1)">'
    batch = Batch([hostile])
    batch.set(0, "failed", hostile)
    shown = batch_html(batch) + batch_html(None, hostile) + list_html([article(hostile, hostile, None)], Wanted(), 1)
    assert "<img" not in shown
