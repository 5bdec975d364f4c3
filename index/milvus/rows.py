"""Rows in Milvus: the collections of an index, and the few calls on them. The only module that knows pymilvus.

Considered and not used: Milvus' own BM25 function, whose words are not ours (no folding, no pairs, frequencies by shard
or segment), and its ranker for hybrid search, which merges ranks and gives no score by kind of term.
"""

import json
import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, TypeVar

from index.errors import IndexDamaged, IndexMissing, ModelMissing
from index.types import Filters

Row = dict[str, Any]
T = TypeVar("T")

PREFIX = "hoidap_"
# Of a string in Milvus, in bytes.
MOST_BYTES = 65_535
_ID_BYTES = 128
# Values that one request names, and rows that it brings; a message has at most 64 MB.
_MOST_VALUES = 4_000
_MOST_TEXTS = 100
_MOST_ROWS = {"articles": _MOST_TEXTS, "chunks": 500, "counts": 4_000, "meta": 100}
_PAGE = 1_000
# Of one request; the client asks again and again until then when nothing answers.
_SECONDS = 30

# Fields by collection: a number is the greatest length of a string. Every collection must have a vector.
_FIELDS: Mapping[str, Mapping[str, str | int]] = {
    "articles": {
        "id": _ID_BYTES,
        "part": "INT64",
        "parts": "INT64",
        "title": MOST_BYTES,
        "source": MOST_BYTES,
        "author": MOST_BYTES,
        "published": "INT64",
        "url": MOST_BYTES,
        "path": MOST_BYTES,
        "spans": MOST_BYTES,
        "text": MOST_BYTES,
        "generation": "INT64",
        "unused": "UNUSED",
    },
    "chunks": {
        "id": "INT64",
        "article_id": _ID_BYTES,
        "start": "INT64",
        "stop": "INT64",
        "source": MOST_BYTES,
        "author": MOST_BYTES,
        "published": "INT64",
        "length": "INT64",
        "generation": "INT64",
        "terms": "SPARSE",
        "vector": "DENSE",
    },
    "counts": {
        "id": "INT64",
        "kind": "INT64",
        "folded": MOST_BYTES,
        "counts": MOST_BYTES,
        "before": MOST_BYTES,
        "generation": "INT64",
        "unused": "UNUSED",
    },
    "meta": {"id": _ID_BYTES, "value": MOST_BYTES, "unused": "UNUSED"},
}
_LOOKED_UP = {
    "articles": ("part", "path", "published", "source", "author", "generation"),
    "chunks": ("article_id", "published", "source", "author", "generation"),
    "counts": ("kind", "generation"),
    "meta": (),
}


