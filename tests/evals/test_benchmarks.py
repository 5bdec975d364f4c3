"""Benchmarks on a few sentences: what they count, what each variant leaves out, and where results go."""

import json
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from evals.benchmarks import Choices, run_benchmark
from evals.benchmarks.ablation import COLUMNS, SPELLED_OUT, ablation_tables, ask, measure_ablation
from evals.benchmarks.accents import half_unaccented, measure_accents, words_right
from evals.benchmarks.embedding_speed import OPENVINO, REFERENCE, TORCH, compare_recall, compare_speed
from evals.benchmarks.many_chunks import build_many_chunks, shuffled_chunks
from evals.benchmarks.recorder import Recorder
from evals.benchmarks.retrieval_speed import measure_retrieval_speed
from evals.benchmarks.sets import data_folder, pool_suites
from evals.benchmarks.variants import VARIANTS, WHOLE
from evals.errors import SuiteError
from evals.gold import by_name, targets_of
from evals.splits import split_of
from evals.suite_index import open_suite_index
from evals.types import Suite
from index import Hit, HoidapError, Index, Interpretation
from index.models.embedding import Hashing, Progress, Vectors
from rag import Settings
from rag.search import retrieve

# Context, question and answer of each set, by turns in the tune half and in the report half.
POOL = {
    "viquad2_dev": [
        ("Cầu Trường Tiền ở Huế dài 402,6 m. Cầu khánh thành năm 1899.", "Cầu Trường Tiền dài bao nhiêu?", "402,6 m"),
        ("Ủy ban nhân dân xã Bình Sơn mở thư viện.", "Ủy ban nhân dân xã nào mở thư viện?", "Bình Sơn"),
        ("Hồ Ba Bể nằm ở tỉnh Bắc Kạn. Hồ rộng 500 ha.", "Hồ Ba Bể nằm ở tỉnh nào?", "Bắc Kạn"),
        ("Vịnh Hạ Long được công nhận năm 1994.", "Vịnh Hạ Long được công nhận năm nào?", "1994"),
    ],
    "xquad_vi": [
        ("Chợ nổi Cái Răng họp từ sáng sớm ở Cần Thơ.", "Chợ nổi Cái Răng họp khi nào?", "sáng sớm"),
        ("Đèo Hải Vân dài 20 km, nối Huế với Đà Nẵng.", "Đèo Hải Vân dài bao nhiêu?", "20 km"),
        ("Sông Hương chảy qua thành phố Huế.", "Sông nào chảy qua thành phố Huế?", "Sông Hương"),
        ("Núi Bà Đen cao 986 m ở Tây Ninh.", "Núi Bà Đen cao bao nhiêu?", "986 m"),
    ],
}
RESPONSE = {"id": "v1", "context_id": "v1", "context": "Xã Hòa Lạc trồng lúa.", "question": "Xã nào trồng lúa?"}
NEWS = {"id": "n1", "title": "Tin xã", "text": "Xã Bình Sơn họp. Xã Hòa Lạc làm đường. Cầu mới ở Huế khánh thành."}


