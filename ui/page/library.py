"""The pile of articles behind the page: files in, in the background; articles out, and back again.

Uploads wait in Gradio's temporary folder, which ``serve`` forbids it to hand out. They are moved from there into a
folder of the page's own, which is in no served path either, and read one batch after another by a single worker,
while questions go on over the articles there were.
"""

import logging
import secrets
import shutil
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from index import Article, HoidapError, Index
from index.ingestion import IngestReport, ingest
from index.reading import SUFFIXES

State = Literal["waiting", "done", "unchanged", "failed"]
_WAITING_BATCHES = 8
_NAME_BYTES = 200  # file systems take 255
_SUFFIX_CHARACTERS = max(map(len, SUFFIXES))
_REMOVED_KEPT = 50


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as the browser sent it: where it lies, and what its owner calls it."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """What has become of one uploaded file, in words."""

    name: str
    state: State = "waiting"
    words: str = "đang chờ"


class Batch:
    """Files of one upload on their way into the index; read by the page while the worker writes."""

    def __init__(self, names: Sequence[str]) -> None:
        self.lines = tuple(Line(name) for name in names)
        self.read = 0
        self.finished = threading.Event()

    def set(self, place: int, state: State, words: str) -> None:
        """Say what became of a file."""
        line = replace(self.lines[place], state=state, words=words)
        self.lines = (*self.lines[:place], line, *self.lines[place + 1 :])


@dataclass(frozen=True, slots=True)
class _Removed:
    article: Article
    file: bytes | None


class Library:
    """Adds, updates and removes articles for the page. Safe to share between threads.

    Args:
        index: The articles.
        folder: Where uploaded files are kept.
        inbox: Gradio's folder of uploads; a file anywhere else is never touched.
        most_files: Most files in one batch.
        most_bytes: Largest file.
    """

    def __init__(self, index: Index, folder: Path, inbox: Path, most_files: int, most_bytes: int) -> None:
        self.index = index
        self.most_files = most_files
        self.most_bytes = most_bytes
        self._folder = folder.resolve()
        self._inbox = inbox.resolve()
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="library")
        self._waiting: list[Batch] = []
        self._removed: dict[str, _Removed] = {}
        self._lock = threading.Lock()

    def add(self, uploads: Sequence[Upload], replaces: str = "") -> Batch:
        """Index files in the background.

        Args:
            uploads: The files; they are moved away.
            replaces: The article whose new version the one file is, or "".

        Raises:
            HoidapError: There are none or too many files, or too many batches wait already.
        """
        try:
            self._refuse(uploads, replaces)
            batch = Batch([_shown_name(upload.name) for upload in uploads])
            taken = [self._take(batch, place, upload) for place, upload in enumerate(uploads)]
        finally:
            for upload in uploads:
                self._discard(upload.path)
        with self._lock:
            self._waiting = [waiting for waiting in self._waiting if not waiting.finished.is_set()]
            self._waiting.append(batch)
        self._worker.submit(self._index, batch, taken, replaces).add_done_callback(_log_failure)
        return batch

    def remove(self, article_id: str) -> Article | None:
        """Take an article out of the index, and its uploaded file from the disk; None when it was not there."""
        article = self.index.article(article_id)
        if article is None or not self.index.remove(article_id):
            return None
        path = Path(article.path)
        own = self._is_own(path)
        with self._lock:
            self._removed[article_id] = _Removed(article, path.read_bytes() if own and path.is_file() else None)
            while len(self._removed) > _REMOVED_KEPT:
                self._removed.pop(next(iter(self._removed)))
        if own:
            shutil.rmtree(path.parent, ignore_errors=True)
        return article

    def restore(self, article_id: str) -> Article | None:
        """Put a removed article back as it was; None when that is too long ago."""
        with self._lock:
            removed = self._removed.pop(article_id, None)
        if removed is None:
            return None
        if removed.file is not None:
            path = Path(removed.article.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(removed.file)
        if self.index.article(article_id) is None:
            self.index.add([removed.article])
        return removed.article

    def _is_own(self, path: Path) -> bool:
        """Whether a file is an upload in its folder; an index from elsewhere may name any path, ".." included."""
        real = path.resolve()
        return real == path and real.parent.parent == self._folder

    def _refuse(self, uploads: Sequence[Upload], replaces: str) -> None:
        if not uploads:
            raise HoidapError("Chưa có tệp nào được chọn.")
        if len(uploads) > self.most_files:
            raise HoidapError(f"Mỗi lần chỉ tải lên được {self.most_files} tệp. Hãy chia nhỏ.")
        if replaces and (len(uploads) > 1 or self.index.article(replaces) is None):
            raise HoidapError("Bài cần cập nhật không còn trong kho, hoặc có hơn một tệp được chọn.")
        if sum(not waiting.finished.is_set() for waiting in self._waiting) >= _WAITING_BATCHES:
            raise HoidapError("Đang có nhiều tệp chờ lập chỉ mục. Hãy đợi xong rồi tải tiếp.")

    def _take(self, batch: Batch, place: int, upload: Upload) -> Path | None:
        """Move an upload into a folder of its own; None, and a line, when it is not one that can be read."""
        source = upload.path.resolve()
        name = batch.lines[place].name
        if self._inbox not in source.parents or not source.is_file():
            batch.set(place, "failed", "tệp không tải lên được, hãy thử lại")
        elif not name.casefold().endswith(SUFFIXES):
            batch.set(place, "failed", f"loại tệp này chưa được hỗ trợ, chỉ nhận {', '.join(SUFFIXES)}")
        elif source.stat().st_size > self.most_bytes:
            batch.set(place, "failed", f"tệp quá lớn, giới hạn {self.most_bytes // (1024 * 1024)} MB")
        else:
            target = self._folder / secrets.token_hex(8) / name
            target.parent.mkdir(parents=True)
            shutil.move(source, target)
            batch.set(place, "waiting", "đang chờ lập chỉ mục")
            return target
        return None

    def _discard(self, path: Path) -> None:
        """Delete what is left of an upload."""
        path = path.resolve()
        if self._inbox in path.parents:
            path.unlink(missing_ok=True)

    def _index(self, batch: Batch, taken: Sequence[Path | None], replaces: str) -> None:
        """Runs in the worker: whatever happens, every file has its line and the batch ends."""
        places = {path: place for place, path in enumerate(taken) if path is not None}

        def step(done: int, _: int) -> None:
            batch.read = done

        try:
            report = ingest(self.index, list(places), step) if places else IngestReport()
            self._tell(batch, places, report)
            if replaces and report.added:
                self.remove(replaces)
        except HoidapError as error:
            for place in places.values():
                batch.set(place, "failed", str(error))
        finally:
            for path, place in places.items():
                if batch.lines[place].state == "waiting":
                    batch.set(place, "failed", "có lỗi ngoài dự kiến, hãy thử lại")
                if batch.lines[place].state != "done":
                    shutil.rmtree(path.parent, ignore_errors=True)
            batch.finished.set()

    def _tell(self, batch: Batch, places: dict[Path, int], report: IngestReport) -> None:
        added = (self.index.article(article_id) for article_id in report.added)
        for article in filter(None, added):
            batch.set(places[Path(article.path)], "done", f"đã thêm “{article.title}”")
        for path in report.unchanged:
            batch.set(places[path], "unchanged", "đã có trong kho, không đổi")
        for error in report.errors:
            for path, place in places.items():
                reason = str(error).removeprefix(f"{path}: ")
                if reason != str(error):
                    # The path on this machine is nobody's business, also where a message names another file.
                    batch.set(place, "failed", reason.split(str(path.parents[1]))[0].rstrip(" /"))


def _log_failure(indexing: "Future[None]") -> None:
    """A bug in the worker is nobody's line on the page, but the server's log has it."""
    error = indexing.exception()
    if error is not None:
        logging.getLogger(__name__).error("Indexing an upload failed", exc_info=error)


def _shown_name(name: str) -> str:
    """A file name that can be shown and stored: no folders, no control characters, not hidden, not endless."""
    plain = "".join(character for character in name if character.isprintable()).replace("\\", "/")
    plain = plain.rsplit("/", 1)[-1].strip().lstrip(".")
    if len(plain.encode()) > _NAME_BYTES:
        stem, suffix = plain[:-_SUFFIX_CHARACTERS], plain[-_SUFFIX_CHARACTERS:]
        plain = stem.encode()[: _NAME_BYTES - len(suffix.encode())].decode(errors="ignore") + suffix
    return plain or "tep"
