"""Settings of the evaluation: those of the product, where the measuring data is, and what to measure beside it."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import NoDecode

from rag import Settings

PEERS = ("hoidap", "langchain", "llamaindex", "haystack", "chroma")
"""Scripts of ``evals.baselines.peers``."""


class EvalSettings(Settings):
    """The product's settings with a few more.

    Attributes:
        bench_sizes: Chunks of the indexes that ``hoidap bench index`` measures (``HOIDAP_BENCH_SIZES``), as JSON.
        data: Folder that holds data/ with the question sets (``HOIDAP_DATA``); ../shared beside the project by default.
        peers: What ``hoidap bench peers`` measures (``HOIDAP_PEERS``), names with commas between them.
        peer_chunks: How many chunks its large size has.
    """

    bench_sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    data: Path = Path(__file__).parents[2] / "shared"
    peers: Annotated[tuple[str, ...], NoDecode] = PEERS
    peer_chunks: int = Field(default=100_000, ge=1)

    @field_validator("peers", mode="before")
    @classmethod
    def _split_names(cls, names: object) -> object:
        return tuple(name.strip() for name in names.split(",")) if isinstance(names, str) else names

    @field_validator("peers")
    @classmethod
    def _known_peers(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [name for name in names if name not in PEERS]
        if unknown:
            raise ValueError(f"no peer {', '.join(unknown)}; there are: {', '.join(PEERS)}")
        return names

    @field_validator("data")
    @classmethod
    def _expand_home_of_data(cls, path: Path) -> Path:
        return path.expanduser()
