"""Files: which ones a list of files and folders names, of what type they are, and their bytes."""

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from index.errors import ArticleError
from index.reading.characters import one_line
from index.reading.limits import MAX_FILE_BYTES

SUFFIXES = (".txt", ".md", ".html", ".htm", ".html.gz", ".htm.gz", ".pdf", ".docx")


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


def suffix_of(path: Path) -> str:
    """The file's type as one of :data:`SUFFIXES`.

    Raises:
        ArticleError: It is of none of them.
    """
    name = path.name.casefold()
    found = max((suffix for suffix in SUFFIXES if name.endswith(suffix)), key=len, default="")
    if not found:
        known = ", ".join(SUFFIXES)
        raise ArticleError(f"loại tệp này chưa được hỗ trợ; hãy chuyển sang một trong các loại {known}.")
    return found


def shown(path: Path) -> str:
    """The path as it is named in messages: one line whatever its name holds."""
    return one_line(re.sub(r"\s", " ", str(path)).encode("utf-8", "replace").decode("utf-8")) or "?"


def load(path: Path) -> bytes:
    """The content of a file.

    Raises:
        ArticleError: It is not there, not readable, no plain file, empty or too large.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            information = os.fstat(file.fileno())
            if not stat.S_ISREG(information.st_mode):
                raise ArticleError("không phải tệp thường; hãy chép ra một tệp.")
            if information.st_size > MAX_FILE_BYTES:
                raise ArticleError(_too_large(information.st_size))
            data = file.read(MAX_FILE_BYTES + 1)
    except IsADirectoryError:
        raise ArticleError("là thư mục, không phải tệp.") from None
    except FileNotFoundError:
        raise ArticleError("không tìm thấy tệp; hãy kiểm tra lại đường dẫn.") from None
    except PermissionError:
        raise ArticleError("không có quyền đọc tệp; hãy cấp quyền rồi thử lại.") from None
    except (
        OSError,
        ValueError,
    ) as error:  # too long a name, a loop of links, a NUL in the name, a failing disk
        raise ArticleError("không đọc được tệp; hãy kiểm tra lại đường dẫn và ổ đĩa.") from error
    if len(data) > MAX_FILE_BYTES:
        raise ArticleError(_too_large(len(data)))
    if not data:
        raise ArticleError("tệp rỗng.")
    return data


def _without_waiting(path: str, flags: int) -> int:
    # A named pipe without a writer would hold up the opening for good. Windows has none and knows no such flag.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _too_large(size: int) -> str:
    megabyte = 1024 * 1024
    return f"tệp quá lớn ({size / megabyte:.1f} MB, giới hạn {MAX_FILE_BYTES // megabyte} MB); hãy tách nhỏ."