class MilvusRows:
    """Reads and writes rows of one Milvus database.

    Args:
        uri: http://HOST:PORT/DATABASE, or a local file FILE.db for Milvus Lite.
        token: "user:password" or key; may be empty.

    Raises:
        ModelMissing: The client is not installed.
        IndexMissing: ``uri`` is empty.
        IndexDamaged: Nothing answers there.
    """

    def __init__(self, uri: str, token: str) -> None:
        try:
            from pymilvus import MilvusClient
        except ModuleNotFoundError as error:
            raise ModelMissing("Thiếu gói để dùng Milvus. Hãy chạy: pip install 'hoidap[milvus]'") from error
        if not uri:
            raise IndexMissing("Chưa biết Milvus ở đâu. Hãy đặt --uri hoặc HOIDAP_STORE_URI.")
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # what it logs is raised, too
        self.uri = uri
        with _translated(uri):
            self._client: MilvusClient = MilvusClient(uri, token=token, timeout=_SECONDS)

    def load(self) -> bool:
        """Have Milvus serve the collections; whether they are there."""
        with _translated(self.uri):
            there = bool(self._client.has_collection(f"{PREFIX}meta"))
            for name in _FIELDS if there else ():
                self._client.load_collection(PREFIX + name)
        return there

    def create(self, dimensions: int) -> None:
        """Make those collections that are not there; that of the facts last."""
        with _translated(self.uri):
            for name, fields in _FIELDS.items():
                if not self._client.has_collection(PREFIX + name):
                    self._create(name, fields, dimensions)

    def _create(self, name: str, fields: Mapping[str, str | int], dimensions: int) -> None:
        from pymilvus import DataType

        schema = self._client.create_schema(auto_id=False)
        indexes = self._client.prepare_index_params()
        for field, kind in fields.items():
            if isinstance(kind, int):
                schema.add_field(field, DataType.VARCHAR, max_length=kind, is_primary=field == "id")
            elif kind == "INT64":
                schema.add_field(field, DataType.INT64, is_primary=field == "id")
            elif kind == "SPARSE":
                schema.add_field(field, DataType.SPARSE_FLOAT_VECTOR)
                indexes.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
            else:
                dense = kind == "DENSE"
                schema.add_field(field, DataType.FLOAT_VECTOR, dim=dimensions if dense else 2)
                indexes.add_index(field, index_type="AUTOINDEX" if dense else "FLAT", metric_type="IP")
        for field in _LOOKED_UP[name]:
            indexes.add_index(field, index_type="INVERTED")
        # "Session": a client sees what it wrote itself; reads that decide ask for more.
        self._client.create_collection(PREFIX + name, schema=schema, consistency_level="Session")
        self._client.create_index(PREFIX + name, indexes, sync=False)
        self._client.load_collection(PREFIX + name)

    def close(self) -> None:
        """Let go of the connection."""
        self._client.close()

    def get(self, name: str, ids: Sequence[str | int], fields: Sequence[str], latest: bool = False) -> list[Row]:
        """Rows by id, in no order; unknown ones are left out.

        Args:
            name: Of the collection.
            ids: Which rows.
            fields: What to bring.
            latest: Whether to wait for what other clients have written before now.
        """
        return self.among(name, "id", ids, fields, latest=latest)

    def among(
        self,
        name: str,
        field: str,
        values: Sequence[str | int],
        fields: Sequence[str],
        condition: str = "",
        latest: bool = False,
    ) -> list[Row]:
        """Rows whose ``field`` is one of some values and that meet ``condition``; the rest as in ``get``."""
        found: list[Row] = []
        for group in groups(dict.fromkeys(values), _MOST_TEXTS if "text" in fields else _MOST_VALUES):
            both = " and ".join(filter(None, [one_of(field, group), condition]))
            level = {"consistency_level": "Strong"} if latest else {}
            with _translated(self.uri):
                found += self._client.query(
                    PREFIX + name, filter=both, output_fields=list(fields), timeout=_SECONDS, **level
                )
        return found

    def scan(self, name: str, condition: str, fields: Sequence[str]) -> Iterator[Row]:
        """All rows that meet a condition, some at a time in memory."""
        with _translated(self.uri):
            pages = self._client.query_iterator(
                PREFIX + name, batch_size=_PAGE, filter=condition, output_fields=list(fields), timeout=_SECONDS
            )
            while page := pages.next():
                yield from page
            pages.close()

    def nearest(self, field: str, questions: Sequence[Any], count: int, condition: str) -> list[int]:
        """Ids of the ``count`` chunks with the highest inner product with each of some questions, in no order."""
        with _translated(self.uri):
            found = self._client.search(
                f"{PREFIX}chunks",
                data=list(questions),
                anns_field=field,
                limit=count,
                filter=condition,
                search_params={"metric_type": "IP"},
                timeout=_SECONDS,
            )
        return [int(hit["id"]) for hits in found for hit in hits]

    def put(self, name: str, rows: Iterable[Row]) -> None:
        """Write rows, in place of those with the same ids."""
        blank = {"unused": [0.0, 0.0]} if "unused" in _FIELDS[name] else {}
        for group in groups(rows, _MOST_ROWS[name]):
            with _translated(self.uri):
                self._client.upsert(PREFIX + name, [row | blank for row in group], timeout=_SECONDS)

    def delete(self, name: str, condition: str) -> None:
        """Delete the rows that meet a condition."""
        with _translated(self.uri):
            self._client.delete(PREFIX + name, filter=condition, timeout=_SECONDS)

    def flush(self) -> None:
        """Have what was written put into segments, which are indexed."""
        with _translated(self.uri):
            for name in _FIELDS:
                self._client.flush(PREFIX + name, timeout=_SECONDS)


def one_of(field: str, values: Iterable[str | int]) -> str:
    """The condition that a field has one of some values."""
    return f"{field} in {json.dumps(list(values), ensure_ascii=False)}"


def condition(filters: Filters) -> str:
    """A condition on articles or chunks; empty where all pass."""
    conditions: list[str] = []
    if filters.published_from is not None:
        conditions.append(f"published >= {filters.published_from.toordinal()}")
    if filters.published_to is not None:
        conditions.append(f"published > 0 and published <= {filters.published_to.toordinal()}")
    for field, names in (("source", filters.sources), ("author", filters.authors)):
        if names:
            conditions.append(one_of(field, names))
    return " and ".join(conditions)


def groups(values: Iterable[T], size: int) -> Iterator[list[T]]:
    """Values in groups of ``size``; the last may be smaller."""
    rest = iter(values)
    while group := list(islice(rest, size)):
        yield group


@contextmanager
def _translated(uri: str) -> Iterator[None]:
    """Failures of Milvus become one line for the user."""
    import grpc
    from pymilvus.exceptions import MilvusException

    try:
        yield
    except (MilvusException, grpc.RpcError) as error:
        reason = " ".join(str(getattr(error, "message", "") or error).split())[:200]
        raise IndexDamaged(
            f"Milvus ở {uri} không làm được: {reason}. Hãy kiểm tra HOIDAP_STORE_URI, "
            "HOIDAP_STORE_TOKEN và máy chủ Milvus."
        ) from error
