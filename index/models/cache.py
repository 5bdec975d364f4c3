"""Things made once and kept in the user cache: written under a temporary name, then renamed."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from index.errors import ModelMissing


@contextmanager
def atomic_folder(target: Path, bytes_needed: int, what: str) -> Iterator[Path]:
    """Yield an empty folder beside ``target`` that takes its place if the block succeeds.

    Nothing is left behind when it does not, so a reader sees the whole folder or none.

    Args:
        target: The folder to make. If another process makes it first, theirs is kept.
        bytes_needed: Room the content takes, checked beforehand.
        what: Name of the content for messages.

    Raises:
        ModelMissing: The disk is full or the folder cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(target.parent).free
        if free < bytes_needed:
            raise ModelMissing(
                f"Không đủ chỗ trên đĩa cho {what}: cần {bytes_needed / 1e6:.0f} MB ở {target.parent}, "
                f"còn {free / 1e6:.0f} MB. Hãy giải phóng đĩa hoặc đặt HOIDAP_CACHE sang nơi khác."
            )
        with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as name:
            folder = Path(name) / target.name
            folder.mkdir()
            yield folder
            try:
                folder.rename(target)
            except OSError:
                if not target.is_dir():  # else another process was first; both copies are the same
                    raise
    except OSError as error:
        raise ModelMissing(
            f"Không ghi được {what} vào {target.parent} ({os.strerror(error.errno or 0)}). "
            "Hãy kiểm tra quyền và dung lượng đĩa, hoặc đặt HOIDAP_CACHE sang nơi khác."
        ) from error
