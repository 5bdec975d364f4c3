"""Reports of runs made by hand: what the page shows, that it escapes everything, and the README's table."""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from evals.curves import refusal_curve
from evals.errors import ResultError
from evals.provenance import articles_digest, cases_digest
from evals.report import committed_runs, results_table, update_readme_table, write_report
from evals.report.names import labels
from evals.report.worst import worst_questions
from evals.results import read_run, write_run
from evals.summary import summarise, summarise_slices
from evals.types import Case, Gold, Ranked, Row, Run, Suite
from index import Article

EVIL = "<script>alert('hỏi')</script>\"'|$x^2$<!-- --><img src=x onerror=alert(1)>"
MakeArticle = Callable[..., Article]

pytest.importorskip("matplotlib")


def row(name: str, rank: int | None, answerable: bool = True, confidence: float = 0.5, text: str = EVIL) -> Row:
    """A question whose gold passage came at ``rank``; an unanswerable one is refused below 0.5."""
    refused = confidence < 0.5
    ranking = tuple(Ranked("a.txt", 0, 20, 1 - n / 10, n == rank) for n in range(1, 4))
    metrics = {"recall@1": float(rank == 1), "recall@5": float(rank is not None), "mrr@10": 1 / rank if rank else 0.0}
    metrics |= {"contained": float(rank == 1), "false_refusal": float(refused)}
    answer = {"text": text, "refused": refused, "citations": [{"number": 1, "quote": text}]}
    return Row(
        id=name,
        digest=name,
        question=text,
        asked=text,
        answerable=answerable,
        slices=("plain", text),
        ranking=ranking,
        answer=answer,
        confidence=confidence,
        seconds={"retrieval": 0.02, "first": 1.0, "total": 2.0 + confidence},
        metrics=metrics if answerable else {"refusal_recall": float(refused)},
    )


def run_of(rows: Sequence[Row], system: str = "hoidap", perturb: str = "none", commit: str = "a" * 12) -> Run:
    return Run(
        suite="tiny",
        system=system,
        stage="answers",
        split="all",
        perturb=perturb,
        limit=None,
        commit=commit,
        settings={"llm": EVIL, "passages": 4},
        fingerprints={"llm": "extractive", "prompt": "answer-1", "articles": "1", "suite": "2"},
        metrics=summarise(rows),
        slices=summarise_slices(rows),
        rows=tuple(rows),
    )


def retrieval(run: Run) -> Run:
    rows = [replace(row, answer=None, confidence=None) for row in run.rows]
    return replace(run, stage="retrieval", rows=tuple(rows), metrics=summarise(rows))


@pytest.fixture
def run() -> Run:
    return run_of(
        [
            row("good", 1, confidence=0.9),
            row("late", 3),
            row("lost", None, confidence=0.2),
            row("off", None, answerable=False, confidence=0.1),
            row("trap", None, answerable=False, confidence=0.6),
        ]
    )


