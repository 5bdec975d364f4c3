"""What anybody can send to the page: questions, histories, settings, names, headers; and what it shows of them."""

import asyncio
import json
from pathlib import Path

import pytest
from fuzzing import fuzzed, json_values, texts
from hypothesis import example, given
from hypothesis import strategies as st
from lxml import html
from pydantic import ValidationError

from index import HoidapError, Index
from index.settings import IndexSettings
from rag import Answer, Assistant, Citation, Sentence, Settings
from ui.page.answers import conversation_html
from ui.page.filters import filters_html, read_filters
from ui.page.library import Library, Upload
from ui.page.library_list import batch_html, read_wanted
from ui.page.markdown import turn_markdown
from ui.page.preferences import Preferences, read_preferences
from ui.page.types import Feedback, Source, Turn
from ui.server.accounts import Accounts
from ui.server.headers import ReplyHeaders
from ui.server.login import Login

TAGS = {
    "main", "div", "section", "h2", "h3", "p", "ul", "li", "span", "button", "form", "fieldset", "legend", "label",
    "input", "textarea",
}  # fmt: skip
ATTRIBUTES = {
    "class", "type", "name", "value", "rows", "maxlength", "role", "title", "aria-label", "aria-busy", "aria-hidden",
    "aria-pressed", "data-turn", "data-markdown", "data-action", "data-article", "data-number", "data-title",
    "data-quote", "data-question",
}  # fmt: skip
markup = st.sampled_from(
    ["<script>", "<img src=x onerror=a()>", "'\"><b onclick=a>", "](javascript:a)", "&lt;", "{{a}}"]
)
shown = st.one_of(texts, markup, st.tuples(texts, markup).map("".join))
histories = st.one_of(
    st.lists(st.fixed_dictionaries({"role": st.sampled_from(["user", "assistant"]), "content": texts}), max_size=4),
    st.lists(st.fixed_dictionaries({"role": texts, "content": json_values}), max_size=3),
    st.lists(json_values, max_size=3),
)


@pytest.fixture
def assistant(index: Index, settings: Settings) -> Assistant:
    return Assistant(index, settings)


@fuzzed
@given(shown, histories)
@example("Thư viện ở đâu?", [{"role": "user", "content": 7}])
def test_questions_and_histories(assistant: Assistant, question: str, history: list[object]) -> None:
    before = json.dumps(history)
    try:
        answer = assistant.ask(question, history)  # type: ignore[arg-type]
    except HoidapError as error:
        assert str(error) and "\n" not in str(error)
        return
    assert isinstance(answer, Answer) and json.dumps(history) == before
    json.dumps(answer.to_dict(), ensure_ascii=False).encode()
    for citation in answer.citations:
        article = assistant.index.article(citation.article_id)
        assert article is not None and article.text[citation.start : citation.end] == citation.quote
    assert assistant.index.store.counts()[0] == 3


@fuzzed
@given(shown, shown, shown, shown, shown)
def test_nothing_of_others_becomes_markup(question: str, title: str, said: str, quote: str, name: str) -> None:
    citation = Citation(1, name, 0, 1, quote, 1.0)
    source = Source(name, title, said, (Source(name, quote, title),))
    turn = Turn(
        question, 3, standalone=said, sources=(source,), sentences=(Sentence(said, (citation,), False),), text=said,
        notice=quote, finished=True, suggestions=(title,), feedback=Feedback("down", "", name), rating_down=True,
        stored=1,
    )  # fmt: skip
    page = conversation_html(
        [turn, Turn(question, 1, text=said, refused=True, sources=(source,)), Turn(said, 1, problem=title)]
    )
    for element in html.fromstring(f"<main>{page}</main>".replace("\x00", "")).iter():
        assert element.tag in TAGS and set(element.keys()) <= ATTRIBUTES
    written = turn_markdown(turn)
    for sign in "<>[]`*":  # every one that is not ours is escaped
        assert written.replace("[1]", "").replace(f"\\{sign}", "").count(sign) == 0


@fuzzed
@given(st.dictionaries(st.sampled_from(["wording", "passages", "base_url", "model", "x"]), json_values))
@example({"base_url": "http://[", "model": "m"})
@example({"passages": [4]})
@example({"wording": ["llm"]})
def test_preferences(stored: dict[str, object]) -> None:
    try:
        assert isinstance(read_preferences(stored), Preferences)
    except HoidapError as error:
        assert "\n" not in str(error)


