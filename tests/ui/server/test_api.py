"""``ask`` and ``search`` as programs reach them: gradio_client, plain HTTP, MCP."""

import json

import anyio
import httpx
from gradio_client import Client
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool

QUESTION = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"


def call(address: str, name: str, *values: object) -> object:
    """A call over plain HTTP, as with curl: post, then read the event stream."""
    event = httpx.post(f"{address}gradio_api/call/{name}", json={"data": values}).json()["event_id"]
    lines = httpx.get(f"{address}gradio_api/call/{name}/{event}", timeout=30).text.splitlines()
    return json.loads(next(line for line in lines if line.startswith("data: ")).removeprefix("data: "))[0]


def test_gradio_client_sees_two_endpoints_and_their_answers(address: str) -> None:
    client = Client(address, verbose=False)
    named = client.view_api(return_format="dict", print_info=False)["named_endpoints"]
    assert set(named) == {"/ask", "/search"}
    parameters = {name: [each["parameter_name"] for each in named[name]["parameters"]] for name in named}
    assert parameters == {"/ask": ["question", "history"], "/search": ["question", "count"]}
    answer = client.predict(QUESTION, api_name="/ask")
    assert "2.350" in answer["text"] and answer["citations"][0]["quote"] in answer["text"]
    (best,) = client.predict(QUESTION, 1, api_name="/search")
    assert best["title"] == "Xã Bình Sơn mở thư viện" and "2.350" in best["text"]
    client.close()


def test_plain_http_is_enough(address: str) -> None:
    answer = call(address, "ask", "Ai trông coi?", [{"role": "user", "content": "Thư viện xã Bình Sơn có gì?"}])
    assert isinstance(answer, dict) and "Hạnh" in answer["text"]
    alone = call(address, "ask", QUESTION, [])  # over plain HTTP every value is sent
    assert isinstance(alone, dict) and "2.350" in alone["text"]
    found = call(address, "search", QUESTION, 99)
    assert isinstance(found, list) and len(found) <= 20
    assert set(found[0]) == set(
        "number article_id title source published url start end text score highlights also_in".split()
    )


def counted(address: str, door: str) -> float:
    """How many answers went out by a door."""
    sample = f'hoidap_questions_total{{door="{door}",outcome="answered"}} '
    lines = httpx.get(f"{address}metrics", timeout=30).text.splitlines()
    return next((float(line.removeprefix(sample)) for line in lines if line.startswith(sample)), 0.0)


def test_an_mcp_client_finds_the_same_two_tools(address: str) -> None:
    async def talk() -> tuple[list[Tool], CallToolResult, CallToolResult, CallToolResult]:
        async with (
            streamable_http_client(f"{address}gradio_api/mcp/") as (receive, send, _),
            ClientSession(receive, send) as session,
        ):
            await session.initialize()
            tools = (await session.list_tools()).tools
            names = {tool.name.split("_")[-1]: tool.name for tool in tools}
            history = [{"role": "user", "content": "Thư viện xã Bình Sơn có gì?"}]
            answer = await session.call_tool(names["ask"], {"question": "Ai trông coi?", "history": history})
            found = await session.call_tool(names["search"], {"question": QUESTION, "count": 1})
            empty = await session.call_tool(names["ask"], {"question": " "})
            return tools, answer, found, empty

    before = counted(address, "mcp")
    tools, answer, found, empty = anyio.run(talk)
    ask, search = sorted(tools, key=lambda tool: tool.name)
    assert set(ask.inputSchema["properties"]) == {"question", "history"} and "Vietnamese" in (ask.description or "")
    assert set(search.inputSchema["properties"]) == {"question", "count"}
    assert not answer.isError and "Hạnh" in text_of(answer) and "request_id" in text_of(answer)
    assert not found.isError and "Xã Bình Sơn mở thư viện" in text_of(found)
    assert empty.isError and "Câu hỏi đang trống" in text_of(empty)
    assert counted(address, "mcp") == before + 1


def text_of(result: CallToolResult) -> str:
    return "".join(part.text for part in result.content if isinstance(part, TextContent))
