"""The optional cross-encoder: a tiny model of random weights made here, and what it does to the order of passages."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from index import Index, ModelMissing
from index.models.cross_encoder import CrossEncoderModel
from rag import Settings
from rag.analysis import analyse
from rag.ranking import RERANKED, candidates_of
from rag.search import reread, retrieve

WORDS = "[PAD] [UNK] [CLS] [SEP] [MASK] xã thư viện nước sạch huyện đông hải bình sơn chỉ số bao nhiêu".split()


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer with one label and its tokenizer, as a folder."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross-encoder")
    vocabulary = folder / "vocab.txt"
    vocabulary.write_text("\n".join(WORDS), encoding="utf-8")
    torch.manual_seed(3)
    shape = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}
    config = BertConfig(vocab_size=len(WORDS), num_labels=1, initializer_range=1.0, **shape)
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(str(vocabulary), strip_accents=False).save_pretrained(folder)
    return folder


class Prefers:
    """A cross-encoder that likes one word."""

    def __init__(self, word: str) -> None:
        self._word = word

    def scores(self, question: str, texts: Sequence[str]) -> list[float]:
        return [float(self._word in text) for text in texts]


def test_a_model_scores_pairs(model: Path) -> None:
    encoder = CrossEncoderModel(str(model))
    scores = encoder.scores("thư viện bao nhiêu", ["xã bình sơn", "nước sạch", "xã bình sơn"])
    assert all(0 <= score <= 1 for score in scores)
    assert scores[0] == scores[2] != scores[1]
    assert encoder.scores("thư viện", []) == []


def test_it_is_off_by_default(index: Index) -> None:
    assert index.cross_encoder is None


def test_its_order_is_the_order_of_the_passages(index: Index, settings: Settings, model: Path) -> None:
    question = "Xã Bình Sơn có bao nhiêu đầu sách?"
    with Index.open(index.folder, settings.model_copy(update={"cross_encoder": str(model)})) as reading:
        passages = retrieve(reading, question, 3)
        encoder = reading.cross_encoder
        assert encoder is not None
        assert encoder is reading.cross_encoder  # loaded once
        texts = [passage.article.text for passage in passages]
        assert [passage.score for passage in passages] == pytest.approx(encoder.scores(question, texts), abs=1e-3)
    assert [passage.score for passage in passages] == sorted((p.score for p in passages), reverse=True)
    assert {passage.article.id for passage in passages} == {p.article.id for p in retrieve(index, question, 3)}


def test_only_the_best_are_read_again(index: Index) -> None:
    question = "Xã Bình Sơn có bao nhiêu đầu sách?"
    found = candidates_of(index, analyse(index, question), index.search(question))
    assert "Suối Cạn" not in found[0].article.title
    moved = reread(Prefers("Suối Cạn"), question, found)
    assert "Suối Cạn" in moved[0].article.title
    many = [found[0]] * RERANKED + [found[-1], found[1]]
    assert reread(Prefers("nothing"), question, many)[RERANKED:][0].article == found[-1].article


@pytest.mark.parametrize("kind", ["empty folder", "nowhere", "sentence model"])
def test_a_model_that_cannot_read_pairs_is_told_in_one_line(kind: str, tmp_path: Path, model: Path) -> None:
    from transformers import BertModel

    folder = tmp_path / "mo-hinh"
    if kind != "nowhere":
        folder.mkdir()
    if kind == "sentence model":
        BertModel.from_pretrained(model).save_pretrained(folder)
        (folder / "vocab.txt").write_text("\n".join(WORDS), encoding="utf-8")
    with pytest.raises(ModelMissing, match="HOIDAP_CROSS_ENCODER") as error:
        CrossEncoderModel(str(folder))
    assert "\n" not in str(error.value)
