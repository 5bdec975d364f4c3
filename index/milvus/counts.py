"""What an index in Milvus counts of its articles: rows that know their value before a change that is not finished."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.chunks import indexed_texts
from index.milvus.articles import ChunkTerms
from index.milvus.rows import MOST_BYTES, MilvusRows, Row
from index.search.postings import counted
from index.types import Article, Span
from index.vietnamese.definitions import learn_abbreviations
from index.vietnamese.folding import fold
from index.vietnamese.word_counts import count_spellings

TERM, SYLLABLE, PAIR, ABBREVIATION = range(4)
_MOST_CHARACTERS = MOST_BYTES // 4
_FIELDS = ("id", "kind", "folded", "counts", "before", "generation")


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted together in one row.

    Attributes:
        kind: TERM: chunks that hold a term. SYLLABLE, PAIR: the spellings of a folded form and how often each stands
            in the articles. ABBREVIATION: the meanings of a folded short form and how many articles give each.
        folded: The form; of a term its hash as a signed number.
    """

    kind: int
    folded: str | int

    @property
    def id(self) -> int:
        """Of the row."""
        if isinstance(self.folded, int):
            return self.folded
        digest = hashlib.blake2b(f"{self.kind}\0{self.folded}".encode(), digest_size=8).digest()
        return int.from_bytes(digest, "little", signed=True)


Counts = defaultdict[Key, Counter[str]]


def chunk_terms(article: Article, spans: Sequence[Span]) -> list[ChunkTerms]:
    """What is counted of each chunk."""
    return [ChunkTerms(*counted(text)) for text in indexed_texts(article, spans)]


def add_counts(total: Counts, article: Article, chunks: Iterable[ChunkTerms], sign: int) -> int:
    """Add all that is counted of an article and its chunks to a total, or take it off; how many words it has."""
    for chunk in chunks:
        for term in chunk.terms.view(np.int64).tolist():
            total[Key(TERM, term)][""] += sign
    syllables, pairs = count_spellings(article.text)
    for kind, spellings in ((SYLLABLE, syllables), (PAIR, pairs)):
        for exact, count in spellings.items():
            total[Key(kind, fold(exact))][exact] += sign * count
    for short, long in {(fold(short), long) for short, long in learn_abbreviations(article.text)}:
        total[Key(ABBREVIATION, short)][long] += sign
    return syllables.total()


def change_counts(rows: MilvusRows, changes: Counts, generation: int) -> None:
    """Add changes to the rows of their keys; they count from ``generation`` on."""
    keys = {key.id: key for key in changes}
    old = {row["id"]: row["counts"] for row in rows.get("counts", list(keys), _FIELDS, latest=True)}
    rows.put("counts", (_changed(key, old.get(id_, "{}"), changes[key], generation) for id_, key in keys.items()))


def undo_counts(rows: MilvusRows, condition: str, generation: int) -> None:
    """Give back to the rows that meet a condition what they counted at ``generation``."""
    left = list(rows.scan("counts", condition, _FIELDS))
    rows.put("counts", [row | {"counts": row["before"], "generation": generation} for row in left])


def spellings(rows: MilvusRows, kind: int, folded: Collection[str], generation: int) -> dict[str, dict[str, int]]:
    """What is counted under each of some folded forms; those without anything are left out."""
    ids = [Key(kind, one).id for one in folded]
    return {row["folded"]: counts for row in rows.get("counts", ids, _FIELDS) if (counts := _at(row, generation))}


def frequencies(rows: MilvusRows, terms: Sequence[int], generation: int) -> dict[int, int]:
    """Numbers of chunks that hold terms; those that none holds are left out."""
    found = rows.get("counts", terms, _FIELDS)
    return {row["id"]: counts[""] for row in found if (counts := _at(row, generation))}


def changed_syllables(rows: MilvusRows, since: int, generation: int) -> set[str]:
    """Folded syllables whose counts have changed after the generation ``since``."""
    found = rows.scan("counts", f"kind == {SYLLABLE} and generation > {since}", _FIELDS)
    return {row["folded"] for row in found if _at(row, generation)}


def _at(row: Row, generation: int) -> dict[str, int]:
    """What a row counted at a generation."""
    counts: dict[str, int] = json.loads(row["counts"] if row["generation"] <= generation else row["before"])
    return counts


def _changed(key: Key, old: str, change: Counter[str], generation: int) -> Row:
    counts = Counter(json.loads(old))
    counts.update(change)
    kept = [(exact, count) for exact, count in counts.most_common() if count > 0]
    while len(text := json.dumps(dict(kept), ensure_ascii=False)) > _MOST_CHARACTERS:
        kept = kept[: len(kept) // 2]  # thousands of spellings of one form, or one of thousands of letters
    folded = key.folded[:_MOST_CHARACTERS] if isinstance(key.folded, str) else ""
    return {
        "id": key.id,
        "kind": key.kind,
        "folded": folded,
        "counts": text,
        "before": old,
        "generation": generation,
    }
