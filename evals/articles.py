"""Articles for a suite: files as the product reads them, JSONL passages exactly as they are."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from evals.errors import SuiteError
from evals.jsonl import read_objects
from index import Article, ArticleError
from index.reading import find_files, read_article
from index.vietnamese import nfc


def read_articles(paths: Iterable[Path]) -> tuple[Article, ...]:
    """The articles of files, folders and .jsonl files; of equal texts only the first.

    A .jsonl line is an object with "text" or "context", and where known "title" and a name in "article",
    "context_id" or "id". It becomes an article as it stands: the product's cleaning, made for scraped files,
    has no part in it.

    Raises:
        SuiteError: A path is not there or cannot be read as articles; every bad file is named.
    """
    passages: list[Article] = []
    files: list[Path] = []
    for path in paths:
        if path.suffix == ".jsonl":
            passages += [_passage(row, f"{path.name}:{number}") for number, row in read_objects(path)]
        else:
            files.append(path)
    return distinct([*_read_files(files), *passages])


def passage_article(name: str, title: str, text: str) -> Article:
    """An article whose text is ``text``, composed but otherwise untouched."""
    text = nfc(text)
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Article(digest, nfc(title).replace("_", " "), None, None, None, None, text, path=name)


def distinct(articles: Iterable[Article]) -> tuple[Article, ...]:
    """The articles without those whose text has come before."""
    kept: dict[str, Article] = {}
    for article in articles:
        kept.setdefault(article.id, article)
    return tuple(kept.values())


def _passage(row: Mapping[str, Any], where: str) -> Article:
    text = row.get("text") or row.get("context")
    if not isinstance(text, str) or not text.strip():
        raise SuiteError(f'{where}: an article needs "text" or "context"')
    names = (row.get(key) for key in ("article", "context_id", "id"))
    name = next((name for name in names if isinstance(name, str) and name), where)
    return passage_article(name, str(row.get("title") or ""), text)


def _read_files(paths: list[Path]) -> list[Article]:
    files, errors = find_files(paths)
    articles: list[Article] = []
    for path in files:
        try:
            articles.append(read_article(path))
        except ArticleError as error:
            errors.append(error)
    if errors:
        raise SuiteError("\n".join(str(error) for error in errors))
    return articles
