"""How the articles spell: counts of words and of pairs of neighbours, kept beside the articles they come from."""

import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from index.errors import IndexDamaged
from index.store.database import DAMAGED, Database
from index.vietnamese.folding import fold
from index.vietnamese.word_counts import count_spellings


def counted(database: Database, table: str, folded: Collection[str]) -> Iterator[tuple[str, str, int]]:
    """Those of the folded forms that a table holds, each with an exact form and its count.

    Raises:
        IndexDamaged: A row is not one that was written.
    """
    query = f"SELECT folded, exact, count FROM {table} WHERE folded"  # noqa: S608 - a name of a table
    for key, exact, count in database.rows_in(query, folded):
        if not (isinstance(key, str) and isinstance(exact, str) and isinstance(count, int) and count > 0):
            raise IndexDamaged(f"Bảng chính tả của chỉ mục {DAMAGED}")
        yield key, exact, count


def change_counts(connection: sqlite3.Connection, added: Iterable[str], removed: Iterable[str]) -> None:
    """Count the words and pairs of added texts and take off those of removed ones; several texts at once cost less."""
    changes: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for texts, change in ((added, Counter.update), (removed, Counter.subtract)):
        for text in texts:
            for total, counts in zip(changes, count_spellings(text), strict=True):
                change(total, counts)
    for table, total in zip(("syllables", "pairs"), changes, strict=True):
        rows = [(fold(exact), exact, count) for exact, count in sorted(total.items()) if count]
        connection.executemany(
            f"INSERT INTO {table} VALUES (?, ?, ?) "  # noqa: S608 - a name from the line above
            "ON CONFLICT (folded, exact) DO UPDATE SET count = count + excluded.count",
            rows,
        )
        connection.executemany(
            f"DELETE FROM {table} WHERE folded = ? AND exact = ? AND count <= 0",  # noqa: S608
            [(folded, exact) for folded, exact, count in rows if count < 0],
        )
    words = sum(changes[0].values())
    connection.execute("UPDATE meta SET value = value + ? WHERE key = 'words'", (words,))
