"""Finding and mending damage to an index: the verb behind ``hoidap check``.

The store is the truth; what it says is checked against itself and against the texts, and everything that is derived,
against the store. A store that SQLite finds damaged is copied row by row, and the copy is checked instead.
"""

import errno
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from index.chunker import Chunker
from index.errors import IndexBusy, IndexDamaged
from index.models.embedding import Embedder
from index.search.segment_checks import check_segments
from index.search.segments import LOCK_NAME, TEMPORARY, save_segments
from index.settings import IndexSettings
from index.store.database import SQLITE_ERRORS, connect, is_damage, translated
from index.store.recovery import salvage, take_over
from index.store.row_checks import Finding, check_rows
from index.store.schema import SCHEMA
from index.store.store import FILE_NAME, Store

__all__ = ["Finding", "check"]


def check(
    folder: Path | str, settings: IndexSettings | None = None, embedder: Embedder | None = None, repair: bool = False
) -> Iterator[Finding]:
    """Go through all of an index and yield what is wrong with it; nothing if all is well.

    Rows are mended in one transaction, files are replaced whole: an interrupted repair leaves what there was.

    Args:
        folder: Of the index.
        settings: Name the sentence model, which is loaded only if vectors have to be made.
        embedder: The sentence model, if it is there already.
        repair: Whether to mend what is found.

    Raises:
        IndexMissing: There is no index.
        IndexBusy: Another process is writing to it; if the store has to be replaced, has it open.
        IndexMismatch: It is of another version, or vectors are to be made and its sentence model is another one.
        IndexDamaged: Nothing can be saved of it, or the folder cannot be written.
    """
    folder = Path(folder)
    chunker = Chunker(settings or IndexSettings(), embedder)
    with suppress(IndexDamaged):
        Store.open(folder).close()  # brings an older format to the present one
    with _no_segments_written(folder):
        sound = True
        for finding in _check_store(folder, chunker, repair):
            sound = sound and (repair or not finding.is_damage)
            yield finding
        if sound:
            with closing(Store.open(folder)) as store:
                yield from check_segments(folder, store, repair)
    if repair:
        with closing(Store.open(folder)) as store:
            try:
                save_segments(folder, store)
            except OSError as error:
                raise IndexDamaged(
                    f"Không ghi được vào thư mục chỉ mục {folder}: {error.strerror}. Hãy kiểm tra quyền ghi và đĩa."
                ) from error


def _check_store(folder: Path, chunker: Chunker, repair: bool) -> Iterator[Finding]:
    path = folder / FILE_NAME
    trouble = _trouble(path)
    if not trouble:
        yield from _check_rows(path, chunker, repair)
        return
    message = f"{path} bị hỏng ({trouble})."
    if not repair:
        yield Finding("store", message)
        return
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder))
    try:
        lost = salvage(path, temporary)
        findings = list(_check_rows(temporary / FILE_NAME, chunker, repair))
        with closing(Store.open(temporary)) as store:
            articles, _ = store.counts()
        if not articles:
            raise IndexDamaged(
                f"Không cứu được bài viết nào từ {path}. Hãy chuyển tệp đó đi nơi khác rồi chạy lại: "
                "hoidap index THƯ_MỤC"
            )
        kept = take_over(temporary / FILE_NAME, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    yield Finding("store", message, f"Đã cứu {articles} bài sang tệp mới; tệp hỏng được giữ ở {kept}.")
    yield from findings
    for article in lost:
        name = f"«{article.title or article.id}» ({article.path or 'không rõ tệp'})"
        yield Finding("article", f"Bài {name} đã mất; hãy đưa vào lại: hoidap index TỆP")


def _trouble(path: Path) -> str:
    """What SQLite finds wrong with a store's file, one line; empty if it can be read as a store."""
    try:
        with closing(_connected(path)) as connection, translated():
            (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if found != "ok":
                return " ".join(str(found).split())
            if _columns(connection) != _expected_columns():
                return "sai cấu trúc bảng"
    except IndexDamaged as error:
        if isinstance(error.__cause__, SQLITE_ERRORS) and is_damage(error.__cause__):
            return " ".join(str(error.__cause__).split())
        raise
    return ""


def _columns(connection: sqlite3.Connection) -> set[tuple[str, str, str]]:
    """Tables and their columns with types."""
    query = (
        "SELECT m.name, c.name, c.type FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'"
    )
    return set(connection.execute(query))


def _expected_columns() -> set[tuple[str, str, str]]:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(SCHEMA)
        return _columns(connection)


def _check_rows(path: Path, chunker: Chunker, repair: bool) -> Iterator[Finding]:
    with closing(_connected(path)) as connection, translated():
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE" if repair else "BEGIN")
        yield from check_rows(connection, chunker, repair)
        connection.execute("COMMIT" if repair else "ROLLBACK")


def _connected(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    return connection


@contextmanager
def _no_segments_written(folder: Path) -> Iterator[None]:
    """Keep other processes from writing segments; where nothing can be written nobody does."""
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(folder / LOCK_NAME, timeout=0))
        except Timeout as error:
            raise IndexBusy("Một tiến trình khác đang ghi vào chỉ mục. Hãy đợi nó xong rồi thử lại.") from error
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
        yield
