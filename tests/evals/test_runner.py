import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evals.errors import SuiteError
from evals.partial import PartialRows
from evals.provenance import articles_digest, case_digest, code_digest, commit, public_settings
from evals.results import read_run
from evals.runner import Options, run, run_to_file
from evals.suite import load_suite
from evals.suite_index import open_suite_index
from evals.systems import Hoidap
from evals.types import Suite
from index import Index, ModelMissing
from rag import Answer, Passage, Settings
from rag.types import History

ARTICLES = {
    "thu-vien": "Xã Bình Sơn mở thư viện. UBND xã Bình Sơn mở thư viện cộng đồng với 2.350 đầu sách.",
    "nuoc-sach": "Nước sạch về thôn Suối Cạn. Hiện 98% số hộ thôn Suối Cạn được dùng nước sạch.",
    "chi-so": "Chỉ số cải cách hành chính của huyện Đông Hải đạt 8,5 điểm, đứng thứ 2 trong 9 huyện.",
}


def question(name: str, text: str, article: str = "", quote: str = "", *answers: str) -> dict[str, Any]:
    gold = [{"article": article, "quote": quote}] if article else []
    return {
        "id": name,
        "question": text,
        "answerable": bool(gold),
        "gold": gold,
        "answers": answers,
        "slices": ["plain"],
    }


QUESTIONS = [
    question("q1", "Thư viện xã Bình Sơn có bao nhiêu đầu sách?", "thu-vien", "2.350 đầu sách", "2350"),
    question("q2", "Bao nhiêu hộ thôn Suối Cạn được dùng nước sạch?", "nuoc-sach", "98% số hộ", "98%"),
    question("q3", "Chỉ số cải cách hành chính của huyện Đông Hải là mấy điểm?", "chi-so", "8,5 điểm", "8,5"),
    question("q4", "Giá vàng ở Luân Đôn hôm qua?"),
]


@pytest.fixture
def suite(tmp_path: Path) -> Suite:
    rows = [{"article": name, "text": text} for name, text in ARTICLES.items()]
    for file, lines in {"articles.jsonl": rows, "hoi.jsonl": QUESTIONS}.items():
        path = tmp_path / "nho" / file
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return load_suite(tmp_path / "nho")


@pytest.fixture
def hoidap(suite: Suite, settings: Settings) -> Hoidap:
    return Hoidap(open_suite_index(suite.articles, settings), settings)


class Counting(Hoidap):
    """The product, noting what it is asked, and failing at one question."""

    def __init__(self, index: Index, settings: Settings, fails_at: str = "") -> None:
        super().__init__(index, settings)
        self.asked: list[str] = []
        self._fails_at = fails_at

    def answer(self, question: str, history: History) -> Answer:
        if self._fails_at and self._fails_at in question:
            raise ModelMissing("mất mạng")
        self.asked.append(question)
        return super().answer(question, history)


class Blind(Hoidap):
    """A system that finds nothing."""

    def retrieve(self, question: str, history: History, count: int) -> Sequence[Passage]:
        return ()


def test_retrieval_finds_the_gold_words(suite: Suite, hoidap: Hoidap) -> None:
    done = run(suite, hoidap)
    assert done.metrics["recall@1"].value == 1
    assert done.metrics["recall@1"].count == 3  # the unanswerable question has nothing to find
    assert done.slices["plain"].keys() >= {"recall@5", "mrr@10"}
    assert {"retrieval_p50", "retrieval_p95"} <= done.metrics.keys()
    assert "contained" not in done.metrics
    first = done.rows[0]
    assert (first.ranking[0].article, first.ranking[0].relevant) == ("thu-vien", True)
    assert done.suite == "nho"


def test_a_system_that_finds_nothing_scores_nothing(suite: Suite, settings: Settings) -> None:
    blind = Blind(open_suite_index(suite.articles, settings), settings)
    assert run(suite, blind).metrics["recall@10"].value == 0


def test_answers_are_judged(suite: Suite, hoidap: Hoidap) -> None:
    done = run(suite, hoidap, Options(stage="answers"))
    for name in ("contained", "citation_recall", "exact_spans", "number_fidelity", "supported"):
        assert done.metrics[name].value == 1, name
    assert done.metrics["citation_precision"].value >= 0.5, "the lexical reader may quote a second sentence"
    for name in ("refusal_recall", "refusal_precision", "refusal_f1", "refusal_auroc", "recall@1"):
        assert done.metrics[name].value == 1, name
    assert done.metrics["dangling_markers"].value == done.metrics["false_refusal"].value == 0
    assert {"first_p50", "total_p95", "tokens", "f1", "exact"} <= done.metrics.keys()
    refused = done.rows[3]
    assert refused.answer is not None
    assert refused.answer["refused"]
    assert refused.confidence is not None
    assert refused.confidence < min(row.confidence or 0 for row in done.rows[:3])


