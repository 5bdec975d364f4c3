"""``python -m evals.training [STAGE...]``: train the reader, stage by stage, then calibrate it and write its weights.

A stage that is done is not done again; an interrupted one goes on from its checkpoint.
"""

import json
import sys
from pathlib import Path

import torch

from evals.settings import EvalSettings
from evals.training.calibrate import judge_claims, learn, observe
from evals.training.loop import Run, train
from evals.training.stages import STAGES
from index.models.e5 import bundled_e5
from index.models.e5_engine import whole_text_tokenizer
from index.models.openvino_e5 import openvino_installed
from index.models.reader import open_reader
from index.models.reader_network import ReaderNetwork
from index.models.reader_weights import BUNDLED_READER, write_reader

CALIBRATE = "calibrate"
_UNCALIBRATED = {"sentence.logit": 1.0, "answered.logit": 1.0, "bias": 0.0, "quote_too": 0.0}


def main(names: list[str]) -> None:
    """Do the named stages, by default all and then "calibrate"."""
    settings = EvalSettings()
    folder = settings.cache / "reader-training"
    folder.mkdir(parents=True, exist_ok=True)
    model = bundled_e5(settings.cache)
    tokenizer = whole_text_tokenizer(model / "tokenizer.json")
    cuda = torch.cuda.is_available()
    run = Run(
        sentence_model=model,
        folder=folder,
        pad=tokenizer.token_to_id("<pad>") or 0,
        processes=1 if cuda else torch.get_num_threads(),
        device="cuda" if cuda else "cpu",
    )
    start: Path | None = None
    for stage in STAGES:
        if not names or stage.name in names:
            examples = list(stage.examples(tokenizer, settings.data / "data" / "train"))
            sys.stdout.write(f"{stage.name}: {len(examples)} examples\n")
            sys.stdout.flush()
            train(run, stage, examples, start)
        start = folder / f"{stage.name}.pt"
    if not names or CALIBRATE in names:
        assert start is not None, "there is a stage"  # noqa: S101
        calibrate(start, settings, BUNDLED_READER)


def calibrate(trained: Path, settings: EvalSettings, target: Path) -> None:
    """Learn what the scores of trained weights are worth, and write both.

    Args:
        trained: Weights of the last stage.
        settings: Where the cache and the measuring data are.
        target: The file to write; what was found goes beside ``trained``.
    """
    network = ReaderNetwork(bundled_e5(settings.cache))
    network.load_own_weights(torch.load(trained, map_location="cpu", weights_only=True)["weights"])
    uncalibrated = trained.with_suffix(".safetensors")
    write_reader(uncalibrated, network.own_weights(), _UNCALIBRATED)
    model = open_reader(uncalibrated, settings.cache, openvino_installed())
    calibration, found = learn(list(observe(model, settings, settings.data / "data")))
    report = {"calibration": calibration, **found, "claims": judge_claims(model)}
    trained.with_suffix(".json").write_text(json.dumps(report, indent=1, ensure_ascii=False), "utf-8")
    write_reader(target, network.own_weights(), calibration)


if __name__ == "__main__":
    main(sys.argv[1:])
