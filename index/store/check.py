"""Checks of the store of an index, the part of ``index.check`` that knows SQLite.

A store that SQLite finds damaged is copied row by row, and the copy is checked instead.
"""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from index.chunk_vectors import ChunkMaker
from index.disk import TEMPORARY
from index.errors import IndexDamaged
from index.store.database import SQLITE_ERRORS, connect, is_damage, translated
from index.store.recovery import salvage, take_over
from index.store.row_checks import check_rows
from index.store.schema import SCHEMA
from index.store.sound_rows import ReadAgain
from index.store.store import FILE_NAME, Store
from index.types import Finding


def check_store(folder: Path, chunk_maker: ChunkMaker, read_again: ReadAgain, repair: bool) -> Iterator[Finding]:
    """What is wrong with the store of an index, and what is done about it.

    Args:
        folder: Of the index; nobody may be writing to it.
        chunk_maker: Makes what has to be made anew.
        read_again: Gives an article from its file.
        repair: Whether to mend.

    Raises:
        IndexBusy: Another process has the store open, which has to be replaced.
        IndexMismatch: It is of another version, or vectors are to be made and its sentence model is another one.
        IndexDamaged: Nothing can be saved of it, or the folder cannot be written.
    """
    path = folder / FILE_NAME
    trouble = _trouble(path)
    if not trouble:
        yield from _check_rows(path, chunk_maker, read_again, repair)
        return
    message = f"{path} bị hỏng ({trouble})."
    if not repair:
        yield Finding("store", message)
        return
    temporary = Path(tempfile.mkdtemp(prefix=TEMPORARY, dir=folder))
    try:
        lost = salvage(path, temporary, read_again)
        findings = list(_check_rows(temporary / FILE_NAME, chunk_maker, read_again, repair))
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


def _check_rows(path: Path, chunk_maker: ChunkMaker, read_again: ReadAgain, repair: bool) -> Iterator[Finding]:
    with closing(_connected(path)) as connection, translated():
        connection.execute("PRAGMA foreign_keys = OFF")
        connection.execute("BEGIN IMMEDIATE" if repair else "BEGIN")
        yield from check_rows(connection, chunk_maker, read_again, repair)
        connection.execute("COMMIT" if repair else "ROLLBACK")


def _connected(path: Path) -> sqlite3.Connection:
    connection = connect(path)
    connection.text_factory = lambda raw: raw.decode(errors="replace")
    return connection
