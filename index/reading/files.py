"""Which files a list of files and folders names."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from index.errors import ArticleError
from index.reading.article import SUFFIXES, shown


class FoundFiles(NamedTuple):
    """What a list of paths names: files to read, and one error for each path that names none."""

    files: list[Path]
    errors: list[ArticleError]


def find_files(paths: Iterable[Path]) -> FoundFiles:
    """Returns the files that paths name, each once: files as given, and all readable ones in folders.

    Folders are walked to the bottom in sorted order; hidden files and folders and other file types are passed
    over. A path that is not there, a folder that may not be opened, a folder without a readable file and a link
    out of the named folder are errors in the result and do not stop the rest.

    Args:
        paths: Files and folders.
    """
    found = FoundFiles([], [])
    seen: set[Path] = set()
    for path in paths:
        try:
            is_folder = path.is_dir()
            exists = is_folder or os.path.lexists(path)
        except (OSError, ValueError):
            is_folder = exists = False
        if not exists:
            found.errors.append(ArticleError(f"{shown(path)}: không tìm thấy; hãy kiểm tra lại đường dẫn."))
        elif is_folder:
            _walk(path, found, seen)
        else:
            _add(path, found, seen)
    return found


def _walk(top: Path, found: FoundFiles, seen: set[Path]) -> None:
    entered: set[Path] = set()
    home = top.resolve()
    known = 0
    errors: list[OSError] = []
    for folder, folders, names in os.walk(top, followlinks=True, onerror=errors.append):
        real = Path(folder).resolve()
        if real in entered:  # a link back up the tree, or a second way to the same folder
            folders.clear()
            continue
        if not real.is_relative_to(home):  # folders come from anywhere; a link may point at somebody's private files
            found.errors.append(_leads_out(Path(folder)))
            folders.clear()
            known += 1
            continue
        entered.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and name.casefold().endswith(SUFFIXES):
                known += 1
                path = Path(folder, name)
                if path.is_symlink() and not _real(path).is_relative_to(home):
                    found.errors.append(_leads_out(path))
                else:
                    _add(path, found, seen)
    for error in errors:
        found.errors.append(ArticleError(f"{shown(Path(error.filename))}: không mở được thư mục; hãy cấp quyền đọc."))
    if not known and not errors:
        found.errors.append(ArticleError(f"{shown(top)}: thư mục không có bài nào ({', '.join(SUFFIXES)})."))


def _leads_out(path: Path) -> ArticleError:
    return ArticleError(f"{shown(path)}: liên kết ra ngoài thư mục, bỏ qua; muốn đọc thì hãy nêu thẳng đường dẫn đó.")


def _real(path: Path) -> Path:
    try:
        return path.resolve()
    except (OSError, RuntimeError):  # a link to itself: reading it says so
        return path.absolute()


def _add(path: Path, found: FoundFiles, seen: set[Path]) -> None:
    real = _real(path)
    if real not in seen:
        seen.add(real)
        found.files.append(path)
