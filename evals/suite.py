"""Suites: questions and articles read together and checked against each other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from evals.articles import distinct, read_articles
from evals.cases import read_cases
from evals.errors import SuiteError
from evals.gold import by_name, find_quote
from evals.squad import ARTICLES_FILE, SPLIT_FILES, is_squad, read_squad
from evals.types import Case, Suite
from index import Article

BUNDLED = Path(__file__).parent / "suites" / "bundled"
"""Folder of the suite that comes with the package: our own articles, and questions about them."""

_MOST_PROBLEMS = 20


def load_suite(path: Path, extra: Sequence[Path] = (), indexed: Iterable[Article] | None = None) -> Suite:
    """Read and check a suite.

    Args:
        path: A folder with articles/ (files) or articles.jsonl and with questions in .jsonl files, of which
            dev.jsonl is the tune half and test.jsonl the report half; one questions .jsonl, with its articles
            beside it, in ``extra`` or in ``indexed``; or a SQuAD-style .json or .jsonl.
        extra: More articles: files, folders or .jsonl.
        indexed: Articles of an existing index, which then take the place of the suite's own.

    Raises:
        SuiteError: A question or its gold is wrong; one line for each, at most 20.
    """
    if not path.exists():
        raise SuiteError(f"{path}: no such suite")
    if path.is_file() and is_squad(path):
        suite = read_squad(path)
        articles = suite.articles if indexed is None else tuple(indexed)
        return _checked(replace(suite, articles=distinct([*articles, *read_articles(extra)])))
    cases, problems = _read_questions(path)
    if indexed is not None:
        articles = tuple(indexed)
    else:
        articles = read_articles([*_articles_of(path if path.is_dir() else path.parent), *extra])
    if not articles:
        raise SuiteError(f"{path}: no articles; put them in a folder articles/ beside the questions, or name them")
    problems += _problems(cases, by_name(articles))
    _refuse(problems)
    return Suite(_name(path), tuple(cases.values()), distinct(articles))


def _read_questions(path: Path) -> tuple[dict[str, Case], list[str]]:
    splits = {name: split for split, name in SPLIT_FILES.items()}
    files = [path] if path.is_file() else sorted(f for f in path.glob("*.jsonl") if f.name != ARTICLES_FILE)
    cases: dict[str, Case] = {}
    problems: list[str] = []
    for file in files:
        its_cases, its_problems = read_cases(file, splits.get(file.name))
        cases |= its_cases
        problems += its_problems
    if not cases and not problems:
        raise SuiteError(f"{path}: no questions; a suite has .jsonl files with one question a line")
    return cases, problems


def _articles_of(folder: Path) -> list[Path]:
    return [path for path in (folder / "articles", folder / ARTICLES_FILE) if path.exists()]


def _name(path: Path) -> str:
    """A folder's name; a questions file that has its articles beside it carries that of its folder too."""
    path = path.resolve()
    if path.is_dir():
        return path.name
    return f"{path.parent.name}-{path.stem}" if _articles_of(path.parent) else path.stem


def _checked(suite: Suite) -> Suite:
    _refuse(_problems({case.id: case for case in suite.cases}, by_name(suite.articles)))
    return suite


def _refuse(problems: Sequence[str]) -> None:
    if len(problems) > _MOST_PROBLEMS:
        problems = [*problems[:_MOST_PROBLEMS], f"… and {len(problems) - _MOST_PROBLEMS} more"]
    if problems:
        raise SuiteError("\n".join(problems))


def _problems(cases: Mapping[str, Case], named: Mapping[str, Sequence[Article]]) -> list[str]:
    """What cannot be seen in one line alone: repeated ids, and gold that the articles do not hold."""
    problems: list[str] = []
    seen: dict[str, str] = {}
    for where, case in cases.items():
        if case.id in seen:
            problems.append(f"{where}: duplicate id {case.id}, first at {seen[case.id]}")
        seen.setdefault(case.id, where)
        for gold in case.gold:
            found = named.get(gold.article, ())
            if len(found) != 1:
                what = "unknown article" if not found else f"{len(found)} articles are called"
                problems.append(f"{where}: {what} {gold.article}")
            elif gold.quote is not None and not find_quote(found[0].text, gold.quote):
                problems.append(f"{where}: gold quote not found in {gold.article}: {_short(gold.quote)}")
    return problems


def _short(quote: str, most: int = 80) -> str:
    quote = " ".join(quote.split())
    return f"“{quote}”" if len(quote) <= most else f"“{quote[:most]}…”"
