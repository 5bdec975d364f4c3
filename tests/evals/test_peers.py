"""The product beside its peers: the steps in processes of their own, what keeps a peer out, and what is shown of it."""

import json
import shutil
import sys
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from evals.baselines.peers import environment, protocol
from evals.baselines.peers.environment import PeerUnavailable, peer_python, run_steps
from evals.baselines.peers.protocol import Given, Place, Question
from evals.benchmarks import Choices, run_benchmark
from evals.benchmarks.peer_inputs import PeerInputs
from evals.report import update_readme_table
from evals.report.peers import peers_plot, peers_tables
from evals.settings import EvalSettings
from evals.splits import split_of
from evals.suite_index import open_suite_index
from index import Article, Index
from rag import Settings

TEXTS = [
    ("Cầu Trường Tiền ở Huế dài 402,6 m. Cầu khánh thành năm 1899.", "Cầu Trường Tiền dài bao nhiêu?", "402,6 m"),
    ("Ủy ban nhân dân xã Bình Sơn mở thư viện.", "Ủy ban nhân dân xã nào mở thư viện?", "Bình Sơn"),
    ("Hồ Ba Bể nằm ở tỉnh Bắc Kạn. Hồ rộng 500 ha.", "Hồ Ba Bể nằm ở tỉnh nào?", "Bắc Kạn"),
]
OTHERS = ["Xã Hòa Lạc trồng lúa.", "Chợ nổi Cái Răng họp từ sáng sớm ở Cần Thơ."]
# Keeps what it was given, and of later changes only the memory.
FORGETFUL = """
import json
import numpy as np
from .protocol import COUNT, main

class Forgetful:
    def __init__(self, store, given):
        self.store = store

    def prepare(self, given):
        return [chunk.place for chunk in given.chunks], given.vectors.tolist()

    def index(self, prepared):
        self.store.write_text(json.dumps(prepared))

    def open(self):
        self.places, self.vectors = json.loads(self.store.read_text())

    def ask(self, question):
        best = np.argsort(-(np.array(self.vectors) @ question.vector), kind="stable")[:COUNT]
        return [tuple(self.places[row].values()) for row in best]

    def add(self, prepared):
        self.places += prepared[0]
        self.vectors += prepared[1]

    def remove(self, prepared):
        raise SystemError("removes nothing")

if __name__ == "__main__":
    main(Forgetful)
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    folder.mkdir()
    report = [name for number in range(100) if split_of(name := f"context-{number}") == "report"]
    rows = [
        {"id": name, "context_id": name, "context": text, "question": asked, "answers": [answer]}
        for name, (text, asked, answer) in zip(report, TEXTS, strict=False)
    ]
    one, other = ({"id": text, "context_id": text, "context": text} for text in OTHERS)
    files = {
        "viquad2_dev": rows,
        "xquad_vi": [{**one, "question": "Xã nào trồng lúa?", "answers": ["Hòa Lạc"]}],
        "vihallu_dev": [{**other, "question": "Chợ nào?", "response": "Cái Răng.", "label": "no"}],
        "news_gov": [{"id": "news", "title": "Tin xã", "text": "Xã Bình Sơn họp. Cầu mới ở Huế khánh thành."}],
    }
    for name, lines in files.items():
        written = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        (folder / f"{name}.jsonl").write_text(written, encoding="utf-8")
    return folder


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of peers: the product, and in Chroma's place one that forgets."""
    folder = tmp_path / "baselines" / "peers"
    folder.mkdir(parents=True)
    for name in ("__init__.py", "protocol.py", "hoidap.py"):
        shutil.copy(Path(environment.__file__).with_name(name), folder)
    (folder / "chroma.py").write_text(FORGETFUL, encoding="utf-8")
    monkeypatch.setattr(environment, "_HERE", folder)
    return folder


@pytest.fixture
def given(tmp_path: Path, settings: Settings, make_article: Callable[..., Article]) -> Path:
    """What peers are given of two articles."""
    articles = [make_article("", text) for text, _, _ in TEXTS[:2]]
    with open_suite_index(articles, settings) as index:
        PeerInputs(articles, ["Cầu dài bao nhiêu?", "Xã nào?"], index, settings).write(tmp_path / "given")
    return tmp_path / "given"


