"""Finding and mending damage to an index: the verb behind ``hoidap check``.

The store is the truth; what it says is checked against itself and against the texts, and everything that is derived,
against the store.
"""

import errno
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from pathlib import Path

from filelock import FileLock, Timeout

from index.chunk_vectors import ChunkMaker
from index.errors import ArticleError, IndexBusy, IndexDamaged
from index.models.embedding import Embedder
from index.reading import read_article
from index.search.segment_checks import check_segments
from index.search.segments import LOCK_NAME, save_segments
from index.settings import IndexSettings
from index.store.check import check_store
from index.store.store import Store
from index.types import Article, Finding

__all__ = ["Finding", "check"]


def check(
    folder: Path | str, settings: IndexSettings | None = None, embedder: Embedder | None = None, repair: bool = False
) -> Iterator[Finding]:
    """Go through all of an index and yield what is wrong with it; nothing if all is well.

    Rows are mended in one transaction, files are replaced whole: an interrupted repair leaves what there was.

    Args:
        folder: Of the index.
        settings: Name the sentence model, which is loaded only if vectors have to be made.
        embedder: The sentence model, if it is there already.
        repair: Whether to mend what is found.

    Raises:
        IndexMissing: There is no index.
        IndexBusy: Another process is writing to it; if the store has to be replaced, has it open.
        IndexMismatch: It is of another version, or vectors are to be made and its sentence model is another one.
        IndexDamaged: Nothing can be saved of it, or the folder cannot be written.
    """
    folder = Path(folder)
    chunk_maker = ChunkMaker(settings or IndexSettings(), embedder)
    with suppress(IndexDamaged):
        Store.open(folder).close()  # brings an older format to the present one
    with _no_segments_written(folder):
        sound = True
        for finding in check_store(folder, chunk_maker, _read_again, repair):
            sound = sound and (repair or not finding.is_damage)
            yield finding
        if sound:
            with closing(Store.open(folder)) as store:
                yield from check_segments(folder, store, repair)
    if repair:
        with closing(Store.open(folder)) as store:
            try:
                save_segments(folder, store)
            except OSError as error:
                raise IndexDamaged(
                    f"Không ghi được vào thư mục chỉ mục {folder}: {error.strerror}. Hãy kiểm tra quyền ghi và đĩa."
                ) from error


def _read_again(id_: object, path: object) -> Article | None:
    """The article in a file, if it is still the one with that id."""
    try:
        article = read_article(Path(str(path)))
    except ArticleError:
        return None
    return replace(article, path=str(path)) if article.id == id_ else None


@contextmanager
def _no_segments_written(folder: Path) -> Iterator[None]:
    """Keep other processes from writing segments; where nothing can be written nobody does."""
    with ExitStack() as stack:
        try:
            stack.enter_context(FileLock(folder / LOCK_NAME, timeout=0))
        except Timeout as error:
            raise IndexBusy("Một tiến trình khác đang ghi vào chỉ mục. Hãy đợi nó xong rồi thử lại.") from error
        except OSError as error:
            if error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                raise
        yield
