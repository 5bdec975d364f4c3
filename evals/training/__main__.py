"""``python -m evals.training [STAGE...]``: train the reader; a stage that is done is not done again."""

import sys
from pathlib import Path

import torch

from evals.settings import EvalSettings
from evals.training.loop import Run, train
from evals.training.stages import STAGES
from index.models.e5 import bundled_e5


def main(names: list[str]) -> None:
    """Train the named stages, by default all, one after the other."""
    from tokenizers import Tokenizer

    settings = EvalSettings()
    folder = settings.cache / "reader-training"
    folder.mkdir(parents=True, exist_ok=True)
    model = bundled_e5(settings.cache)
    tokenizer = Tokenizer.from_file(str(model / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
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


if __name__ == "__main__":
    main(sys.argv[1:])
