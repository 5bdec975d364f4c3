"""BM25 over segments, against the library bm25s over all texts at once."""

from collections.abc import Sequence

import bm25s
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search.arrays import Rows
from index.search.bm25 import BM25, KINDS, SearchedPostings
from index.search.postings import Postings, merged_parts
from index.vietnamese import bigrams, index_terms

TEXTS = [
    "Xã bán đất nông nghiệp, xã không bán rừng.",
    "Huyện bàn đạt nóng nghiệp; ngày 3/5/2024 họp lại.",
    "UBND xã làm đường, ủy ban nhân dân huyện khen.",
    "",
    "Ngày 03 tháng 5 năm 2024, xã bán đất xã bán đất xã bán đất.",
    "Chuyện khác hẳn",
]
QUESTIONS = ["xã bán đất", "ban dat nong nghiep", "ngày 3.5.2024", "UBND xã làm gì?", "Kubernetes", "", "xã xã"]
WORDS = ["xã", "xa", "bán", "bàn", "đất", "huyện", "họp", "2024"]


def searched(texts: Sequence[str], bounds: Sequence[int] = ()) -> BM25:
    """Texts divided into segments at some places."""
    pieces = np.split(np.array(texts, object), bounds)
    return BM25([SearchedPostings(Postings.build(piece)) for piece in pieces])


def all_scores(bm25: BM25, sizes: Sequence[int], question: str) -> np.ndarray:  # type: ignore[type-arg]
    """Scores of every row, shape ``(4, rows)``."""
    weighed = bm25.weigh(question)
    return np.hstack(
        [
            [bm25.scores(segment, getattr(weighed, kind), np.arange(size)) for kind in KINDS]
            for segment, size in enumerate(sizes)
        ]
    )


def reference_scores(texts: Sequence[str], question: str) -> np.ndarray:  # type: ignore[type-arg]
    """The same by bm25s, one index with accents and one without."""
    asked = index_terms(question)
    rows = []
    for of_text in ("exact", "folded"):
        model = bm25s.BM25()
        documents = []
        for text in texts:
            terms = index_terms(text)
            words = getattr(terms, of_text)
            documents.append([*words, *bigrams(words), *terms.extras])
        model.index(documents, show_progress=False, create_empty_token=True)
        words = getattr(asked, of_text)
        for tokens in ([*words, *asked.extras], list(bigrams(words))):
            ids = model.get_tokens_ids(tokens)
            rows.append(model.get_scores_from_ids(ids) if ids else np.zeros(len(texts)))
    frequencies = [
        sum(token in {*(terms := index_terms(text)).folded, *terms.extras} for text in texts)
        for token in [*asked.folded, *asked.extras]
    ]
    heaviest = sum(np.log(1 + (len(texts) - found + 0.5) / (found + 0.5)) for found in frequencies) or 1
    return np.array(rows) / heaviest


@pytest.mark.parametrize("question", QUESTIONS)
@pytest.mark.parametrize("bounds", [(), (1,), (2, 3, 5)])
def test_scores_are_those_of_the_library_however_rows_are_divided(question: str, bounds: tuple[int, ...]) -> None:
    sizes = np.diff([0, *bounds, len(TEXTS)])
    found = all_scores(searched(TEXTS, bounds), sizes.tolist(), question)
    assert np.allclose(found, reference_scores(TEXTS, question), atol=1e-5)


def test_accents_count_when_typed() -> None:
    words, pairs, folded_words, _ = all_scores(searched(TEXTS), [len(TEXTS)], "bán đất")
    assert words[0] > words[1] == 0 and pairs[0] > pairs[1] == 0
    assert folded_words[1] > 0
    words, pairs, folded_words, folded_pairs = all_scores(searched(TEXTS), [len(TEXTS)], "ban dat")
    assert words[0] == words[1] == 0 and not pairs.any()
    assert folded_words[0] > 0 and folded_pairs[1] > 0