def name_in(half: str, prefix: str) -> str:
    """An id of the half."""
    return next(name for at in range(100) if split_of(name := f"{prefix}-{at}") == half)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measuring") / "data"
    folder.mkdir()
    files = {"vihallu_dev": [{**RESPONSE, "response": "Xã Hòa Lạc.", "label": "no"}], "news_gov": [NEWS]}
    for name, lines in POOL.items():
        files[name] = [
            {"id": f"{name}{i}", "context_id": context_id, "context": text, "question": asked, "answers": [answer]}
            for i, (text, asked, answer) in enumerate(lines)
            if (context_id := name_in(("tune", "report")[i % 2], f"{name}{i}"))
        ]
    for name, rows in files.items():
        lines_of = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (folder / f"{name}.jsonl").write_text(lines_of, encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("HOIDAP_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("HOIDAP_DATA", raising=False)


@pytest.fixture
def suite(data: Path) -> Suite:
    return pool_suites(data)[0]


@pytest.fixture
def pool(suite: Suite) -> Index:
    return open_suite_index(suite.articles, Settings())


@pytest.fixture
def bundled(tmp_path: Path) -> Path:
    folder = tmp_path / "bundled"
    folder.mkdir()
    (folder / "articles.jsonl").write_text('{"article": "b", "text": "Trạm y tế Long Thành mở cửa lúc 7 giờ."}\n')
    case = {"id": "b1", "question": "Trạm y tế Long Thành mở cửa lúc mấy giờ?", "answerable": True}
    case |= {"gold": [{"article": "b", "quote": "7 giờ"}], "answers": ["7 giờ"]}
    for name in ("dev", "test"):
        (folder / f"{name}.jsonl").write_text(json.dumps(case | {"id": name}) + "\n", encoding="utf-8")
    return folder


def test_the_data_is_where_the_setting_says(data: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOIDAP_DATA", str(data.parent))
    assert data_folder() == data
    with pytest.raises(SuiteError, match=r"no viquad2_dev\.jsonl, .*Set HOIDAP_DATA") as error:
        data_folder(tmp_path)
    assert "\n" not in str(error.value)


def test_every_set_is_asked_of_the_same_pool(data: Path) -> None:
    one, other = pool_suites(data)
    assert (one.name, other.name) == ("viquad2_dev", "xquad_vi")
    assert {article.id for article in one.articles} == {article.id for article in other.articles}
    assert len(one.articles) == 10


def test_words_restored_by_hand() -> None:
    assert half_unaccented("Đổi mới ở Cam Lộ") == "Doi mới o Cam Lo"
    # The number does not count, tone placement does not matter, and the first word is wrong.
    assert words_right("Năm 2020, hoà giải", "nam 2020, hòa giải") == [False, True, True]


def test_accents_are_restored_from_the_words_of_the_pool(data: Path) -> None:
    sets = measure_accents(data)["sets"]
    assert sets.keys() == {f"{name}, {split}" for name in POOL for split in ("tune", "report")}
    for figures in sets.values():
        assert figures["questions"] == 2
        assert figures["accented"]["right"] == figures["accented"]["questions_right"] == 100
        assert figures["unaccented"]["right"] > 60  # so few words may not tell "tiền" from "tiên"
        assert figures["unaccented"]["low"] <= figures["unaccented"]["right"] <= figures["unaccented"]["high"]
        assert figures["half unaccented"]["words"] == figures["unaccented"]["words"] > 8


def test_the_first_variant_is_the_product(pool: Index, suite: Suite) -> None:
    whole = VARIANTS[0]
    for case in suite.cases:
        meant = whole.interpret(pool, case.question)
        assert whole.name == WHOLE
        assert whole.rank(pool, meant, pool.search(meant), 10) == retrieve(pool, case.question, 10)


def test_a_variant_leaves_out_what_it_says(pool: Index) -> None:
    by_variant = {variant.name: variant for variant in VARIANTS}
    meant = {name: variant.interpret(pool, "cau truong tienn dai bao nhieu") for name, variant in by_variant.items()}
    assert meant[WHOLE].meant in ("cầu trường tiền dài bao nhiêu", "cầu trường tiên dài bao nhiêu")
    assert meant["without restoring accents and mending slips"].meant == "cau truong tienn dai bao nhieu"
    assert meant["without near words for mistyped ones"].meant == "cầu trường tienn dài bao nhiêu"
    assert meant["BM25 alone"] == Interpretation.literal("cau truong tienn dai bao nhieu")
    province = "Hồ nào nằm ở tỉnh Bắc Kạn?"
    assert len(by_variant[WHOLE].interpret(pool, province).readings) > 1
    assert by_variant["without other readings"].interpret(pool, province).readings == (province,)


def test_the_simple_rankings_by_hand(pool: Index) -> None:
    ids = [chunk.id for chunk in pool.store.chunks()[:3]]
    parts = [(0.9, 0.1, 0.0, 0.9, 0.1), (0.8, 0.3, 0.2, 0.2, 0.0), (0.7, 0.2, 0.0, 0.3, 0.0)]
    hits = [
        Hit(id_, dense, 0.0, 0.0, dense, words, pairs, folded_words, folded_pairs)
        for id_, (dense, words, pairs, folded_words, folded_pairs) in zip(ids, parts, strict=True)
    ]
    by_variant = {variant.name: variant for variant in VARIANTS}

    def scores(name: str, question: str) -> dict[int, float]:
        found = by_variant[name].rank(pool, Interpretation.literal(question), hits, 3)
        assert [passage.number for passage in found] == [1, 2, 3]
        assert [passage.score for passage in found] == sorted((p.score for p in found), reverse=True)
        return {passage.chunk.id: round(passage.score, 6) for passage in found}

    assert scores("sentence vectors alone", "cầu") == {ids[0]: 0.9, ids[1]: 0.8, ids[2]: 0.7}
    assert scores("BM25 alone", "cầu") == {ids[1]: 0.5, ids[2]: 0.2, ids[0]: 0.1}
    assert scores("BM25 alone", "cau") == {ids[0]: 1.0, ids[2]: 0.3, ids[1]: 0.2}
    # 0.4 of dense from lowest to highest and 0.6 of BM25 over the highest.
    plain = "plain score fusion of the question as typed"
    assert scores(plain, "cầu") == {ids[1]: 0.8, ids[0]: 0.52, ids[2]: 0.24}
    assert scores(plain, "cau") == {ids[0]: 1.0, ids[1]: 0.26, ids[2]: 0.24}


def test_a_case_is_asked_of_every_variant_in_every_way(pool: Index, suite: Suite) -> None:
    abbreviated, plain = suite.cases[1], suite.cases[2]
    named = by_name(suite.articles)
    found = list(ask(pool, abbreviated, targets_of(abbreviated, named)))
    assert {(variant.name, column) for variant, column, _ in found} == {
        (variant.name, column) for variant in VARIANTS for column in COLUMNS
    }
    columns = {column: metrics for variant, column, metrics in found if variant.name == WHOLE}
    assert columns["none"] == columns["nfd"] == columns[SPELLED_OUT] == {"recall@1": 1.0, "recall@5": 1.0}
    without = {column for _, column, _ in ask(pool, plain, targets_of(plain, named))}
    assert without == {"none", "unaccented", "typo", "nfd", "old-tone"}


def test_an_ablation_keeps_figures_and_no_texts(data: Path, bundled: Path) -> None:
    steps: list[tuple[int, int]] = []
    result = measure_ablation(data, "tune", lambda done, total: steps.append((done, total)), bundled)
    assert result["suites"].keys() == {"viquad2_dev", "xquad_vi", "bundled"}
    assert steps[-1] == (1, 1)
    suite = result["suites"]["viquad2_dev"]
    assert suite["questions"]["none"] == 2
    whole = suite["figures"][WHOLE]["none"]["recall@1"]
    assert whole == {"value": 100.0, "change": 0.0, "low": 0.0, "high": 0.0}
    written = json.dumps(result, ensure_ascii=False)
    assert not any(text in written for lines in POOL.values() for line in lines for text in line)
    assert str(data) not in written


def test_a_table_marks_what_is_more_than_chance() -> None:
    def figures(value: float, low: float, high: float) -> dict[str, dict[str, float]]:
        one = {"value": value, "change": 0.0, "low": low, "high": high}
        return {"recall@1": one, "recall@5": {**one, "low": -1, "high": 1}}

    questions = {column: 2 if column == "none" else 0 for column in COLUMNS}
    columns = {"less": {"none": figures(50.04, -9, -1)}, "more": {"none": figures(60, 1, 9)}}
    suite = {"articles": 1200, "chunks": 1300, "questions": questions, "figures": columns}
    shown = ablation_tables({"split": "tune", "variants": list(columns), "suites": {"s": suite}})
    assert "## s: 1,200 articles, 1,300 chunks\n\n|  | none (2) |\n| --- | --- |\n" in shown
    assert shown.endswith("| less | 50.0↓ / 50.0 |\n| more | 60.0↑ / 60.0 |\n")


def test_many_chunks_hold_the_sentences_of_few(pool: Index, settings: Settings, tmp_path: Path) -> None:
    few = len(pool.store.chunks())
    texts = shuffled_chunks(pool)
    first, second = list(islice(texts, few)), list(islice(texts, few))
    assert first != second
    assert sorted(" ".join(first).split()) == sorted(" ".join(second).split())
    build_many_chunks(tmp_path / "many", pool, few + 60, settings)
    with Index.open(tmp_path / "many", settings) as many:
        assert many.store.counts() == (pool.store.counts()[0] + 3, few + 60)
        articles = {article.id: article.text for article in many.articles()}
        held = [articles[chunk.article_id][chunk.start : chunk.end] for chunk in many.store.chunks()]
        assert held[few:] == [*first, *second, *islice(texts, 60 - 2 * few)]
        own = {article.id: article.text for article in pool.articles()}
        assert held[:few] == [own[chunk.article_id][chunk.start : chunk.end] for chunk in pool.store.chunks()]
        vectors = np.array([content.vector for content in many.store.contents(many.store.chunk_ids())], np.float32)
        assert np.linalg.norm(vectors, axis=1) == pytest.approx(np.ones(few + 60), abs=1e-3)
        assert len(retrieve(many, "Đèo Hải Vân dài bao nhiêu?", 3)) == 3


def test_a_question_is_embedded_once() -> None:
    class Counting(Hashing):
        asked = 0

        def embed_query(self, text: str) -> np.ndarray:  # type: ignore[type-arg]
            self.asked += 1
            return super().embed_query(text)

    model = Counting()
    known = Recorder(model)
    assert (known.embed_query("cầu") == known.embed_query("cầu")).all()
    assert model.asked == 1


def test_the_speed_of_a_search_has_its_parts(data: Path) -> None:
    speed = measure_retrieval_speed(data, chunks=20, questions=1)
    assert speed["questions"] == 3
    assert (speed["pool"]["chunks"], speed["many"]["chunks"]) == (10, 30)
    for size in ("pool", "many"):
        parts = speed[size]
        assert 0 < parts["searches"]["p50"] <= parts["searches"]["p95"]
        assert parts["searches"]["p50"] < parts["retrieval_without_embedding"]["p95"]
        assert parts["embedding"]["p50"] < parts["retrieval_without_embedding"]["p50"]  # hashing, not looked up


def test_results_are_named_by_benchmark_and_commit(data: Path, tmp_path: Path) -> None:
    path, figures = run_benchmark("accents", Choices(data), tmp_path)
    assert path.name == f"bench-accents-{figures['commit']}.json"
    assert json.loads(path.read_text(encoding="utf-8")) == figures
    with pytest.raises(HoidapError, match="no benchmark 'nhanh'; there are: ablation, accents, answering"):
        run_benchmark("nhanh", folder=tmp_path)


def test_weights_of_the_ranking_are_learnt_on_tune_questions(data: Path, tmp_path: Path) -> None:
    _, figures = run_benchmark("ranking", Choices(data), tmp_path)
    assert figures["contests"] >= 12  # four tune questions, typed in three or four ways
    assert figures["first_stage"]["weights"]["pairs"] > 0
    assert figures["first_stage"]["recall@1"]["viquad2_dev.jsonl, none"] > 0


@pytest.mark.slow
def test_what_an_index_costs_is_measured_at_every_size(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_BENCH_SIZES", "[3, 40]")
    path, figures = run_benchmark("index", Choices(data), tmp_path)
    small, large = figures["sizes"]
    assert (small["chunks"], large["chunks"]) == (3, 40)
    for size in (small, large):
        assert size["dense_recall"] == 1.0
        assert all(size[name]["p50"] > 0 for name in ("open_ms", "search_ms", "retrieve_ms", "add_ms", "remove_ms"))
        assert size["bytes_per_chunk"] > 1000 and size["build_peak_mib"] > 10
    assert path.with_suffix(".md").read_text(encoding="utf-8").count("\n") == 4
    assert path.with_suffix(".svg").read_text(encoding="utf-8").startswith("<svg")


def test_engines_are_timed_on_the_same_texts_and_compared_with_the_first() -> None:
    class Tilted(Hashing):
        def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            return -super().embed_passages(texts, progress)

    figures = compare_speed(
        {REFERENCE: Hashing(), "tilted": Tilted()}, ["Xã Hòa Lạc", "Cầu Huế"] * 10, ["Ở đâu?"], None
    )
    assert figures[REFERENCE]["cosine_lowest"] == pytest.approx(1)
    assert figures["tilted"]["cosine_mean"] == pytest.approx(-1)
    assert figures["tilted"]["passages_per_second"] > 0


def test_recall_of_engines_is_paired_by_question(data: Path) -> None:
    class Silent(Hashing):
        def embed_query(self, text: str) -> Vectors:
            return np.zeros(self.dimensions, np.float32)

    figures = compare_recall(pool_suites(data), {TORCH: Hashing(), OPENVINO: Silent()}, None)["viquad2_dev"]
    assert figures["questions"] == 2
    by_torch, by_silent = (figures[name]["sentence vectors alone, recall@1"] for name in (TORCH, OPENVINO))
    assert by_torch["value"] == 100
    assert by_torch["change"] == 0
    assert by_silent["change"] == by_silent["value"] - by_torch["value"] < 0
    assert figures[f"{OPENVINO} over passages of {TORCH}"]["sentence vectors alone, recall@1"] == by_silent
