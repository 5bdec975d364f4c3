import hashlib
import importlib.metadata
from pathlib import Path
from types import SimpleNamespace

import pytest

from index import ModelMissing
from rag.bundled_model import assemble_model

PARTS = {"part-a": b"GGUF first half, ", "part-b": b"second half"}
WHOLE = b"".join(PARTS.values())
SHA256 = hashlib.sha256(WHOLE).hexdigest()


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two packages that each hold a slice, as package metadata describes them."""

    def files(package: str) -> list[object]:
        if package not in PARTS:
            raise importlib.metadata.PackageNotFoundError(package)
        slice_file = tmp_path / f"{package}.bin"
        slice_file.write_bytes(PARTS[package])
        return [SimpleNamespace(suffix=".bin", locate=lambda: slice_file)]

    monkeypatch.setattr(importlib.metadata, "files", files)
    return tmp_path / "cache"


def test_slices_are_joined_once(cache: Path) -> None:
    file = assemble_model(cache, tuple(PARTS), SHA256, len(WHOLE))
    assert file.read_bytes() == WHOLE
    first = file.stat().st_mtime_ns
    assert assemble_model(cache, tuple(PARTS), SHA256, len(WHOLE)).stat().st_mtime_ns == first


@pytest.mark.parametrize(
    ("packages", "sha256", "message"),
    [
        (("part-a", "part-c"), SHA256, "part-c"),
        (("part-b", "part-a"), SHA256, "hỏng"),
        (tuple(PARTS), "0" * 64, "hỏng"),
    ],
)
def test_a_missing_or_wrong_slice_leaves_nothing_behind(
    cache: Path, packages: tuple[str, ...], sha256: str, message: str
) -> None:
    with pytest.raises(ModelMissing, match=message) as caught:
        assemble_model(cache, packages, sha256, len(WHOLE))
    assert "\n" not in str(caught.value)
    assert not list(cache.glob("**/*")) if cache.exists() else True


def test_a_full_disk_is_said_before_anything_is_written(cache: Path) -> None:
    with pytest.raises(ModelMissing, match="Không đủ chỗ"):
        assemble_model(cache, tuple(PARTS), SHA256, 10**18)
    assert not list(cache.glob("**/*.gguf"))


def test_a_cache_that_cannot_be_written_is_one_error(cache: Path) -> None:
    cache.write_text("a file where the folder should be")
    with pytest.raises(ModelMissing, match="Không ghi được"):
        assemble_model(cache, tuple(PARTS), SHA256, len(WHOLE))
