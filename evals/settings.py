"""Settings of the evaluation: those of the product and where the measuring data is."""

from pathlib import Path

from pydantic import field_validator

from rag import Settings


class EvalSettings(Settings):
    """The product's settings with some more.

    Attributes:
        bench_sizes: Chunks of the indexes that ``hoidap bench index`` measures (``HOIDAP_BENCH_SIZES``), as JSON.
        data: Folder that holds data/ with the question sets (``HOIDAP_DATA``); ../shared beside the project by default.
    """

    bench_sizes: tuple[int, ...] = (1_000, 10_000, 100_000, 1_000_000)
    data: Path = Path(__file__).parents[2] / "shared"

    @field_validator("data")
    @classmethod
    def _expand_home_of_data(cls, path: Path) -> Path:
        return path.expanduser()
