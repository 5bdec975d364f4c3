import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from evals.suite import load_suite
from index import Filters, HoidapError, Index
from rag import Assistant, Settings
from ui.cli import app
from ui.page.conversations import Conversations
from ui.page.feedback import export_suite
from ui.page.types import Feedback, Turn

QUESTION = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"


@pytest.fixture
def conversations(tmp_path: Path) -> Iterator[Conversations]:
    opened = Conversations(tmp_path / "page" / "conversations.sqlite3")
    yield opened
    opened.close()


def asked(question: str, assistant: Assistant) -> Turn:
    turn = Turn(question, 3)
    for event in assistant.stream(question):
        turn = turn.after(event)
    return turn


@pytest.fixture
def assistant(index: Index, settings: Settings) -> Assistant:
    return Assistant(index, settings)


def test_what_was_shown_comes_back_as_it_was(conversations: Conversations, assistant: Assistant) -> None:
    turn = asked(QUESTION, assistant)
    key = conversations.begin("an", QUESTION)
    number = conversations.add("an", key, turn)
    assert turn.citations and conversations.turns("an", key) == (replace(turn, stored=number),)


def test_nobody_sees_or_changes_what_is_anothers(conversations: Conversations) -> None:
    key = conversations.begin("an", "Chuyện của An")
    turn = replace(Turn("Hỏi?", 1), stored=conversations.add("an", key, Turn("Hỏi?", 1)))
    assert conversations.listed("binh") == [] and conversations.turns("binh", key) == ()
    assert not conversations.rename("binh", key, "Của Bình") and not conversations.delete("binh", key)
    assert conversations.add("binh", key, Turn("Chen vào?", 1)) is None
    conversations.take_back("binh", turn)
    conversations.rate("binh", turn, (), Feedback("up"))
    conversations.keep("binh", replace(turn, question="Sửa"))
    assert [stored.question for stored in conversations.turns("an", key)] == ["Hỏi?"]
    assert list(conversations.feedback()) == []


def test_renaming_searching_deleting_and_undoing(conversations: Conversations) -> None:
    library, water = conversations.begin("an", "Thư viện  Bình Sơn"), conversations.begin("an", "Nước sạch")
    conversations.add("an", library, Turn("Ai trông coi?", 1, text="Bà Trần Thị Hạnh."))
    assert [item.id for item in conversations.listed("an", "tran thi hanh")] == [library]
    assert [item.id for item in conversations.listed("an", "nuoc SACH")] == [water]
    assert conversations.listed("an", "không có") == []
    assert conversations.rename("an", water, "  Suối\nCạn ") and not conversations.rename("an", water, "  ")
    assert {item.title for item in conversations.listed("an")} == {"Thư viện Bình Sơn", "Suối Cạn"}
    assert conversations.delete("an", water)
    assert [item.id for item in conversations.listed("an")] == [library]
    assert conversations.restore("an", water) and len(conversations.listed("an")) == 2
    conversations.delete("an", water)
    conversations.delete("an", library)  # the deletion before is final now
    assert not conversations.restore("an", water) and conversations.restore("an", library)


def test_an_answer_asked_again_takes_the_place_of_the_first(conversations: Conversations) -> None:
    key = conversations.begin("an", "Hỏi")
    first = replace(Turn("Hỏi?", 1), stored=conversations.add("an", key, Turn("Hỏi?", 1)))
    conversations.take_back("an", first)
    conversations.add("an", key, Turn("Hỏi?", 2))
    assert [turn.articles_searched for turn in conversations.turns("an", key)] == [2]


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite3"
    path.write_bytes(b"not a database, but long enough to be looked at" * 30)
    with pytest.raises(HoidapError, match="bị hỏng"):
        Conversations(path)


def test_feedback_becomes_a_suite_that_the_evaluation_reads(
    conversations: Conversations, assistant: Assistant, tmp_path: Path
) -> None:
    key = conversations.begin("an", "Hỏi")

    def rated(question: str, feedback: Feedback, **changes: Any) -> Turn:
        turn = replace(asked(question, assistant), **changes)
        turn = replace(turn, stored=conversations.add("an", key, turn))
        conversations.rate("an", turn, ({"role": "user", "content": "Trước đó?"},), feedback)
        return turn

    good = rated(QUESTION, Feedback("up"))
    rated("Giá vàng ở Luân Đôn hôm nay?", Feedback("up"), refused=True, sentences=())  # rightly
    rated("Huyện Đông Hải đạt bao nhiêu điểm?", Feedback("down", "unfounded"))
    rated("Ai quản lý thư viện?", Feedback("down", "missing", "Thiếu tên."))
    changed = rated("Công trình nước sạch trị giá bao nhiêu?", Feedback("down", "wrong"))
    conversations.rate("an", changed, (), None)  # taken back
    conversations.delete("an", key)  # feedback stays

    folder = tmp_path / "suite"
    exported = export_suite(conversations.feedback(), assistant.index, folder)
    assert (exported.questions, exported.to_review) == (3, 1)
    cases = {case.question: case for case in load_suite(folder).cases}
    assert [gold.quote for gold in cases[QUESTION].gold] == [citation.quote for citation in good.citations]
    assert [case.answerable for case in cases.values()] == [True, False, False]
    (review,) = json.loads((folder / "to-review.json").read_text(encoding="utf-8"))
    assert (review["reason"], review["comment"]) == ("missing", "Thiếu tên.") and review["evidence"]


def test_the_command_exports_it(
    index: Index, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOIDAP_EMBEDDING_MODEL", "hashing")
    result = CliRunner().invoke(app, ["feedback", str(tmp_path / "suite"), "--index", str(settings.index)])
    assert "0 câu hỏi" in result.stdout and (tmp_path / "suite" / "articles.jsonl").exists()


def test_filters_are_kept_with_their_conversation(conversations: Conversations) -> None:
    key, filters = conversations.begin("an", "Hỏi"), Filters(date(2024, 1, 1), None, ("Báo A",))
    conversations.set_filters("binh", key, filters)
    assert conversations.filters("an", key) == Filters()
    conversations.set_filters("an", key, filters)
    assert (conversations.filters("an", key), conversations.filters("binh", key)) == (filters, Filters())


def test_preferences_are_kept_by_owner(conversations: Conversations) -> None:
    conversations.set_preferences("an", {"wording": "extractive"})
    conversations.set_preferences("an", {"wording": "llm"})
    assert (conversations.preferences("an"), conversations.preferences("binh")) == ({"wording": "llm"}, {})
