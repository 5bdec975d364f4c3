"""What the store counts and learns of articles, and how it forgets, against a store of the articles that are left."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, Filters, Span
from index.chunks import Entry
from index.store.store import Store
from index.vietnamese import fold
from index.vietnamese.word_counts import count_spellings

MakeArticle = Callable[..., Article]

TEXTS = [
    "Hội Nông dân (HND) xã Bình Sơn họp ngày 3/5/2024. Xã có 12 thôn.",
    "Hội Nông dân (HND) huyện Đông Hải khen xã Bình Sơn. Năm 2024, xã xa nhất có điện.",
    "Hội Người cao tuổi (HNCT) xã Bình Sơn thăm 12 hội viên.",
    "",
]
ALL = "\n".join(TEXTS)


@contextmanager
def new_store(folder: Path) -> Iterator[Store]:
    store = Store.create(folder, {"dimensions": "2"})
    yield store
    store.close()


def add(store: Store, *articles: Article) -> None:
    store.add([Entry(article, [Span(0, len(article.text))], np.ones((1, 2), np.float32)) for article in articles])


def learnt(store: Store) -> dict[str, Any]:
    """All that the store has taken from the texts of its articles."""
    _, together = count_spellings(ALL)
    vocabulary = sorted(store.vocabulary())
    return {
        "syllables": store.syllables(vocabulary),
        "pairs": store.pairs({fold(pair) for pair in together}),
        "vocabulary": vocabulary,
        "words": store.word_count(),
        "expansions": [store.expansions(short) for short in ("HND", "hnct", "UBND")],
    }


def learnt_from(folder: Path, articles: list[Article]) -> dict[str, Any]:
    with new_store(folder) as store:
        add(store, *articles)
        return learnt(store)


def test_words_and_pairs_are_counted_by_their_spelling(tmp_path: Path, make_article: MakeArticle) -> None:
    with new_store(tmp_path) as store:
        add(store, make_article("Một", TEXTS[1]))
        assert store.syllables(["xa", "dien", "khong"]) == {"xa": {"xã": 2, "xa": 1}, "dien": {"điện": 1}}
        assert store.pairs(["xa binh", "nam #"]) == {"xã bình": 1, "năm #": 1}
        assert store.word_count() == len(TEXTS[1].replace("(", "").split())


def test_a_removed_article_leaves_no_trace(tmp_path: Path, make_article: MakeArticle) -> None:
    articles = [make_article(f"Bài {number}", text) for number, text in enumerate(TEXTS)]
    with new_store(tmp_path / "used") as store:
        for article in articles:
            add(store, article)
        assert learnt(store) == learnt_from(tmp_path / "all", articles)
        store.remove(articles[0].id)
        assert learnt(store) == learnt_from(tmp_path / "left", articles[1:])
        for article in articles[1:]:
            store.remove(article.id)
        assert learnt(store) == learnt_from(tmp_path / "none", [])
        assert store.word_count() == 0


def test_a_replaced_article_is_counted_as_the_new_one_alone(tmp_path: Path, make_article: MakeArticle) -> None:
    old, kept, new = (
        make_article(f"Bài {number}", text, path=path)
        for number, text, path in zip(range(3), TEXTS, ("a", "b", "a"), strict=False)
    )
    with new_store(tmp_path / "used") as store:
        add(store, old)
        add(store, kept)
        add(store, new)
        assert learnt(store) == learnt_from(tmp_path / "left", [kept, new])


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.sampled_from(range(len(TEXTS)))), max_size=12))
def test_whatever_was_added_and_removed_the_counts_are_those_of_what_is_left(
    tmp_path_factory: pytest.TempPathFactory, changes: list[tuple[bool, int]]
) -> None:
    folder = tmp_path_factory.mktemp("store")
    articles = [Article(str(n), "Bài", None, None, None, None, text) for n, text in enumerate(TEXTS)]
    present: set[int] = set()
    with new_store(folder / "used") as store:
        for adding, number in changes:
            if adding and number not in present:
                add(store, articles[number])
                present.add(number)
            elif not adding:
                assert store.remove(articles[number].id) is (number in present)
                present.discard(number)
        assert learnt(store) == learnt_from(folder / "left", [articles[number] for number in sorted(present)])


def test_a_failed_write_counts_nothing(tmp_path: Path, make_article: MakeArticle) -> None:
    with new_store(tmp_path) as store:
        add(store, make_article("Một", TEXTS[0]))
        before = learnt(store)
        with pytest.raises(ValueError, match="zip"):
            store.add([Entry(make_article("Hai", TEXTS[1]), [], np.ones((1, 2), np.float32))])
        assert learnt(store) == before


def test_an_abbreviation_lives_as_long_as_an_article_defines_it(tmp_path: Path, make_article: MakeArticle) -> None:
    first, second, other = (make_article(f"Bài {number}", text) for number, text in enumerate(TEXTS[:3]))
    with new_store(tmp_path) as store:
        assert store.expansions("HND") == []
        for article in (first, second, other):
            add(store, article)
        assert store.expansions("HND") == store.expansions("hnd") == ["Hội Nông dân"]
        assert store.expansions("HNCT") == ["Hội Người cao tuổi"]
        store.remove(first.id)
        assert store.expansions("HND") == ["Hội Nông dân"]
        store.remove(second.id)
        assert store.expansions("HND") == []


def test_the_meaning_most_articles_give_comes_first(tmp_path: Path, make_article: MakeArticle) -> None:
    with new_store(tmp_path) as store:
        for place in ("Bình Sơn", "Đông Hải"):
            add(store, make_article("Bài", f"Ban tổ chức (BTC) giải chạy {place} họp."))
        add(store, make_article("Bài", "Bộ Tài chính (BTC) ban hành thông tư."))
        assert store.expansions("BTC") == ["Ban tổ chức", "Bộ Tài chính"]


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        (Filters(), {"cũ", "giữa", "mới", "không ngày"}),
        (Filters(published_from=date(2024, 5, 3)), {"giữa", "mới"}),
        (Filters(published_to=date(2024, 5, 3)), {"cũ", "giữa"}),
        (Filters(date(2024, 5, 3), date(2024, 5, 3)), {"giữa"}),
        (Filters(date(2024, 5, 4), date(2024, 5, 3)), set()),
        (Filters(sources=("Báo Nam Hoài",)), {"cũ", "không ngày"}),
        (Filters(sources=("Báo Nam Hoài", "Cổng huyện")), {"cũ", "giữa", "không ngày"}),
        (Filters(authors=("Lê An",)), {"cũ", "mới"}),
        (Filters(published_from=date(2020, 1, 1), sources=("Báo Nam Hoài",)), {"cũ"}),
        (Filters(sources=("Báo Nam Hoài",), authors=("Lê An",)), {"cũ"}),
        (Filters(sources=("Báo khác",)), set()),
        (Filters(sources=("' OR 1=1 --",)), set()),
    ],
)
def test_filters_let_through_what_meets_all_of_them(
    tmp_path: Path, make_article: MakeArticle, filters: Filters, found: set[str]
) -> None:
    rows = [
        ("cũ", date(2023, 12, 31), "Báo Nam Hoài", "Lê An"),
        ("giữa", date(2024, 5, 3), "Cổng huyện", None),
        ("mới", date(2025, 1, 1), None, "Lê An"),
        ("không ngày", None, "Báo Nam Hoài", "Trần Bình"),
    ]
    with new_store(tmp_path) as store:
        for title, published, source, author in rows:
            add(store, replace(make_article(title, f"Bài {title}.", published), source=source, author=author))
        titles = {article.id: article.title for article in store.articles()}
        assert {titles[article_id] for article_id in store.matching(filters)} == found
