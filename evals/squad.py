"""SQuAD-style question sets: nested JSON (SQuAD 2.0), or flat JSONL with a context on every line."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from evals.articles import distinct, passage_article
from evals.errors import SuiteError
from evals.jsonl import numbered_lines, parse, parse_object, read_objects, read_text
from evals.splits import split_of
from evals.types import Case, Gold, Split, Suite, article_name
from index import Article
from index.vietnamese import nfc, split_sentences

ARTICLES_FILE = "articles.jsonl"
SPLIT_FILES: dict[Split, str] = {"tune": "dev.jsonl", "report": "test.jsonl"}


def is_squad(path: Path) -> bool:
    """Whether a file holds questions with their contexts, rather than a suite's questions.

    Raises:
        SuiteError: It cannot be read, or is .jsonl and its first line is no JSON object.
    """
    if path.suffix == ".json":
        return True
    for number, line in numbered_lines(path):
        return "context" in parse_object(line, f"{path.name}:{number}")
    return False


def read_squad(path: Path) -> Suite:
    """Read a set as a suite: each distinct context becomes one article, untouched by the product's cleaning.

    The gold quote is the sentence that holds the first annotated answer, or the whole context where the answer
    is not found in it. Each case belongs to the half of its context's id (``splits.split_of``).

    Args:
        path: .json in the nested form of SQuAD 2.0, or .jsonl with id, context, question and, where known, title,
            context_id, answers and is_impossible.

    Raises:
        SuiteError: It has neither form, or an id comes twice.
    """
    cases: dict[str, Case] = {}
    articles: list[Article] = []
    for where, row in _rows(path):
        for key in ("id", "context", "question"):
            if not isinstance(row.get(key), str) or not row[key].strip():
                raise SuiteError(f'{where}: "{key}" must be a non-empty string')
        if row["id"] in cases:
            raise SuiteError(f"{where}: duplicate id {row['id']}")
        article = passage_article(_context_id(row), str(row.get("title") or ""), row["context"])
        articles.append(article)
        cases[row["id"]] = _case(row, article, where)
    if not cases:
        raise SuiteError(f"{path.name}: no questions")
    return Suite(path.stem, tuple(cases.values()), _one_name_each(articles, path.name))


def import_squad(path: Path, folder: Path) -> Suite:
    """Write a set as a suite folder: articles.jsonl, dev.jsonl (tune) and test.jsonl (report).

    Raises:
        SuiteError: The set cannot be read, or the folder is not empty.
    """
    suite = read_squad(path)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise SuiteError(f"{folder}: already there and not an empty folder; choose another with --to")
    folder.mkdir(parents=True, exist_ok=True)
    articles = [{"article": article_name(a), "title": a.title, "text": a.text} for a in suite.articles]
    _write(folder / ARTICLES_FILE, articles)
    for split, name in SPLIT_FILES.items():
        rows = [asdict(case) for case in suite.cases if case.split == split]
        for row in rows:
            del row["split"]  # told by the file
        if rows:
            _write(folder / name, rows)
    return suite


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Flat rows of either form, each with where it stands."""
    if path.suffix == ".jsonl":
        for number, row in read_objects(path):
            yield f"{path.name}:{number}", row
        return
    try:
        for subject in parse(read_text(path))["data"]:
            for paragraph in subject["paragraphs"]:
                shared = {"title": subject.get("title"), "context": paragraph["context"]}
                for asked in paragraph["qas"]:
                    yield f"{path.name}: {asked.get('id')}", {**asked, **shared}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SuiteError(f"{path.name}: not SQuAD-style JSON, data → paragraphs → qas ({error!r})") from error


def _case(row: Mapping[str, Any], article: Article, where: str) -> Case:
    found = row.get("answers") or []
    try:
        answers = [answer if isinstance(answer, str) else str(answer["text"]) for answer in found]
    except (TypeError, KeyError) as error:
        raise SuiteError(f'{where}: "answers" must be a list of strings or of objects with "text"') from error
    answers = [answer for answer in answers if answer.strip()]
    answerable = not row.get("is_impossible", False)
    if answerable and not answers:
        raise SuiteError(f"{where}: answerable, but without an answer")
    return Case(
        id=row["id"],
        question=row["question"],
        history=(),
        answerable=answerable,
        gold=(Gold(article_name(article), _sentence_with(answers[0], article.text)),) if answerable else (),
        answers=tuple(dict.fromkeys(answers)) if answerable else (),
        slices=() if answerable else ("unanswerable",),
        split=split_of(_context_id(row)),
    )


def _sentence_with(answer: str, text: str) -> str | None:
    """The sentences of ``text`` that the first occurrence of ``answer`` touches."""
    start = text.find(nfc(answer))
    if start < 0:
        return None
    end = start + len(nfc(answer))
    touched = [span for span in split_sentences(text) if span.start < end and start < span.end]
    return text[touched[0].start : touched[-1].end] if touched else None


def _context_id(row: Mapping[str, Any]) -> str:
    given = row.get("context_id")
    if isinstance(given, str) and given:
        return given
    return hashlib.sha1(row["context"].encode(), usedforsecurity=False).hexdigest()[:12]


def _one_name_each(articles: list[Article], file: str) -> tuple[Article, ...]:
    kept = distinct(articles)
    names = {article_name(article) for article in kept}
    missing = {article_name(article) for article in articles} - names
    if len(names) < len(kept) or missing:
        raise SuiteError(f"{file}: a context_id must stand for one context, and a context have one context_id")
    return kept


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
