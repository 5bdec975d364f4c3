"""Stages: every example points at the words that answer, whatever passages and spellings are drawn."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from tokenizers import Tokenizer, models, pre_tokenizers, processors

from evals.training import stages
from evals.training.examples import Example, Pair, cropped, question_pair
from evals.training.rows import OwnArticle, Question, own_articles
from index import Span

TEXT = (
    "Xã Vạn Lộc mở thư viện ngày 3/5/2031 với 2.350 đầu sách. Bà Tô Thị Mận trông coi. Thư viện mở cửa cả tuần.\n\n"
    "Trước đó, năm 2029, xã chi 1,2 tỷ đồng sửa nhà văn hóa. Công trình do ông Lý A Sùng làm, xong sau bốn tháng. "
    "Người dân góp 340 ngày công. Nhà văn hóa có 120 chỗ ngồi và một sân khấu nhỏ ở phía sau."
)
ARTICLES = [
    OwnArticle(
        f"Z-0{number}",
        f"Xã Vạn Lộc mở thư viện {number}",
        TEXT,
        [
            ("Ai giữ kho sách?", "Bà Tô Thị Mận"),
            ("Nhà văn hóa hết bao nhiêu tiền?", "1,2 tỷ đồng"),
            ("Thư viện do ai thiết kế?", None),
        ],
        [
            ("Thư viện có hơn 2.000 đầu sách.", "supported", TEXT[: TEXT.index(" Bà")]),
            ("Nhà văn hóa có 210 chỗ ngồi.", "contradicted", TEXT[TEXT.index("Nhà văn hóa có") :]),
            ("Xã sẽ mở thêm hai thư viện.", "not_stated", ""),
        ],
    )
    for number in (1, 2, 7)
]  # fmt: skip
ANSWERS = {"Bà Tô Thị Mận", "1,2 tỷ đồng"}


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """A character is a token: whatever is read can be told from the ids."""
    made = Tokenizer(
        models.WordLevel({"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, **_characters()}, unk_token="<unk>")
    )
    made.pre_tokenizer = pre_tokenizers.Split("", "isolated")
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


def _characters() -> dict[str, int]:
    return {chr(code): 10 + at for at, code in enumerate([*range(32, 0x250), *range(0x1EA0, 0x1F00)])}


def spoken(tokenizer: Tokenizer, pair: Pair, first: int, end: int) -> str:
    return "".join(tokenizer.id_to_token(one) or "" for one in pair.ids[first:end])


@pytest.fixture
def made(tokenizer: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> list[Example]:
    def few(_folder: Path, name: str) -> Iterator[Question]:
        for number in range(3):
            start = TEXT.index("2.350")
            yield Question(f"Mấy đầu sách năm 203{number}?", "", TEXT, Span(start, start + 5) if number else None, name)

    monkeypatch.setattr(stages, "own_articles", lambda: ARTICLES)
    monkeypatch.setattr(stages, "open_questions", few)
    monkeypatch.setattr(stages, "_REPLAYED", dict.fromkeys(["xquad_vi"], stages._Share(None, 1.0, 1.0)))
    monkeypatch.setattr("evals.training.examples.WINDOW", 2_000)
    return list(stages.own_stage(tokenizer, Path()))


def test_every_answer_stands_in_its_sentence(tokenizer: Tokenizer, made: list[Example]) -> None:
    answered = [pair for example in made for pair in example.pairs if pair.gold is not None]
    assert {spoken(tokenizer, pair, pair.answer[0], pair.answer[1] + 1) for pair in answered if pair.answer} == {
        *ANSWERS,
        "2.350",
    }
    for pair in answered:
        first, end = pair.sentences[pair.gold or 0]
        assert pair.answer is not None
        assert first <= pair.answer[0] <= pair.answer[1] < end


def test_what_does_not_answer_is_marked_so(tokenizer: Tokenizer, made: list[Example]) -> None:
    silent = [one for one in made if one.support is None and all(pair.gold is None for pair in one.pairs)]
    assert len(silent) > 3
    assert all(sum(pair.gold is not None for pair in one.pairs) <= 1 for one in made)
    assert {one.support for one in made} == {None, 0, 1, 2}


def test_articles_for_validation_are_never_learnt_from(made: list[Example], tokenizer: Tokenizer) -> None:
    read = " ".join(spoken(tokenizer, pair, 0, len(pair.ids)) for example in made for pair in example.pairs)
    assert "thư viện 1" in read
    assert "thư viện 7" not in read


def test_a_stage_is_the_same_every_time(
    tokenizer: Tokenizer, made: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert list(stages.own_stage(tokenizer, Path())) == made


@pytest.mark.parametrize("size", [30, 90, 200, 5_000])
def test_a_cropped_passage_keeps_its_answer(tokenizer: Tokenizer, size: int) -> None:
    start = TEXT.index("ông Lý A Sùng")
    question = Question("Ai làm?", "", TEXT, Span(start, start + 13), "own")
    for seed in range(5):
        short = cropped(question, size, Random(seed))  # noqa: S311
        assert short.answer is not None
        assert short.context[short.answer.start : short.answer.end] == "ông Lý A Sùng"
        assert short.context in TEXT
        assert question_pair(tokenizer, short) is not None or len(short.context) > 250


def test_our_own_articles_are_sound() -> None:
    articles = own_articles()
    assert len(articles) == 794
    assert len({article.id for article in articles}) == 794
    for article in articles:
        assert all(answer is None or answer in article.text for _, answer in article.questions), article.id
        assert all(label in ("supported", "contradicted", "not_stated") for _, label, _ in article.claims), article.id
        assert all(evidence in article.text for _, _, evidence in article.claims), article.id
    assert 90 < sum(article.validates for article in articles) < 110
