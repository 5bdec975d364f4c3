"""Golden answers: what the product answers in quoting mode, question by question, as digests.

A change that should change nothing is made between two runs: ``diff`` of the two result files then names the questions
that are answered otherwise. Digests and not texts, for the answers to the research sets may not be passed on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from evals.benchmarks.choices import Progress
from evals.benchmarks.sets import pool_suites
from evals.perturb import Perturbation, perturb
from evals.provenance import digest
from evals.suite import BUNDLED, load_suite
from evals.suite_index import open_suite_index
from evals.types import Suite
from rag import Answer, Assistant, Settings

_CONVERSATIONS = (
    ("Năm 2023, xã Bình An tiếp nhận bao nhiêu hồ sơ?", "Bao nhiêu hồ sơ trễ hạn?", "Vì sao?"),
    ("Bí thư Đảng ủy xã Tân Hòa là ai?", "Còn chủ tịch ủy ban thì sao?", "Ông ấy nói gì?"),
    ("Xã Long Thạnh tiếp công dân vào thứ mấy?", "Còn xã Mỹ Thủy?", "Lúc mấy giờ?"),
    ("Tỷ lệ cử tri đi bầu ở huyện Thanh Bằng là bao nhiêu?", "Thế còn huyện Yên Trạch?"),
    ("Xã Hòa Lạc đạt chuẩn nông thôn mới khi nào?", "Ai ký quyết định?", "Thế còn xã Tân Phú?"),
    ("nam 2019 hdnd huyen dak lam nhan bao nhieu kien nghi", "bao nhieu da duoc giai quyet", "nam 2020 thi sao"),
    ("Khu trường chính Ea Tuar bàn giao khi nào?", "Xây hết bao nhiêu tiền?", "Cảm ơn bạn!"),
    ("Chỉ số PAPI của Lam Khánh năm 2022 được bao nhiêu điểm?", "Năm 2021 thì sao?", "Tỉnh đứng thứ mấy?"),
    ("Tổ hỗ trợ đầu tư của huyện Yên Trạch có mấy người?", "Họ cam kết trả lời trong bao lâu?"),
    ("Xin chào", "Một cửa ba không ở Bình An là gì?", "Mô hình đó áp dụng cho bao nhiêu thủ tục?"),
)


def measure_golden(data: Path, progress: Progress | None = None) -> dict[str, Any]:
    """A digest of each answer: bundled suite with and without accents, viquad2_dev, ten conversations.

    Args:
        data: Folder of the measuring sets.
        progress: Called as the work goes on.
    """
    settings = Settings(llm="extractive")
    bundled, research = load_suite(BUNDLED), pool_suites(data)[0]
    found: dict[str, Any] = {}
    with open_suite_index(bundled.articles, settings, progress) as index:
        assistant = Assistant(index, settings)
        for kind in ("none", "unaccented"):
            found |= {f"bundled {kind} {name}": each for name, each in _answers(assistant, bundled, kind, progress)}
        found |= {f"conversation {name}": each for name, each in _conversations(assistant)}
    with open_suite_index(research.articles, settings, progress) as index:
        assistant = Assistant(index, settings)
        found |= {f"viquad2_dev {name}": each for name, each in _answers(assistant, research, "none", progress)}
    return {"answers": found}


def _answers(
    assistant: Assistant, suite: Suite, kind: Perturbation, progress: Progress | None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for done, case in enumerate(suite.cases, 1):
        question = perturb(case, kind)
        if question is not None:
            yield case.id, _facts(assistant.ask(question, case.history))
        if progress is not None:
            progress(done, len(suite.cases))


def _conversations(assistant: Assistant) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, questions in enumerate(_CONVERSATIONS, 1):
        history: list[dict[str, str]] = []
        for turn, question in enumerate(questions, 1):
            answer = assistant.ask(question, history)
            yield f"{number}.{turn}", _facts(answer)
            history += [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]


def _facts(answer: Answer) -> dict[str, Any]:
    """What tells two answers apart, times aside."""
    told = answer.to_dict()
    return {
        "answer": digest([told["text"], told["sentences"], told["refused"], told["mode"], told["notice"]]),
        "citations": digest(told["citations"]),
        "passages": digest(told["passages"]),
        "confidence": told["confidence"],
        "rest": digest([told["standalone"], told["dropped"], told["unanswered"], told["model_failed"]]),
    }
