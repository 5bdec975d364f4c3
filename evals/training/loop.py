"""The training loop: processes that share their gradients, checkpoints, learning rates.

On a CPU each process computes with one thread: two of them do 20 % more than one with two threads (1,511 tokens a
second each, 2,550 together; AVX512-BF16). On a GPU one process does all. An interrupted run goes on from its last
checkpoint when the same command is given again, and ends with the same weights up to rounding.
"""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import distributed
from torch.multiprocessing.spawn import start_processes

from evals.training.batches import batches, losses, padded
from evals.training.examples import Example
from evals.training.stages import SEED, Stage
from index.models.reader_network import SHARED_LAYERS, ReaderNetwork
from index.models.word_vectors import WordVectors

_WARM_UP = 0.05  # of a stage's steps
_WEIGHT_DECAY = 0.01
_LARGEST_GRADIENT = 1.0
_STEPS_BETWEEN_CHECKPOINTS = 100
_STEPS_BETWEEN_LINES = 20


@dataclass(frozen=True, slots=True)
class Run:
    """What a training is made of.

    Attributes:
        sentence_model: Folder of the converted sentence model.
        folder: Where checkpoints, weights and log go.
        pad: Token that fills batches up.
        processes: How many share the work.
        device: "cpu" or "cuda".
    """

    sentence_model: Path
    folder: Path
    pad: int
    processes: int
    device: str


def train(run: Run, stage: Stage, examples: list[Example], start: Path | None) -> Path:
    """Train one stage, or what is left of it, and write its weights.

    Args:
        run: Where and on what.
        stage: Its name and learning rates.
        examples: What to learn from.
        start: Weights of the stage before; None to begin from the sentence model.

    Returns:
        The file of the weights.
    """
    target = run.folder / f"{stage.name}.pt"
    if target.is_file():
        return target
    os.environ.setdefault("MASTER_ADDR", "127.0.0.1")
    os.environ.setdefault("MASTER_PORT", "29555")
    if run.processes == 1:
        _work(0, run, stage, examples, start)
    else:
        # Started by fork, so that the examples are shared and not copied.
        start_processes(  # type: ignore[no-untyped-call]
            _work, (run, stage, examples, start), run.processes, start_method="fork"
        )
    return target


def _work(rank: int, run: Run, stage: Stage, examples: list[Example], start: Path | None) -> None:
    """One process of a stage."""
    torch.set_num_threads(1 if run.processes > 1 else torch.get_num_threads())
    torch.manual_seed(SEED)
    if run.processes > 1:
        distributed.init_process_group("gloo", rank=rank, world_size=run.processes)
    network = ReaderNetwork(run.sentence_model, "eager").to(run.device).train()
    words = WordVectors(run.sentence_model)
    if start is not None:
        network.load_own_weights(torch.load(start, map_location=run.device, weights_only=True)["weights"])
    frozen = [network.encoder.embeddings, *network.encoder.encoder.layer[:SHARED_LAYERS]]
    for module in frozen:
        module.requires_grad_(False)
    optimiser = torch.optim.AdamW(_groups(network, stage), weight_decay=_WEIGHT_DECAY, fused=True)
    steps = _steps(batches(examples, SEED), run.processes)
    checkpoint = run.folder / f"{stage.name}-checkpoint.pt"
    done, spent = 0, 0.0
    if checkpoint.is_file():
        saved = torch.load(checkpoint, map_location=run.device, weights_only=True)
        network.load_own_weights(saved["weights"])
        optimiser.load_state_dict(saved["optimiser"])
        done, spent = saved["step"], saved["seconds"]
    log = _Log(run.folder / f"{stage.name}.jsonl", len(steps), spent, silent=rank > 0)
    for step in range(done, len(steps)):
        _set_rates(optimiser, stage, step / len(steps))
        _learn(network, words, optimiser, steps[step][rank], run, log)
        log.line(step + 1)
        if rank == 0 and (step + 1) % _STEPS_BETWEEN_CHECKPOINTS == 0:
            _save(checkpoint, network, optimiser.state_dict(), step + 1, log.seconds)
    if rank == 0:
        _save(run.folder / f"{stage.name}.pt", network, {}, len(steps), log.seconds)
        checkpoint.unlink(missing_ok=True)
    if run.processes > 1:
        distributed.destroy_process_group()


