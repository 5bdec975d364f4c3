"""Checks of what a readable store says: each yields what is wrong, and mends it where it is told to.

All run on one connection inside one transaction, and hold some hundreds of articles at a time.
"""

import secrets
import sqlite3
from collections.abc import Iterator

import numpy as np

from index.chunk_vectors import ChunkMaker, facts_of
from index.chunks import indexed_texts
from index.errors import IndexMismatch
from index.store.rows import ARTICLE_COLUMNS, article_row, insert_abbreviations, insert_chunk, put_vector
from index.store.schema import FORMAT_VERSION, SPELLINGS, facts_checksum
from index.store.sound_rows import (
    ARTICLES_AT_ONCE,
    ReadAgain,
    article_rows,
    chunk_rows,
    covers,
    has_vector,
    is_sound,
    sound_articles,
    sound_chunks,
)
from index.store.spelling_counts import change_counts
from index.types import Article, Chunk, Finding, Span

_SAMPLE = 8
# Vectors of the same text by the same model; batches of other lengths change the last digits.
_SAME = 0.99


def check_rows(
    connection: sqlite3.Connection, chunk_maker: ChunkMaker, read_again: ReadAgain, repair: bool
) -> Iterator[Finding]:
    """Everything that can be told from the rows of a store.

    Args:
        connection: To the store, in a transaction, foreign keys off; its texts decode whatever they hold.
        chunk_maker: Makes what has to be made anew.
        read_again: Gives an article from its file.
        repair: Whether to mend.

    Raises:
        IndexMismatch: The store is of another version, or vectors are to be made by another model than the store's.
    """
    is_damaged = False
    for findings in (
        _check_articles(connection, read_again, repair),
        _check_facts(connection, chunk_maker, repair),
        _check_orphans(connection, repair),
        _check_chunks(connection, chunk_maker, repair),
        _check_counts(connection, repair),
        _check_removed(connection, repair),
    ):
        for finding in findings:
            is_damaged = True
            yield finding
    if is_damaged and repair:
        connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")


def _check_articles(connection: sqlite3.Connection, read_again: ReadAgain, repair: bool) -> Iterator[Finding]:
    """Articles are the words that were read: checksum and id fit."""
    for number, row in article_rows(connection):
        if is_sound(row):
            continue
        name = f"Bài «{row[1]}» ({row[7]}) bị hỏng"
        again = read_again(row[0], row[7]) if repair else None
        if again:
            columns = ", ".join(f"{column} = ?" for column in ARTICLE_COLUMNS.split(", "))
            connection.execute(
                f"UPDATE articles SET {columns} WHERE rowid = ?",  # noqa: S608 - names of columns
                (*article_row(again), number),
            )
            yield Finding("article", f"{name}.", "Đã đọc lại từ tệp.")
        elif repair:
            connection.execute("DELETE FROM articles WHERE rowid = ?", (number,))
            yield Finding(
                "article", f"{name}, không đọc lại được từ tệp và đã bị bỏ; hãy đưa vào lại: hoidap index TỆP"
            )
        else:
            yield Finding("article", f"{name}.")


def _check_facts(connection: sqlite3.Connection, chunk_maker: ChunkMaker, repair: bool) -> Iterator[Finding]:
    """The table of facts is what was written when the index was made."""
    meta = {str(key): str(value) for key, value in connection.execute("SELECT key, value FROM meta")}
    version = meta.get("format")
    is_whole = meta.get("checksum") == facts_checksum(meta)
    if is_whole and version != FORMAT_VERSION:
        raise IndexMismatch(
            f"Chỉ mục có định dạng {version}, phiên bản này chỉ kiểm tra được định dạng {FORMAT_VERSION}."
        )
    if not meta.get("generation", "").isdecimal():
        if repair:
            # Any number that no running reader knows as the generation it has read.
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('generation', ?)", (str(secrets.randbits(40)),))
        yield Finding("facts", "Số thứ tự lần ghi bị hỏng.", "Đã đặt lại." if repair else "")
    if is_whole:
        return
    message = "Thông tin chung (định dạng, mô hình câu …) bị hỏng."
    if not repair:
        yield Finding("facts", message)
    elif facts := _right_facts(connection, meta, chunk_maker):
        connection.execute("DELETE FROM meta WHERE key NOT IN ('generation', 'words')")
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", facts.items())
        yield Finding("facts", message, "Đã ghi lại.")
    else:
        raise IndexMismatch(
            f"{message} Các véc-tơ không phải do mô hình {chunk_maker.fingerprint} tạo ra; hãy đặt "
            "HOIDAP_EMBEDDING_MODEL như khi lập chỉ mục rồi chạy lại."
        )


