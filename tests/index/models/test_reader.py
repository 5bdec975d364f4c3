"""The reader's network in its engines: weights in a file, what is shared, and equal answers of PyTorch and OpenVINO."""

from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from index import ModelMissing
from index.models import reader
from index.models.openvino_e5 import openvino_installed
from index.models.reader_input import ReaderInput
from index.models.reader_network import SHARED_LAYERS, ReaderNetwork
from index.models.reader_weights import BUNDLED_READER, read_reader, write_reader
from index.models.word_vectors import WordVectors
from tests.tiny_reader import tiny_sentence_model

PAIRS = [ReaderInput(ids, [None] * len(ids), []) for ids in ([0, 9, 10, 2, 11, 12, 13, 2], [0, 9, 2, 14, 2])]
engines = pytest.mark.parametrize(
    "openvino",
    [
        False,
        pytest.param(True, marks=pytest.mark.skipif(not openvino_installed(), reason="openvino is not installed")),
    ],
)


@pytest.fixture(scope="module")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_sentence_model(tmp_path_factory.mktemp("model"))


@pytest.fixture
def weights(sentence_model: Path, tmp_path: Path) -> Path:
    torch.manual_seed(2)
    network = ReaderNetwork(sentence_model)
    write_reader(tmp_path / "reader.safetensors", network.own_weights(), {"bias": 0.25, "quote_too": 1.0})
    return tmp_path / "reader.safetensors"


def test_word_vectors_are_those_of_the_sentence_model(sentence_model: Path) -> None:
    from transformers import BertModel

    known = BertModel.from_pretrained(sentence_model).embeddings.word_embeddings.weight.detach().float().numpy()
    ids = np.array([[0, 9, 2], [30, 4, 1]])
    assert np.array_equal(WordVectors(sentence_model)(ids), known[ids])


def test_the_file_holds_the_readers_own_weights_alone(sentence_model: Path, weights: Path) -> None:
    read = read_reader(weights)
    names = set(read.tensors())
    assert {"span.weight", "answerable.bias", "support.weight", "scale", "none"} <= names
    assert not any("embeddings" in name or f"layer.{SHARED_LAYERS - 1}." in name for name in names)
    assert any(f"layer.{SHARED_LAYERS}." in name for name in names)
    assert (read.calibration, read.scale, read.none) == ({"bias": 0.25, "quote_too": 1.0}, 0.5, 0.0)
    assert read.fingerprint == read_reader(weights).fingerprint


@engines
def test_engines_say_what_the_network_says(
    sentence_model: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, openvino: bool
) -> None:
    monkeypatch.setattr(reader, "bundled_e5", lambda _cache: sentence_model)
    model = reader.open_reader(weights, tmp_path, openvino)
    network = ReaderNetwork(sentence_model).eval()
    network.load_own_weights(read_reader(weights).tensors())
    words = WordVectors(sentence_model)
    for pair, found in zip(PAIRS, model.read(PAIRS), strict=True):  # alone and in a padded batch
        ids = np.array([pair.ids])
        with torch.inference_mode():
            known = network(torch.from_numpy(words(ids)), torch.ones(ids.shape, dtype=torch.long))
        np.testing.assert_allclose(found.spans, known.spans[0], atol=0.05)
        np.testing.assert_allclose(found.answerable, known.answerable[0], atol=0.05)
        np.testing.assert_allclose(found.support, known.support[0], atol=0.05)
    assert model.read([]) == []
    if openvino:
        assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [f"{model.fingerprint}-openvino"]


@engines
def test_a_network_of_another_shape_is_told_in_one_line(
    sentence_model: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, openvino: bool
) -> None:
    monkeypatch.setattr(reader, "bundled_e5", lambda _cache: sentence_model)
    write_reader(
        weights, read_reader(weights).tensors() | {"span.weight": torch.zeros(2, 8)}, {"bias": 0, "quote_too": 0}
    )
    with pytest.raises(ModelMissing, match="HOIDAP_READER") as told:
        reader.open_reader(weights, tmp_path, openvino)
    assert "\n" not in str(told.value)


@pytest.mark.skipif(not openvino_installed(), reason="openvino is not installed")
@pytest.mark.parametrize("file", ["reader.xml", "reader.bin"])
def test_a_damaged_conversion_is_made_anew(
    sentence_model: Path, weights: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    monkeypatch.setattr(reader, "bundled_e5", lambda _cache: sentence_model)
    converted = tmp_path / f"{read_reader(weights).fingerprint}-openvino"
    converted.mkdir()
    for name in ("reader.xml", "reader.bin"):
        (converted / name).write_bytes(b"")
    (converted / file).unlink()
    found = reader.open_reader(weights, tmp_path, openvino=True).read(PAIRS)
    known = reader.open_reader(weights, tmp_path / "other", openvino=True).read(PAIRS)
    np.testing.assert_array_equal(found[0].spans, known[0].spans)


@pytest.mark.parametrize("damage", ["missing", "empty", "text", "other weights", "cut", "no calibration"])
def test_what_are_no_weights_of_a_reader_is_said_in_one_line(weights: Path, damage: str) -> None:
    if damage == "missing":
        weights.unlink()
    elif damage == "empty":
        weights.write_bytes(b"")
    elif damage == "text":
        weights.write_text("không phải trọng số", "utf-8")
    elif damage == "other weights":
        save_file({"x": torch.zeros(2)}, weights)
    elif damage == "no calibration":
        write_reader(weights, read_reader(weights).tensors(), {})
    else:
        weights.write_bytes(weights.read_bytes()[:-100])
    with pytest.raises(ModelMissing, match="HOIDAP_READER") as told:
        read_reader(weights)
    assert "\n" not in str(told.value)


def test_weights_of_another_network_are_refused(sentence_model: Path, weights: Path) -> None:
    network = ReaderNetwork(sentence_model)
    tensors = read_reader(weights).tensors()
    with pytest.raises(ValueError, match=r"span\.bias"):
        network.load_own_weights({name: one for name, one in tensors.items() if name != "span.bias"})
    with pytest.raises(ValueError, match=r"span\.weight"):
        network.load_own_weights(tensors | {"span.weight": torch.zeros(2, 8)})


def test_the_bundled_weights_are_small_enough_to_ship() -> None:
    assert BUNDLED_READER.stat().st_size < 45_000_000
    assert {"bias", "quote_too", "sentence.logit", "answered.logit"} <= set(read_reader(BUNDLED_READER).calibration)
