"""Pairs of texts as tokens: where each sentence and each answer stands among them."""

import pytest
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from index import Span
from index.models.reader_input import reader_input
from index.vietnamese import split_sentences

QUESTION = "Xã có mấy thôn?"
TITLE = "Xã Bình Sơn. Tin vắn."
TEXT = "Xã Bình Sơn có 12 thôn. Chủ tịch xã là bà Lò Thị Mận.\nTrạm y tế mở cửa cả tuần."


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    """Splits as the sentence model's does: a word is a token, with the space before it."""
    words = sorted({f"▁{word}" for text in (QUESTION, TITLE, TEXT) for word in text.split()})
    vocabulary = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), *((word, -1.0) for word in words)]
    made = Tokenizer(models.Unigram(vocabulary, unk_id=3, byte_fallback=False))
    made.normalizer = normalizers.Replace(Regex(r"\s+"), " ")
    made.pre_tokenizer = pre_tokenizers.Metaspace()
    made.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return made


def words_of(tokenizer: Tokenizer, ids: list[int]) -> str:
    return " ".join((tokenizer.id_to_token(one) or "").strip("▁") for one in ids)


@pytest.mark.parametrize("head", ["", TITLE])
def test_every_sentence_has_its_tokens_and_the_head_has_none(tokenizer: Tokenizer, head: str) -> None:
    sentences = split_sentences(TEXT)
    read = reader_input(tokenizer, QUESTION, head, TEXT, sentences, 384)
    for span, tokens in zip(sentences, read.sentences, strict=True):
        assert tokens is not None
        assert words_of(tokenizer, list(read.ids[tokens[0] : tokens[1]])) == TEXT[span.start : span.end]
    assert read.offsets[0] is None
    assert sum(one is not None for one in read.offsets) == len(TEXT.split())


def test_an_answer_is_found_by_its_characters(tokenizer: Tokenizer) -> None:
    read = reader_input(tokenizer, QUESTION, TITLE, TEXT, split_sentences(TEXT), 384)
    start = TEXT.index("bà Lò Thị Mận")
    tokens = read.tokens_of(Span(start, start + len("bà Lò Thị Mận")))
    assert tokens is not None
    assert words_of(tokenizer, list(read.ids[tokens[0] : tokens[1] + 1])) == "bà Lò Thị Mận."


def test_what_the_window_cuts_off_has_no_tokens(tokenizer: Tokenizer) -> None:
    sentences = split_sentences(TEXT)
    read = reader_input(tokenizer, QUESTION, "", TEXT, sentences, 16)
    assert len(read.ids) == 16
    assert read.ids[-1] == 2
    assert read.sentences[0] is not None
    assert read.sentences[2] is None
    start = TEXT.index("Trạm y tế")
    assert read.tokens_of(Span(start, start + 9)) is None