def _right_facts(
    connection: sqlite3.Connection, meta: dict[str, str], chunk_maker: ChunkMaker
) -> dict[str, str] | None:
    """The facts as the sentence model in use gives them; None where it did not make the vectors."""
    restored = meta | {"format": FORMAT_VERSION}
    if facts_checksum(restored) != meta.get("checksum"):
        good: list[float] = []
        for article in sound_articles(connection):
            for chunk, vector in sound_chunks(chunk_rows(connection, article.id)):
                made = chunk_maker.embed(indexed_texts(article, [Span(chunk.start, chunk.end)]))[0]
                good.append(float(vector @ made) if vector.shape == made.shape else 0.0)
            if len(good) >= _SAMPLE:
                break
        if good and np.median(good) < _SAME:
            return None
        identity = {"format": FORMAT_VERSION, "id": meta.get("id", "") or "0"}
        restored = identity | facts_of(chunk_maker.embedder)
    restored.pop("generation", None)
    restored.pop("words", None)
    return restored | {"checksum": facts_checksum(restored)}


def _check_orphans(connection: sqlite3.Connection, repair: bool) -> Iterator[Finding]:
    """Every chunk belongs to an article, every vector to a chunk."""
    gone = "FROM chunks WHERE NOT EXISTS (SELECT 1 FROM articles WHERE articles.id = article_id)"
    chunks = _count(connection, gone)
    if chunks and repair:
        connection.execute(f"INSERT OR IGNORE INTO removed SELECT id {gone}")
        connection.execute(f"DELETE {gone}")
    if chunks:
        yield Finding("chunks", f"{chunks} đoạn không thuộc bài nào.", "Đã bỏ." if repair else "")
    gone = "FROM vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE id = chunk_id)"
    vectors = _count(connection, gone)
    if vectors and repair:
        connection.execute(f"DELETE {gone}")
    if vectors > chunks or (vectors and not repair):
        yield Finding("vectors", f"{vectors} véc-tơ không thuộc đoạn nào.", "Đã bỏ." if repair else "")


def _check_chunks(connection: sqlite3.Connection, chunk_maker: ChunkMaker, repair: bool) -> Iterator[Finding]:
    """Chunks cover their article, and each has its unit vector."""
    facts = dict(connection.execute("SELECT key, value FROM meta WHERE key IN ('dimensions', 'embedding')"))
    dimensions = int(facts["dimensions"]) if str(facts.get("dimensions")).isdecimal() else 0
    for article in sound_articles(connection):
        rows = chunk_rows(connection, article.id)
        is_cut = covers(article.text, rows)
        bad = [row for row in rows if not has_vector(row, dimensions)] if is_cut else []
        if is_cut and not bad:
            continue
        if repair and facts.get("embedding") != chunk_maker.fingerprint:
            raise IndexMismatch(
                f"Chỉ mục được tạo bằng mô hình câu {facts.get('embedding')}, hiện đang dùng "
                f"{chunk_maker.fingerprint}. Hãy đặt HOIDAP_EMBEDDING_MODEL như khi lập chỉ mục rồi chạy lại."
            )
        if is_cut:
            spans = [Span(row[2], row[3]) for row in bad]
            if repair:
                for row, vector in zip(bad, chunk_maker.embed(indexed_texts(article, spans)), strict=True):
                    put_vector(connection, Chunk(*row[:4]), vector)
            message = f"Bài «{article.title}» ({article.path}): {len(bad)} đoạn thiếu véc-tơ hoặc có véc-tơ hỏng."
            yield Finding("vectors", message, "Đã tính lại." if repair else "")
        else:
            if repair:
                connection.execute(
                    "INSERT OR IGNORE INTO removed SELECT id FROM chunks WHERE article_id = ?", (article.id,)
                )
                connection.executemany("DELETE FROM vectors WHERE chunk_id = ?", [row[:1] for row in rows])
                connection.execute("DELETE FROM chunks WHERE article_id = ?", (article.id,))
                spans = chunk_maker.cut(article)
                for span, vector in zip(spans, chunk_maker.embed(indexed_texts(article, spans)), strict=True):
                    insert_chunk(connection, article.id, span, vector)
            message = f"Bài «{article.title}» ({article.path}): các đoạn không khớp với bài."
            yield Finding("chunks", message, "Đã chia đoạn lại." if repair else "")


