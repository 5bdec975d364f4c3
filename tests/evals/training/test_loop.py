"""The training loop on a network of a few thousand weights: it learns, and goes on where it was interrupted."""

import json
import random
from pathlib import Path

import pytest
import torch
from transformers import BertConfig, BertModel

from evals.training import loop
from evals.training.batches import batches
from evals.training.examples import Example, Pair
from evals.training.loop import Run, train
from evals.training.stages import Stage

WORDS = 40
TOKENS = 200


@pytest.fixture(scope="module")
def sentence_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("model")
    torch.manual_seed(1)
    config = BertConfig(
        vocab_size=WORDS, hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64,
        max_position_embeddings=64,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder)
    return folder


def examples() -> list[Example]:
    """Token 7 of a text answers every question; without it nothing does. Claims that hold token 8 are supported."""
    draw = random.Random(3)  # noqa: S311
    made = []
    for number in range(96):
        words = [draw.randrange(9, WORDS) for _ in range(12)]
        if number % 3 == 0:
            claim = number % 2
            made.append(
                Example([Pair([0, 5, 2, *([8] if claim else [9]), *words, 2], [], None, None)], 0 if claim else 2)
            )
            continue
        at = draw.randrange(12) if number % 3 == 1 else None
        if at is not None:
            words[at] = 7
        ids = [0, 5, 6, 2, *words, 2]
        sentences = [(4, 8), (8, 12), (12, 16)]
        answer = None if at is None else (4 + at, 4 + at)
        made.append(Example([Pair(ids, sentences, None if at is None else at // 4, answer)]))
    return made


STAGE = Stage("toy", 5e-3, 1e-2, lambda _tokenizer, _data: iter(()))


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "SHARED_LAYERS", 0)
    monkeypatch.setattr("index.models.reader_network._SHARED", ("encoder.embeddings.",))
    monkeypatch.setattr(loop, "_STEPS_BETWEEN_LINES", 5)
    monkeypatch.setattr("evals.training.batches.BATCH_TOKENS", TOKENS)


def run(sentence_model: Path, folder: Path, processes: int = 1) -> Run:
    folder.mkdir()
    return Run(sentence_model, folder, pad=1, processes=processes, device="cpu")


@pytest.mark.slow
def test_it_learns(sentence_model: Path, tmp_path: Path) -> None:
    here = run(sentence_model, tmp_path / "run")
    target = train(here, STAGE, examples() * 12, None)
    lines = [json.loads(line) for line in (here.folder / "toy.jsonl").read_text("utf-8").splitlines()]
    assert lines[-1]["step"] == lines[-1]["of"]
    assert lines[-1]["loss"] < 0.6 * lines[0]["loss"]
    assert train(here, STAGE, [], None) == target, "what is done is not done again"


@pytest.mark.slow
def test_an_interrupted_training_goes_on(sentence_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_STEPS_BETWEEN_CHECKPOINTS", 2)
    data = examples() * 2
    whole = train(run(sentence_model, tmp_path / "whole"), STAGE, data, None)
    here = run(sentence_model, tmp_path / "cut")
    learn, steps = loop._learn, iter(range(3))

    def interrupted(*arguments: object) -> None:
        if next(steps, None) is None:
            raise KeyboardInterrupt
        learn(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "_learn", interrupted)
    with pytest.raises(KeyboardInterrupt):
        train(here, STAGE, data, None)
    assert not (here.folder / "toy.pt").exists()
    monkeypatch.setattr(loop, "_learn", learn)
    resumed = train(here, STAGE, data, None)
    first, second = (torch.load(path, weights_only=True)["weights"] for path in (whole, resumed))
    assert all(torch.allclose(first[name], second[name], atol=1e-6) for name in first)


def test_batches_hold_every_example_once_and_no_more_tokens_than_allowed() -> None:
    data = examples() * 30
    made = batches(data, 5)
    assert sum(map(len, made)) == len(data)
    assert made == batches(data, 5) != batches(data, 6)
    assert max(sum(len(one.pairs) for one in batch) * max(one.longest for one in batch) for batch in made) <= TOKENS
