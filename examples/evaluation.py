"""Evaluation: write a small suite, measure search and answers on it, compare two systems question by question.

Run it as a script, ``python examples/evaluation.py``, or cell by cell in an editor that knows ``# %%``. It needs the
extra "evals", reads the articles that come with hoidap and writes below ``data/example-suite``. The command line does
the same with ``hoidap eval run`` and ``compare``; evals/README.md says what each figure means.
"""

# %% A question a line: whether the articles answer it, the words that do (gold), and the answers to accept.
import json
from pathlib import Path

from evals.baselines import open_baseline
from evals.compare import compare
from evals.results import write_run
from evals.runner import Options, run
from evals.suite import BUNDLED, load_suite
from evals.suite_index import open_suite_index
from evals.systems import Hoidap
from rag import Settings

files = "2.350 hồ sơ"
gold = {"article": "mot-cua-xa-binh-an.txt", "quote": f"Năm 2023, Bộ phận một cửa của xã tiếp nhận {files}"}
rank = {"article": "mot-cua-xa-binh-an.txt", "quote": "xã Bình An xếp thứ 3 trong 16 xã, thị trấn của huyện"}
lines = [
    {"id": "files", "question": "Một cửa xã Bình An nhận bao nhiêu hồ sơ năm 2023?", "answerable": True}
    | {"gold": [gold], "answers": [files]},
    {"id": "rank", "question": "chi so cai cach hanh chinh xa binh an dung thu may?", "answerable": True}
    | {"gold": [rank], "answers": ["thứ 3"]},
    {"id": "gold-price", "question": "Giá vàng ở Luân Đôn hôm nay là bao nhiêu?", "answerable": False, "gold": []},
]
folder = Path("data/example-suite")
folder.mkdir(parents=True, exist_ok=True)
questions = folder / "questions.jsonl"
questions.write_text("\n".join(json.dumps(line, ensure_ascii=False) for line in lines), encoding="utf-8")

# %% Read it with its articles. Gold that is not in the article, word for word, is refused here.
suite = load_suite(questions, [BUNDLED / "articles"])
print(f"{len(suite.cases)} questions on {len(suite.articles)} articles")

# %% Its index is made once and kept in the user cache.
settings = Settings(llm="extractive")
index = open_suite_index(suite.articles, settings)
hoidap = Hoidap(index, settings)

# %% How often the search finds the gold words, and what becomes of the questions. With so few the intervals are wide.
searched = run(suite, hoidap, Options(stage="retrieval"))
answered = run(suite, hoidap, Options(stage="answers"))
for name in ("recall@1", "recall@5", "contained", "citation_precision", "refusal_recall"):
    figure = answered.metrics[name]
    print(f"{name}: {figure.value:.2f} (95 % interval {figure.low:.2f} to {figure.high:.2f}, {figure.count} questions)")

# %% Against the sentence vectors alone: who wins which question. Kept runs can be compared later, too.
dense = run(suite, open_baseline("dense", index, settings), Options(stage="retrieval"))
for one in compare(dense, searched):
    print(f"{one.metric}: dense {one.first:.2f}, hoidap {one.second:.2f}, won {one.wins}, lost {one.losses}")
write_run(answered, folder / "answers.json")
index.close()
