"""Files into an index: the verb behind ``hoidap index`` and every upload."""

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import ArticleError, DuplicateArticle
from index.reading import find_files, read_article
from index.types import Article

if TYPE_CHECKING:
    from index.index import Index

# Articles embedded and written together: enough to fill batches of like length, few enough to lose little when stopped.
_GROUP = 64
_GROUP_OF_MANY_WORKERS = 1024


@dataclass(slots=True)
class IngestReport:
    """What became of each file.

    Attributes:
        added: Ids of the articles written to the index.
        unchanged: Files whose text the index already held from the same path.
        removed: Ids of the articles whose files are gone, where these were to be removed.
        errors: One line for each path that gave no article, and for what else went wrong.
    """

    added: list[str] = field(default_factory=list)
    unchanged: list[Path] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    errors: list[ArticleError] = field(default_factory=list)


def ingest(
    index: "Index",
    paths: Iterable[Path],
    progress: Callable[[int, int], None] | None = None,
    prune: bool = False,
    many_workers: bool = False,
) -> IngestReport:
    """Read files and folders into the index; a bad file is reported and the rest goes on.

    What was written before an interruption stays written; the next call goes on from there.

    Args:
        index: The index to write to.
        paths: Files or folders.
        progress: Called with (files done, files in all).
        prune: Whether to remove articles that were read from ``paths`` and whose files are gone.
        many_workers: Whether the index's embedder keeps many processes busy, and so needs many passages at once.
    """
    report = IngestReport()
    paths = list(paths)
    files, errors = find_files(paths)
    report.errors.extend(errors)
    group: list[Article] = []
    full = _GROUP_OF_MANY_WORKERS if many_workers else _GROUP
    for done, path in enumerate(files):
        if progress is not None:
            progress(done, len(files))
        try:
            article = _read(path)
            known = _known(index, article, group)
        except ArticleError as error:
            report.errors.append(error)
            continue
        if known:
            report.unchanged.append(path)
            continue
        group.append(article)
        if len(group) == full:
            _write(index, group, report)
    _write(index, group, report)
    if progress is not None:
        progress(len(files), len(files))
    if prune:
        report.removed += [id_ for id_, path in index.store.paths().items() if _is_gone(path, paths)]
        for article_id in report.removed:
            index.remove(article_id)
    try:
        index.save_searchers()
    except OSError as error:
        report.errors.append(
            ArticleError(
                f"{index.store.location}: chưa ghi được tệp tìm kiếm ({error.strerror}). Bài viết đã được lưu và vẫn "
                "hỏi được; lần mở sau sẽ chậm hơn."
            )
        )
    return report


def _is_gone(path: str, folders: Iterable[Path]) -> bool:
    """Whether a file below one of some folders is no longer there."""
    below = any(Path(path).is_relative_to(os.path.abspath(folder)) for folder in folders)  # noqa: PTH100
    return below and not os.path.lexists(path)


def _write(index: "Index", group: list[Article], report: IngestReport) -> None:
    index.add(group)
    report.added.extend(article.id for article in group)
    group.clear()


def _read(path: Path) -> Article:
    """The article under its absolute path, in characters that can be stored and printed."""
    article = read_article(Path(os.path.abspath(path)))  # noqa: PTH100 - Path.resolve would follow links
    return replace(article, path=os.fsencode(article.path).decode("utf-8", "replace"))


def _known(index: "Index", article: Article, pending: list[Article]) -> bool:
    """Whether the index holds the article; one whose file was renamed gets the new name.

    Raises:
        DuplicateArticle: Another file that still says the same holds it.
    """
    same = next((other for other in pending if other.id == article.id), None) or index.article(article.id)
    if same is None:
        return False
    if same.path != article.path:
        if same in pending or _still_says(same):
            raise DuplicateArticle(f"{article.path}: trùng nội dung với {same.path}, bỏ qua.")
        index.store.move(article.id, article.path)
    return True


def _still_says(article: Article) -> bool:
    try:
        return read_article(Path(article.path)).id == article.id
    except ArticleError:
        return False