def test_limit_split_and_perturbation_choose_the_questions(suite: Suite, hoidap: Hoidap) -> None:
    assert [row.id for row in run(suite, hoidap, Options(limit=2)).rows] == ["q1", "q3"]
    halves = replace(suite, cases=tuple(replace(c, split="tune" if c.id < "q3" else "report") for c in suite.cases))
    assert run(halves, hoidap).split == "tune"
    assert [row.id for row in run(halves, hoidap, Options(split="report")).rows] == ["q3", "q4"]
    assert len(run(halves, hoidap, Options(split="all")).rows) == 4
    shortened = run(suite, hoidap, Options(perturbation="abbreviation"))
    assert [(row.id, row.asked) for row in shortened.rows] == [("q3", "Chỉ số CCHC của huyện Đông Hải là mấy điểm?")]
    assert shortened.rows[0].slices == ("plain", "perturbed")
    with pytest.raises(SuiteError, match="no question to ask"):
        run(suite, hoidap, Options(split="report"))


def test_an_interrupted_run_goes_on_where_it_stopped(suite: Suite, settings: Settings, tmp_path: Path) -> None:
    index, out = open_suite_index(suite.articles, settings), tmp_path / "results" / "r.json"
    options = Options(stage="answers")
    failing = Counting(index, settings, fails_at="Đông Hải")
    with pytest.raises(ModelMissing):
        run_to_file(suite, failing, options, out)
    assert len(failing.asked) == 2
    with (tmp_path / "results" / "r.partial.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"id": "q3", "dig')  # torn by a crash
    again = Counting(index, settings)
    seen: list[tuple[int, int]] = []
    done, path = run_to_file(suite, again, options, out, progress=lambda now, all_: seen.append((now, all_)))
    assert again.asked == [QUESTIONS[2]["question"], QUESTIONS[3]["question"]]
    assert seen == [(2, 4), (3, 4), (4, 4)]
    assert [file.name for file in out.parent.iterdir()] == ["r.json"]
    assert read_run(path) == done


def test_rows_of_another_run_are_not_reused(suite: Suite, settings: Settings, tmp_path: Path) -> None:
    index, partial = open_suite_index(suite.articles, settings), tmp_path / "p.jsonl"
    options = Options(stage="answers", limit=2)
    run(suite, Counting(index, settings), options, partial)
    for changed in (settings.model_copy(update={"passages": 2}), settings):
        other = Counting(index, changed)
        run(suite, other, options, partial)
        assert len(other.asked) == 2
    typed = Counting(index, settings)
    run(suite, typed, replace(options, perturbation="unaccented"), partial)
    assert len(typed.asked) == 2


def test_partial_rows_of_a_wrong_file_are_thrown_away(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text("not ours\n", encoding="utf-8")
    assert PartialRows(path, {"a": 1}).rows == {}


def test_the_index_of_a_suite_is_built_once(suite: Suite, settings: Settings) -> None:
    steps: list[tuple[int, int]] = []
    open_suite_index(suite.articles[:2], settings, lambda done, total: steps.append((done, total))).close()
    assert steps == [(0, 2), (2, 2)]
    open_suite_index(suite.articles[:2], settings, lambda done, total: steps.append((done, total))).close()
    assert len(steps) == 2
    assert len(list(open_suite_index(suite.articles, settings).articles())) == 3
    assert len(list((settings.cache / "suites").iterdir())) == 2


def test_digests_change_with_what_they_stand_for(suite: Suite) -> None:
    case = suite.cases[0]
    assert case_digest(case, "Gì?") != case_digest(case, "Gi?")
    assert case_digest(replace(case, answers=("x",)), "Gì?") != case_digest(case, "Gì?")
    assert case_digest(replace(case, split="tune"), "Gì?") == case_digest(case, "Gì?")
    assert articles_digest(suite.articles[::-1]) == articles_digest(suite.articles)
    assert articles_digest([replace(suite.articles[0], title="x")]) != articles_digest(suite.articles[:1])
    assert code_digest(["index"]) != code_digest(["index"], leave_out=["reading"]) != code_digest(["rag"])


def test_results_name_no_secret_and_no_path(tmp_path: Path) -> None:
    settings = Settings(
        index=tmp_path,
        cache=tmp_path,
        embedding_model=str(tmp_path / "mo-hinh"),
        llm="endpoint",
        llm_model="qwen",
        llm_api_key="mat-khau",
        llm_base_url="http://ai:mat-khau@may/v1",
    )
    shown = public_settings(settings)
    assert shown["embedding_model"] == "mo-hinh"
    assert shown["llm_model"] == "qwen"
    assert "mat-khau" not in json.dumps(shown)
    assert str(tmp_path) not in json.dumps(shown)
    assert commit() == "unknown" or len(commit().removesuffix("-dirty")) == 12


def test_questions_asked_at_once_give_the_same_rows_in_order(suite: Suite, hoidap: Hoidap) -> None:
    one_by_one = run(suite, hoidap, Options("answers"))
    at_once = run(suite, hoidap, Options("answers", workers=4))
    assert [row.id for row in at_once.rows] == [row.id for row in one_by_one.rows]
    assert [row.answer and row.answer["text"] for row in at_once.rows] == [
        row.answer and row.answer["text"] for row in one_by_one.rows
    ]
