"""Settings of the index. Read once, from the environment (prefix ``HOIDAP_``) or from arguments."""

from pathlib import Path
from typing import Literal

from platformdirs import user_cache_path
from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

BUNDLED = "bundled"


class IndexSettings(BaseSettings):
    """Where the index lives and which sentence model makes its vectors.

    Attributes:
        index: Folder of the index (``HOIDAP_INDEX``).
        cache: Folder for converted models (``HOIDAP_CACHE``); the user cache by default.
        embedding_model: "bundled" for multilingual-e5-small from the installed packages, "hashing" for the
            model-free stand-in, else the name or folder of any sentence-transformers model.
        embedding_backend: What computes the bundled model: "openvino", "torch", or "auto" for OpenVINO, the faster one,
            where it is installed. Vectors of both share an index. Every other model is computed by PyTorch.
        cross_encoder: Name or folder of a sentence-transformers CrossEncoder that reads the best passages once more;
            empty for none.
        ray_address: Of the Ray cluster that ``--workers ray`` embeds on, such as "ray://host:10001"; empty for one
            that is started on this machine for the occasion.
        store: "faiss" for the folder ``index``, "milvus" for a Milvus that several machines may share.
        store_uri: Where Milvus is: http://HOST:19530/DATABASE, or a local file FILE.db for Milvus Lite.
        store_token: "user:password" or key of Milvus, if it wants one.
    """

    model_config = SettingsConfigDict(env_prefix="HOIDAP_", env_ignore_empty=True, frozen=True, extra="forbid")

    index: Path = Path("data/index")
    cache: Path = Field(default_factory=lambda: user_cache_path("hoidap"))
    embedding_model: str = BUNDLED
    embedding_backend: Literal["auto", "torch", "openvino"] = "auto"
    cross_encoder: str = ""
    ray_address: str = ""
    store: Literal["faiss", "milvus"] = "faiss"
    store_uri: str = ""
    store_token: SecretStr = SecretStr("")

    @field_validator("index", "cache")
    @classmethod
    def _expand_home(cls, path: Path) -> Path:
        return path.expanduser()