class Tags(HTMLParser):
    """Collects tags, and addresses that a browser would fetch."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.handlers: list[str] = []
        self.fetched: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        self.handlers += [name for name, _ in attrs if name.startswith("on")]
        self.fetched += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href")]


def test_the_page_stands_alone_and_escapes_what_it_shows(run: Run, tmp_path: Path) -> None:
    path = write_report(run, tmp_path)
    page = path.read_text(encoding="utf-8")
    tags = Tags(page)
    assert tags.seen.count("script") == 1  # the language button's own
    assert not tags.handlers
    assert not {"img", "link", "iframe"} & set(tags.seen)
    assert all(address.startswith("#") for address in tags.fetched)
    assert "url(http" not in page and "@import" not in page
    assert "&lt;script&gt;alert(" in page
    assert '<html lang="vi">' in page


def test_the_page_says_what_was_measured_and_how(run: Run, tmp_path: Path) -> None:
    page = write_report(run, tmp_path).read_text(encoding="utf-8")
    for expected in ("a" * 12, "answer-1", "extractive", "Đường cong từ chối", "Refusal curve", "AUROC", "Latency"):
        assert expected in page
    assert page.count("<svg") == 5  # retrieval, answers and refusals by slice, refusal curve, latency
    assert not re.search("#0[0-9a]0[0-9]0[0-9]", page)  # every stand-in colour became one of the page's


def test_json_and_markdown_lie_beside_the_page(run: Run, tmp_path: Path) -> None:
    path = write_report(run, tmp_path / "new")
    assert sorted(p.suffix for p in path.parent.iterdir()) == [".html", ".json", ".md"]
    assert read_run(path.with_suffix(".json")) == run
    markdown = path.with_suffix(".md").read_text(encoding="utf-8")
    assert "| recall@1 | 33.3 % (" in markdown
    assert "<" not in markdown


def test_runs_stand_side_by_side(run: Run, tmp_path: Path) -> None:
    other = run_of([row("good", 2)], system="langchain")
    page = write_report([run, other], tmp_path).read_text(encoding="utf-8")
    assert "langchain · extractive" in page
    assert len(list(tmp_path.glob("*.json"))) == 2
    assert len(set(labels([run, run, other]))) == 3


def test_a_run_without_texts_or_refusals_is_reported_too(run: Run, tmp_path: Path) -> None:
    bare = retrieval(run)
    page = write_report(replace(bare, rows=tuple(replace(r, question=None, asked=None) for r in bare.rows)), tmp_path)
    assert "Đường cong từ chối" not in page.read_text(encoding="utf-8")
    with pytest.raises(ResultError, match="no run"):
        write_report([], tmp_path)


def test_the_worst_come_first_with_their_gold(run: Run, make_article: MakeArticle) -> None:
    article = make_article("a", "Thư viện mở cửa từ sáng thứ Hai.", path="a.txt")
    case = Case("lost", "q", (), True, (Gold("a.txt", "thứ Hai"),), ("thứ Hai",), ())
    suite = Suite("tiny", (case,), (article,))
    prints = {**run.fingerprints, "suite": cases_digest(suite.cases), "articles": articles_digest(suite.articles)}
    worst = worst_questions(replace(run, fingerprints=prints), 10, suite)
    assert [bad.row.id for bad in worst] == ["lost", "trap", "late"]
    assert worst[0].gold == case.gold
    assert worst[0].passages[0][1] == article.text[:20]
    assert [bad.row.id for bad in worst_questions(retrieval(run), 10)] == ["lost", "late"]
    with pytest.raises(ResultError, match="not those of the run"):
        worst_questions(run, 10, suite)


def test_the_refusal_curve_counts_what_lies_below_the_threshold(run: Run) -> None:
    points = refusal_curve(run.rows)
    assert (points[0].unanswerable, points[0].answerable) == (0.0, 0.0)
    assert (points[-1].unanswerable, points[-1].answerable) == (1.0, 1.0)
    middle = next(point for point in points if point.threshold > 0.55)
    assert (middle.unanswerable, middle.answerable) == (0.5, pytest.approx(2 / 3))


def test_the_table_pairs_accented_and_unaccented_runs(run: Run) -> None:
    accented, other = retrieval(run), retrieval(replace(run, system="bm25"))
    lines = results_table([other, accented, retrieval(replace(run, perturb="unaccented")), run]).splitlines()
    assert lines[2] == f"| hoidap | tiny | 3 | 33.3 / 66.7 | 33.3 / 66.7 | {'a' * 12} |"
    assert lines[3] == f"| bm25 | tiny | 3 | 33.3 / 66.7 |  | {'a' * 12} |"
    unfit = [replace(accented, commit="b-dirty"), replace(accented, commit="unknown"), replace(accented, limit=3), run]
    assert len(results_table(unfit).splitlines()) == 2


def test_a_readme_that_drifts_is_noticed_and_put_right(run: Run, tmp_path: Path) -> None:
    results, readme = tmp_path / "results", tmp_path / "README.md"
    write_run(retrieval(run), results / "a.json")
    (results / "bench.json").write_text('{"bench": 1}', encoding="utf-8")
    readme.write_text("# x\n<!-- results -->\nold\n<!-- /results -->\nend\n", encoding="utf-8")
    assert len(committed_runs(results)) == 1
    assert update_readme_table(readme, results, write=False)
    assert "old" in readme.read_text(encoding="utf-8")
    assert update_readme_table(readme, results)
    assert not update_readme_table(readme, results)
    text = readme.read_text(encoding="utf-8")
    assert "| hoidap | tiny |" in text and text.endswith("<!-- /results -->\nend\n")
    readme.write_text("# x\n", encoding="utf-8")
    with pytest.raises(ResultError, match="no line <!-- results -->"):
        update_readme_table(readme, results)