def _check_counts(connection: sqlite3.Connection, repair: bool) -> Iterator[Finding]:
    """What was learnt of the texts is what a new count gives. Temporary tables hide those of the same names."""
    for statement in SPELLINGS.replace("CREATE TABLE", "CREATE TEMP TABLE").split(";"):
        connection.execute(statement)
    connection.execute("CREATE TEMP TABLE abbreviations AS SELECT * FROM main.abbreviations WHERE FALSE")
    connection.execute("CREATE UNIQUE INDEX temp.defined ON abbreviations (short, long, article_id)")
    connection.execute("CREATE TEMP TABLE meta AS SELECT 'words' AS key, 0 AS value")
    group: list[Article] = []
    for article in sound_articles(connection):
        insert_abbreviations(connection, article.id, article.text)
        group.append(article)
        if len(group) == ARTICLES_AT_ONCE:
            change_counts(connection, (one.text for one in group), ())
            group.clear()
    change_counts(connection, (one.text for one in group), ())
    for table, what in (("syllables", "âm tiết"), ("pairs", "cặp âm tiết"), ("abbreviations", "chữ viết tắt")):
        wrong = _count(connection, f"FROM (SELECT * FROM main.{table} EXCEPT SELECT * FROM temp.{table})")  # noqa: S608
        wrong += _count(connection, f"FROM (SELECT * FROM temp.{table} EXCEPT SELECT * FROM main.{table})")  # noqa: S608
        if wrong and repair:
            connection.execute(f"DELETE FROM main.{table}")  # noqa: S608 - a name from above
            connection.execute(f"INSERT INTO main.{table} SELECT * FROM temp.{table}")  # noqa: S608
        if wrong:
            yield Finding("counts", f"Bảng {what} có {wrong} dòng sai.", "Đã đếm lại." if repair else "")
    (words,) = connection.execute("SELECT CAST(value AS TEXT) FROM temp.meta").fetchone()
    if connection.execute("SELECT value FROM main.meta WHERE key = 'words'").fetchone() != (words,):
        if repair:
            connection.execute("INSERT OR REPLACE INTO main.meta VALUES ('words', ?)", (words,))
        yield Finding("counts", "Tổng số từ sai.", "Đã đếm lại." if repair else "")
    for table in ("syllables", "pairs", "abbreviations", "meta"):
        connection.execute(f"DROP TABLE temp.{table}")


def _check_removed(connection: sqlite3.Connection, repair: bool) -> Iterator[Finding]:
    """No chunk that is there is listed as removed."""
    there = "FROM removed WHERE chunk_id IN (SELECT id FROM chunks)"
    wrong = _count(connection, there)
    if wrong and repair:
        connection.execute(f"DELETE {there}")
    if wrong:
        yield Finding("removed", f"{wrong} đoạn còn dùng bị ghi là đã xóa.", "Đã sửa." if repair else "")


def _count(connection: sqlite3.Connection, what: str) -> int:
    return int(connection.execute(f"SELECT count(*) {what}").fetchone()[0])
