"""Settings of the index. Read once, from the environment (prefix ``HOIDAP_``) or from arguments."""

from pathlib import Path

from platformdirs import user_cache_path
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED = "bundled"


class IndexSettings(BaseSettings):
    """Where the index lives and which sentence model makes its vectors.

    Attributes:
        index: Folder of the index (``HOIDAP_INDEX``).
        cache: Folder for converted models (``HOIDAP_CACHE``); the user cache by default.
        embedding_model: "bundled" for multilingual-e5-small from the installed packages, "hashing" for the
            model-free stand-in, else the name or folder of any sentence-transformers model.
        cross_encoder: Name or folder of a sentence-transformers CrossEncoder that reads the best passages once more;
            empty for none.
    """

    model_config = SettingsConfigDict(env_prefix="HOIDAP_", env_ignore_empty=True, frozen=True, extra="forbid")

    index: Path = Path("data/index")
    cache: Path = Field(default_factory=lambda: user_cache_path("hoidap"))
    embedding_model: str = BUNDLED
    cross_encoder: str = ""

    @field_validator("index", "cache")
    @classmethod
    def _expand_home(cls, path: Path) -> Path:
        return path.expanduser()