@pytest.mark.slow
def test_the_product_is_measured_beside_a_peer_that_forgets_and_one_that_cannot_be_installed(
    data: Path, scripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib")
    (scripts / "langchain.txt").write_text("no-such-package==1\n", encoding="utf-8")
    create = venv.create
    monkeypatch.setattr(venv, "create", lambda folder, **options: create(folder, symlinks=True))  # without pip, at once
    for name, value in {
        "PEERS": "hoidap, chroma, langchain",
        "PEER_CHUNKS": "15",
        "CACHE": str(tmp_path / "cache"),
        "EMBEDDING_MODEL": "hashing",
    }.items():
        monkeypatch.setenv(f"HOIDAP_{name}", value)
    steps: list[tuple[int, int]] = []
    written, result = run_benchmark(
        "peers", Choices(data, progress=lambda done, total: steps.append((done, total))), tmp_path / "results"
    )
    assert steps == [(0, 5), (1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert result["questions"] == 3
    assert (result["sizes"]["pool"]["chunks"], result["sizes"]["many"]["chunks"]) == (6, 15)
    ours, forgetful, missing = (result["peers"][name] for name in ("hoidap", "chroma", "langchain"))
    for size, asked in (("pool", 6), ("many", 6)):
        costs = ours[size]
        assert costs["asked"] == asked
        assert 0 < costs["question_seconds"]["p50"] <= costs["question_seconds"]["p95"] < costs["index_seconds"]
        assert 0 < costs["add_seconds"] < costs["add_and_answer_seconds"]
        assert costs["added"] == costs["removed"] == 5
        assert 10e6 < costs["peak_bytes"] < 4e9
    assert ours["pool"]["additions_kept"] and ours["pool"]["removals_kept"]
    assert ours["problems"] == []
    assert ours["recall"]["unaccented"]["recall@5"] == {"value": 100.0}
    assert forgetful["pool"]["added"] == 5
    assert forgetful["pool"]["additions_kept"] is False
    assert "removed" not in forgetful["pool"]
    assert forgetful["problems"] == ["chroma: the step remove failed: SystemError: removes nothing"]
    recall = forgetful["recall"]["accented"]["recall@1"]
    assert recall["value"] + recall["hoidap_ahead"] == ours["recall"]["accented"]["recall@1"]["value"]
    (problem,) = missing["problems"]
    assert problem.startswith("langchain: pip install -r langchain.txt failed: ") and "\n" not in problem
    assert missing == {"packages": ["no-such-package==1"], "recall": {}, "problems": [problem]}
    shown = written.with_suffix(".md").read_text(encoding="utf-8")
    assert written.with_suffix(".svg").read_text(encoding="utf-8").startswith("<svg")
    assert shown.count("| hoidap |") == 3
    assert "| LangChain + FAISS |" not in shown
    assert f"- {problem}" in shown
    assert not any(text in json.dumps(result, ensure_ascii=False) for text, _, _ in TEXTS)


def test_an_environment_is_made_once(scripts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Path] = []

    def create(folder: Path, **options: Any) -> None:
        made.append(folder)
        (folder / "bin").mkdir(parents=True)
        (folder / "bin" / "python").symlink_to("/bin/true")

    monkeypatch.setattr(venv, "create", create)
    pins = scripts / "chroma.txt"
    pins.write_text("chromadb==1\n", encoding="utf-8")
    first = peer_python("chroma", tmp_path)
    assert peer_python("chroma", tmp_path) == first
    pins.write_text("chromadb==2\n", encoding="utf-8")
    assert peer_python("chroma", tmp_path) != first
    assert len(made) == 2
    assert peer_python("hoidap", tmp_path) == Path(sys.executable)


def test_a_step_that_takes_too_long_ends_the_process(scripts: Path, given: Path, tmp_path: Path) -> None:
    slow = FORGETFUL.replace("def open(self):", "def open(self):\n        import time; time.sleep(60)")
    (scripts / "chroma.py").write_text(slow, encoding="utf-8")
    store, python = tmp_path / "store", Path(sys.executable)
    assert [line["step"] for line in run_steps("chroma", python, store, given, ["index"], 60)] == ["index"]
    assert run_steps("chroma", python, store, given, ["open", "ask"], 0.5) == []


def test_a_peer_that_fails_is_told_in_a_line(scripts: Path, given: Path, tmp_path: Path) -> None:
    with pytest.raises(PeerUnavailable, match=r"^chroma: the step open failed: FileNotFoundError: .*store'$"):
        run_steps("chroma", Path(sys.executable), tmp_path / "store", given, ["open"], 60)


def test_a_sample_ends_when_its_time_is_up(
    given: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Answers:
        def __init__(self, store: Path, given: Path) -> None:
            self.asked = 0

        def ask(self, question: Question) -> list[Place]:
            self.asked += 1
            return [("a", self.asked, 9)]

    monkeypatch.setattr(sys, "argv", ["peer", str(tmp_path), str(given), "ask", "sample"])
    monkeypatch.setattr(protocol, "_LONGEST_SAMPLE", 0.0)
    protocol.main(Answers)  # type: ignore[arg-type]
    ask, sample = map(json.loads, capsys.readouterr().out.splitlines())
    assert ask["found"] == [[["a", 2, 9]], [["a", 3, 9]]]  # one question warmed up
    assert sample["found"] == [[["a", 5, 9]]]
    assert len(sample["seconds"]) == 1


def test_many_chunks_are_the_sentences_of_few_with_vectors_near_theirs(
    settings: Settings, make_article: Callable[..., Article], tmp_path: Path
) -> None:
    articles = [make_article("", text) for text, _, _ in TEXTS]
    with open_suite_index(articles, settings) as index:
        inputs = PeerInputs(articles, [TEXTS[0][1], "cau truong tien"], index, settings)
        pool, many = inputs.write(tmp_path / "pool"), inputs.write(tmp_path / "many", 10)
    assert (pool.articles, pool.chunks, many.articles, many.chunks) == (3, 3, 10, 10)
    small, large = (protocol.read_given(one.folder) for one in (pool, many))
    assert [chunk.text for chunk in large.chunks[:3]] == [text for text, _, _ in TEXTS]
    # Two rounds of dealing go into the five articles to add and the first one here.
    words = sorted(" ".join(text for text, _, _ in TEXTS).split())
    assert sorted(" ".join(chunk.text for chunk in large.chunks[4:7]).split()) == words
    assert np.linalg.norm(large.vectors, axis=1) == pytest.approx(np.ones(10), abs=1e-5)
    assert (large.vectors[:3] == small.vectors).all()
    assert 0.9 < (large.vectors[3:] @ small.vectors.T).max(axis=1).min() < 0.99
    known = [row["text"] for row in protocol.read_rows(many.folder / "known-questions.jsonl")]
    assert "cầu trường tiền" in known  # what the product makes of the question


def test_the_chunks_of_peers_are_those_of_the_product(given: Path, index: Index) -> None:
    held = Given(given, *(getattr(protocol.read_given(given), name) for name in ("chunks", "vectors")))
    for chunk, vector in zip(held.chunks, held.vectors, strict=True):
        assert vector == pytest.approx(index.embedder.embed_passages([chunk.text])[0])


def test_unknown_peers_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_PEERS", "chroma,hoidap")
    assert EvalSettings().peers == ("chroma", "hoidap")
    monkeypatch.setenv("HOIDAP_PEERS", "chrome")
    with pytest.raises(ValidationError, match="no peer chrome; there are: hoidap, langchain"):
        EvalSettings()


def costs(seconds: float) -> dict[str, Any]:
    question = {"p50": seconds / 1000, "p95": seconds / 100}
    index = {"index_seconds": seconds, "index_and_embed_seconds": 2 * seconds}
    return {**index, "open_seconds": seconds / 10, "question_seconds": question, "peak_bytes": 2.5e8}


@pytest.fixture
def result() -> dict[str, Any]:
    """A result made by hand: the product beside Chroma, which was not asked with many chunks."""
    found = {"recall@1": {"value": 86.36}, "recall@5": {"value": 95.45}}
    behind = {name: {"value": 70.0, "hoidap_ahead": 12.5, "low": 8.1, "high": 16.9} for name in found}
    size = {"articles": 2508, "chunks": 3614, "chunks_of_added_articles": [2, 1], "seconds_to_cut_articles": 2.0}
    rate = {name: {"passages_per_second": each} for name, each in (("hoidap", 21.04), ("sentence-transformers", 9.7))}
    return {
        "commit": "abc",
        "machine": {"cores": 2, "processor": "a CPU", "memory_gib": 24},
        "suite": "viquad2_dev",
        "split": "report",
        "questions": 198,
        "embedding": {"passages": 2000, **rate},
        "sizes": {"pool": size, "many": {**size, "chunks": 100_000, "articles": 69_000}},
        "peers": {
            "hoidap": {
                "pool": costs(2),
                "many": costs(123.4),
                "recall": {"accented": found, "unaccented": found},
                "packages": [],
                "problems": [],
            },
            "chroma": {
                "pool": costs(4),
                "many": {"index_seconds": 61.0},
                "recall": {"accented": behind, "unaccented": behind},
                "packages": ["chromadb==1.5.9"],
                "problems": ["chroma, 100,000 chunks: open was not done after 600 s"],
            },
        },
    }


def test_a_table_says_what_was_measured_and_what_was_not(result: dict[str, Any]) -> None:
    shown = peers_tables(result)
    assert "| Chroma | 70.0 / 70.0 (12.5, 8.1 to 16.9; 12.5, 8.1 to 16.9) |" in shown
    assert "| hoidap | 86.4 / 95.5 | 86.4 / 95.5 |" in shown
    assert "| hoidap | 123 s | 247 s | 12.3 s | 123 ms | 1.2 s | – | – | – | – | 0.25 GB |" in shown
    assert "| hoidap | 2.0 s | 4.0 s | 200 ms | 2 ms | 20 ms |" in shown
    assert "| Chroma | 61.0 s | – | – | – | – | – | – | – | – | – |" in shown
    assert "what hoidap takes: index 2, with embedding 2, open 2, question p50 2, p95 2, memory, asking 1." in shown
    assert "what hoidap takes: index 0.49." in shown
    assert "21.0 a second by hoidap, 9.7 by sentence-transformers" in shown
    assert shown.endswith("- Chroma: chromadb==1.5.9\n\n- chroma, 100,000 chunks: open was not done after 600 s\n")


def test_the_plot_has_a_panel_for_each_cost_and_colours_of_its_own(result: dict[str, Any]) -> None:
    pytest.importorskip("matplotlib")
    plot = peers_plot(result)
    assert plot == peers_plot(result)
    assert plot.count("LlamaIndex") == 0
    assert plot.count(">Chroma<") == 6
    assert "--series-1:" in plot and "> 61<" in plot and "> 1.2e+02<" in plot


def test_the_readme_shows_the_committed_results(result: dict[str, Any], tmp_path: Path) -> None:
    readme, results = tmp_path / "README.md", tmp_path / "results"
    results.mkdir()
    places = "<!-- results -->\n<!-- /results -->\n<!-- peers -->\nold\n<!-- /peers -->\n"
    readme.write_text(places, encoding="utf-8")
    assert update_readme_table(readme, results)
    assert "<!-- peers -->\n<!-- /peers -->\n" in readme.read_text(encoding="utf-8")
    (results / "bench-peers-aaa.json").write_text(json.dumps(result), encoding="utf-8")
    assert update_readme_table(readme, results)
    shown = readme.read_text(encoding="utf-8")
    assert "| Chroma | 61.0 s |" in shown and "(evals/results/bench-peers-aaa.svg)" in shown
    assert not update_readme_table(readme, results)
    (results / "bench-peers-bbb.json").write_text(json.dumps(result), encoding="utf-8")
    assert update_readme_table(readme, results)
    assert readme.read_text(encoding="utf-8").count("| Chroma | 61.0 s |") == 2
