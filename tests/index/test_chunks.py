from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from index.chunks import chunk_spans
from index.tokens import count_tokens
from index.vietnamese import split_sentences

articles = st.lists(
    st.sampled_from(
        [
            "Xã Bình Sơn đạt chuẩn.",
            "Ngày 3.5.2024, TP. Huế họp.",
            "dòng không dấu chấm",
            "a" * 60,
            "\n\n",
            "\n",
            "Đạt 8,5%!",
        ]
    ),
    max_size=40,
).map(" ".join)


@given(articles | st.text(max_size=400), st.integers(min_value=8, max_value=120))
def test_chunks_cover_the_text_within_the_budget(text: str, budget: int) -> None:
    end = 0
    for span in chunk_spans(text, budget=budget):
        assert end <= span.start < span.end
        assert not text[end : span.start].strip(), "text between chunks"
        piece = text[span.start : span.end]
        assert count_tokens(piece) <= budget or len(piece) == 1
        end = span.end
    assert not text[end:].strip(), "text after the last chunk"


def test_chunks_are_whole_sentences() -> None:
    text = "Câu một nói về xã. Câu hai nói về huyện. Câu ba nói về tỉnh."
    pieces = [text[span.start : span.end] for span in chunk_spans(text, budget=count_tokens(text) // 2)]
    assert len(pieces) > 1
    assert all(piece.endswith(".") for piece in pieces)


def test_a_further_limit_is_kept() -> None:
    text = "Một hai ba bốn năm sáu bảy tám chín mười. " * 5
    spans = chunk_spans(text, fits=lambda piece: len(piece) <= 50)
    assert all(span.end - span.start <= 50 for span in spans)
    assert "".join(text[span.start : span.end] for span in spans).count("mười") == 5


@given(articles, st.integers(min_value=8, max_value=200), st.integers(min_value=30, max_value=400))
def test_a_chunk_ends_where_one_more_sentence_would_not_fit(text: str, budget: int, characters: int) -> None:
    spans = chunk_spans(text, budget=budget, fits=lambda piece: len(piece) <= characters)
    for span, following in pairwise(spans):
        whole = [text[one.start : one.end] for one in split_sentences(text) if span.start <= one.start < following.end]
        if all(len(one) <= characters and count_tokens(one) <= budget for one in whole):
            first = next(one for one in split_sentences(text) if one.end > following.start)
            longer = text[span.start : first.end]
            assert len(longer) > characters or count_tokens(longer) > budget