texts = st.lists(st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(texts, st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join), st.integers(1, 5), st.data())
def test_the_best_rows_are_the_best_of_all_allowed(
    texts: list[str], question: str, count: int, data: st.DataObject
) -> None:
    bm25 = searched(texts)
    weighed = bm25.weigh(question)
    allowed = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    for terms in weighed.searches:
        scores = bm25.scores(0, terms, np.arange(len(texts))) * allowed
        best = bm25.best(0, terms, count, allowed)
        assert len(best) == min(count, np.count_nonzero(scores))
        assert np.allclose(np.sort(scores[best])[::-1], np.sort(scores)[::-1][: len(best)], atol=1e-6)


@settings(max_examples=60, deadline=None)
@given(texts, st.data())
def test_removed_rows_count_no_more_and_a_merge_forgets_them(texts: list[str], data: st.DataObject) -> None:
    live = np.array(data.draw(st.lists(st.booleans(), min_size=len(texts), max_size=len(texts))))
    left = [text for text, kept in zip(texts, live, strict=True) if kept]
    border = data.draw(st.integers(0, len(texts)))
    pieces = [(Postings.build(texts[:border]), live[:border]), (Postings.build(texts[border:]), live[border:])]
    masked = BM25([SearchedPostings(postings, kept) for postings, kept in pieces])
    merged = merge([postings for postings, _ in pieces], [kept for _, kept in pieces])
    anew = Postings.build(left)
    for name in ("terms", "starts", "rows", "counts", "lengths"):
        assert np.array_equal(getattr(merged, name), getattr(anew, name))
    for question in ("xã bán đất", "họp 2024"):
        found = all_scores(masked, [border, len(texts) - border], question)[:, live]
        assert np.allclose(found, all_scores(BM25([SearchedPostings(anew)]), [len(left)], question), atol=1e-6)
    assert masked.rarities(["xa", "hop"]) == BM25([SearchedPostings(anew)]).rarities(["xa", "hop"])


def merge(sources: list[Postings], kept: list[np.ndarray]) -> Postings:  # type: ignore[type-arg]
    parts = list(merged_parts(sources, kept))
    sizes = np.concatenate([part.sizes for part in parts])
    return Postings(
        np.concatenate([part.terms for part in parts]),
        np.concatenate([[0], np.cumsum(sizes)]),
        np.concatenate([part.rows for part in parts]),
        np.concatenate([part.counts for part in parts]),
        np.concatenate([source.lengths[keep] for source, keep in zip(sources, kept, strict=True)]),
    )


@pytest.mark.parametrize("at_once", [1, 7, 1_000_000])
def test_a_merge_in_parts_is_a_merge_at_once(monkeypatch: pytest.MonkeyPatch, at_once: int) -> None:
    monkeypatch.setattr("index.search.postings._MERGED_AT_ONCE", at_once)
    sources = [Postings.build(TEXTS[:2]), Postings.build(TEXTS[2:])]
    merged = merge(sources, [np.ones(len(source), np.bool_) for source in sources])
    anew = Postings.build(TEXTS)
    assert np.array_equal(merged.terms, anew.terms) and np.array_equal(merged.rows, anew.rows)


def test_common_words_are_passed_over_without_changing_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search.bm25._LOOKUP", 1)
    generator = np.random.default_rng(3)
    many = [
        " ".join(["xã", "họp"] * int(generator.integers(1, 4)) + [f"từ{number % 7}", f"hiếm{number % 40}"])
        for number in range(400)
    ]
    bm25 = searched(many)
    weighed = bm25.weigh("xã họp từ3 hiếm3")
    terms = weighed.words + weighed.pairs
    looked_up: list[Rows] = []
    scores = bm25.scores
    monkeypatch.setattr(bm25, "scores", lambda at, terms, rows: looked_up.append(rows) or scores(at, terms, rows))
    best = bm25.best(0, terms, 5, None)
    assert looked_up and len(looked_up[0]) < len(many) / 2
    every = scores(0, terms, np.arange(len(many)))
    assert np.allclose(np.sort(every[best]), np.sort(every)[-5:])


def test_rarity_falls_with_frequency() -> None:
    rarities = searched(["xã một", "xã hai", "xã ba"]).rarities(["xa", "mot", "chua"])
    assert rarities["xa"] < rarities["mot"] < rarities["chua"] == 1.0
