"""The OpenVINO form of the sentence model: a tiny model of random weights goes through the whole conversion."""

import json
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from index import IndexSettings, ModelMissing
from index.models.e5 import bundled_name
from index.models.e5_engine import e5_as_module, e5_tokenizer, token_arrays
from index.models.embedders import embedder_fingerprint, open_embedder
from index.models.embedding import unrelated_similarity
from index.models.openvino_e5 import OpenVinoE5, openvino_e5, openvino_installed

TEXTS = ["Xã Bình Sơn mở thư viện.", "Huyện", "Công trình nước sạch trị giá 2,35 tỷ đồng đã hoàn thành " * 3]
WINDOW = 128

needs_openvino = pytest.mark.skipif(not openvino_installed(), reason="openvino and nncf are not installed")


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT of one layer that reads characters, in the layout of the bundled model."""
    import torch
    from tokenizers import Regex, Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel

    folder = tmp_path_factory.mktemp("source")
    characters = sorted(set("".join(TEXTS) + "query: passage:"))
    words = {word: number for number, word in enumerate(["<s>", "<pad>", "</s>", "<unk>", *characters])}
    tokenizer = Tokenizer(models.WordLevel(words, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(5)
    shape = {"hidden_size": 32, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 64}
    BertModel(BertConfig(vocab_size=len(words), max_position_embeddings=WINDOW, **shape)).save_pretrained(folder)
    return folder


@pytest.fixture(scope="module")
def cache(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache in which that model is the bundled one."""
    folder = tmp_path_factory.mktemp("cache")
    (folder / bundled_name()).symlink_to(source)
    return folder


@needs_openvino
def test_it_is_converted_once_and_agrees_with_pytorch(
    source: Path, cache: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    import torch

    embedder = OpenVinoE5(openvino_e5(cache))
    assert not capfd.readouterr().out, "a command's --json stays JSON"
    converted = {file: file.stat().st_mtime_ns for file in cache.rglob("*-openvino/*")}
    assert {file.name for file in converted} == {"model.xml", "model.bin", "tokenizer.json"}
    assert not list(cache.glob(".*")), "nothing half-made is left"
    done: list[int] = []
    vectors = OpenVinoE5(openvino_e5(cache)).embed_passages(TEXTS, done.append)
    assert {file: file.stat().st_mtime_ns for file in cache.rglob("*-openvino/*")} == converted
    assert sum(done) == len(TEXTS)
    assert vectors.shape == (3, embedder.dimensions) == (3, 32)
    with torch.inference_mode():
        arrays = token_arrays(e5_tokenizer(source), ["passage: " + text for text in TEXTS])
        expected = e5_as_module(source)(*map(torch.from_numpy, arrays)).numpy()
    assert (vectors * expected).sum(axis=1).min() > 0.999
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)
    one_by_one = np.array([embedder.embed_passages([text])[0] for text in TEXTS])
    assert (vectors * one_by_one).sum(axis=1).min() > 0.999, "padding changes nothing"
    assert -1 <= unrelated_similarity(embedder) <= 1


@needs_openvino
def test_it_knows_what_fits(cache: Path) -> None:
    embedder = OpenVinoE5(openvino_e5(cache))
    room = WINDOW - len("passage: ")
    assert embedder.fits("ă" * room)
    assert not embedder.fits("ă" * (room + 1))
    assert embedder.embed_passages(["ă" * 1000]).shape == (1, 32), "what does not fit is cut off"


@needs_openvino
def test_threads_may_share_it(cache: Path) -> None:
    embedder = OpenVinoE5(openvino_e5(cache))
    alone = [embedder.embed_query(text) for text in TEXTS]
    wrong: list[str] = []

    def ask(at: int) -> None:
        answers = [embedder.embed_query(TEXTS[at]) for _ in range(30)]
        wrong.extend(TEXTS[at] for answer in answers if not np.allclose(answer, alone[at], atol=1e-6))

    threads = [threading.Thread(target=ask, args=(at,)) for at in range(len(TEXTS))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


@needs_openvino
def test_it_is_chosen_where_it_is_installed(cache: Path) -> None:
    settings = IndexSettings(cache=cache)
    opened = open_embedder(settings)
    assert isinstance(opened, OpenVinoE5)
    assert opened.fingerprint == embedder_fingerprint(settings), "an index serves both"


def test_settings_decide(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("index.models.embedders.SentenceModel", lambda model, fingerprint: made.append(model))
    open_embedder(IndexSettings(cache=cache, embedding_backend="torch"))
    open_embedder(IndexSettings(cache=cache, embedding_backend="openvino", embedding_model=str(cache)))
    assert made == [str(cache / bundled_name()), str(cache)], "only the bundled model has such a form"


def test_without_openvino(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []
    monkeypatch.setattr("index.models.embedders.SentenceModel", lambda model, fingerprint: made.append(model))
    monkeypatch.setattr("index.models.embedders.openvino_installed", lambda: False)
    open_embedder(IndexSettings(cache=cache))
    assert len(made) == 1
    with pytest.raises(ModelMissing, match=r"pip install 'hoidap\[openvino\]'"):
        open_embedder(IndexSettings(cache=cache, embedding_backend="openvino"))


@needs_openvino
def test_nothing_is_reported_to_anybody(cache: Path) -> None:
    OpenVinoE5(openvino_e5(cache))
    assert sys.modules["openvino_telemetry"] is None
    assert json.loads((cache / bundled_name() / "config.json").read_text())["model_type"] == "bert"