def _learn(
    network: ReaderNetwork,
    words: WordVectors,
    optimiser: torch.optim.Optimizer,
    batch: list[Example],
    run: Run,
    log: "_Log",
) -> None:
    ids, mask = padded([pair for one in batch for pair in one.pairs], run.pad)
    with torch.autocast(run.device, torch.bfloat16):
        readings = network(torch.from_numpy(words(ids.numpy())).to(run.device), mask.to(run.device))
    of_batch = losses(network, batch, type(readings)(*(one.float().cpu() for one in readings)), mask)
    optimiser.zero_grad(set_to_none=False)
    of_batch.total.backward()  # type: ignore[no-untyped-call]
    trained = [one for one in network.parameters() if one.requires_grad]
    if run.processes > 1:
        _average([one.grad if one.grad is not None else torch.zeros_like(one) for one in trained], trained)
    torch.nn.utils.clip_grad_norm_(trained, _LARGEST_GRADIENT)
    optimiser.step()
    log.add(of_batch.total.item(), of_batch.decided, of_batch.questions, of_batch.judged, of_batch.claims)


def _average(gradients: list[torch.Tensor], parameters: list[torch.nn.Parameter]) -> None:
    """Give all processes the mean of their gradients, sent as one tensor."""
    flat = torch.cat([one.reshape(-1) for one in gradients])
    distributed.all_reduce(flat)
    flat /= distributed.get_world_size()
    at = 0
    for parameter in parameters:
        parameter.grad = flat[at : at + parameter.numel()].view_as(parameter)
        at += parameter.numel()


def _groups(network: ReaderNetwork, stage: Stage) -> list[dict[str, Any]]:
    layers = [one for name, one in network.named_parameters() if name.startswith("encoder.") and one.requires_grad]
    heads = [one for name, one in network.named_parameters() if not name.startswith("encoder.")]
    return [{"params": layers, "lr": stage.rate}, {"params": heads, "lr": stage.head_rate}]


def _set_rates(optimiser: torch.optim.Optimizer, stage: Stage, progress: float) -> None:
    """Up to the highest rate, then down to nothing in a straight line."""
    share = min(1.0, progress / _WARM_UP + 0.02) * (1 - progress)
    for group, rate in zip(optimiser.param_groups, (stage.rate, stage.head_rate), strict=True):
        group["lr"] = rate * share


def _steps(made: list[list[Example]], processes: int) -> list[list[list[Example]]]:
    """Batches by step and process; a last one that would leave a process idle is left out."""
    whole = len(made) - len(made) % processes
    return [made[at : at + processes] for at in range(0, whole, processes)]


def _save(path: Path, network: ReaderNetwork, optimiser: dict[str, Any], step: int, seconds: float) -> None:
    part = path.with_suffix(".part")
    torch.save(
        {"weights": network.own_weights(), "optimiser": optimiser, "step": step, "seconds": seconds},
        part,
    )
    part.replace(path)


class _Log:
    """Lines of JSON: how far the stage is, its loss and shares of right decisions since the last line."""

    def __init__(self, path: Path, steps: int, spent: float, silent: bool) -> None:
        self._path, self._steps, self._silent = path, steps, silent
        self._started = time.perf_counter() - spent
        self._sums = [0.0] * 5
        self._count = 0

    @property
    def seconds(self) -> float:
        """Of the stage so far, without interruptions."""
        return time.perf_counter() - self._started

    def add(self, *of_batch: float) -> None:
        self._sums = [total + one for total, one in zip(self._sums, of_batch, strict=True)]
        self._count += 1

    def line(self, step: int) -> None:
        if self._silent or (step % _STEPS_BETWEEN_LINES and step != self._steps):
            return
        loss, decided, questions, judged, claims = self._sums
        line = {
            "step": step,
            "of": self._steps,
            "seconds": round(self.seconds),
            "loss": round(loss / max(1, self._count), 4),
            "decided": round(decided / max(1, questions), 3),
            "judged": round(judged / max(1, claims), 3),
        }
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")
        self._sums, self._count = [0.0] * 5, 0