@fuzzed
@given(st.dictionaries(st.sampled_from(["since", "until", "sources", "words", "source", "order", "page"]), json_values))
def test_forms(sent: dict[str, object]) -> None:
    read_wanted(sent)
    filters = read_filters(sent)
    assert "<script" not in filters_html(filters, filters.sources)


@fuzzed
@given(
    st.sampled_from(["HOIDAP_INDEX", "HOIDAP_CACHE", "HOIDAP_EMBEDDING_MODEL", "HOIDAP_PASSAGES", "HOIDAP_LLM"]), texts
)
def test_settings_from_the_environment(name: str, value: str) -> None:
    value = value.replace("\x00", "").encode("utf-8", "ignore").decode()  # the environment cannot hold these
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(name, value)
        try:
            assert isinstance(Settings(), IndexSettings)
        except ValidationError as error:
            assert error.errors()[0]["loc"]


@fuzzed
@given(
    st.lists(
        st.tuples(texts, st.sampled_from([".txt", ".md", "/../a.txt", "\\..\\a.txt", ".exe", ""])).map("".join),
        max_size=3,
    )
)
@example(["ạ" * 200 + ".txt"])
def test_names_of_uploads(index: Index, tmp_path: Path, names: list[str]) -> None:
    inbox, kept = tmp_path / "inbox", tmp_path / "kept"
    inbox.mkdir(exist_ok=True)
    library = Library(index, kept, inbox, most_files=5, most_bytes=1000)
    uploads = []
    for number, name in enumerate(names):
        path = inbox / str(number)
        path.write_bytes(b"\x00\x01")
        uploads.append(Upload(path, name))
    try:
        batch = library.add(uploads)
    except HoidapError:
        assert not names
        return
    assert batch.finished.wait(20) and all(line.state == "failed" for line in batch.lines)
    assert "<script" not in batch_html(batch)
    assert not list(inbox.iterdir()) and not [path for path in kept.rglob("*") if path.is_file()]
    assert index.store.counts()[0] == 3


@fuzzed
@given(
    st.sampled_from(["GET", "POST"]), st.sampled_from(["/", "/dang-nhap", "/dang-xuat"]), st.binary(max_size=100),
    st.dictionaries(st.sampled_from([b"cookie", b"authorization", b"accept", b"content-type"]), st.binary(max_size=80)),
)  # fmt: skip
@example("GET", "/", b"", {b"authorization": b"Basic \xff"})
@example("GET", "/", b"", {b"authorization": b"Basic //8="})
def test_nothing_passes_the_login(
    tmp_path: Path, method: str, path: str, body: bytes, headers: dict[bytes, bytes]
) -> None:
    (tmp_path / "accounts.json").write_text(json.dumps({"an": f"{'00' * 16}${'00' * 32}"}))
    sent: list[dict[str, object]] = []

    async def behind(*_: object) -> None:
        raise AssertionError("passed")

    async def receive() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": b"",
        "scheme": "http",
        "headers": list(headers.items()), "server": ("127.0.0.1", 80), "client": ("127.0.0.1", 1), "root_path": "",
    }  # fmt: skip
    login = ReplyHeaders(Login(behind, Accounts(tmp_path / "accounts.json")))  # type: ignore[arg-type]
    asyncio.run(login(scope, receive, send))  # type: ignore[arg-type]
    assert sent[0]["status"] in (200, 303, 401, 413, 429)


def test_no_socket_passes_the_login(tmp_path: Path) -> None:
    (tmp_path / "accounts.json").write_text(json.dumps({"an": f"{'00' * 16}${'00' * 32}"}))
    sent: list[dict[str, object]] = []

    async def behind(*_: object) -> None:
        raise AssertionError("passed")

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    login = ReplyHeaders(Login(behind, Accounts(tmp_path / "accounts.json")))  # type: ignore[arg-type]
    asyncio.run(login({"type": "websocket", "path": "/"}, behind, send))  # type: ignore[arg-type]
    assert sent == [{"type": "websocket.close", "code": 1008}]
