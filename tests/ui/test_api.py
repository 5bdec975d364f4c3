"""``ask`` and ``search`` as programs reach them: gradio_client, plain HTTP, MCP."""

import json

import httpx
from gradio_client import Client

QUESTION = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"
MCP_HEADERS = {"accept": "application/json, text/event-stream"}


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
    assert set(found[0]) == set("number article_id title source published url start end text score".split())


def test_the_tools_of_mcp_are_the_same_two(address: str) -> None:
    def mcp(method: str, **params: object) -> dict[str, object]:
        message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        text = httpx.post(f"{address}gradio_api/mcp/", json=message, headers=MCP_HEADERS, timeout=30).text
        lines = [line.removeprefix("data: ") for line in text.splitlines() if line.startswith(("data: ", "{"))]
        result: dict[str, object] = json.loads(lines[-1])["result"]
        return result

    listed = mcp("tools/list")
    assert {tool["name"].split("_")[-1] for tool in listed["tools"]} == {"ask", "search"}  # type: ignore[attr-defined]
    name = next(tool["name"] for tool in listed["tools"] if tool["name"].endswith("ask"))  # type: ignore[attr-defined]
    assert "2.350" in json.dumps(mcp("tools/call", name=name, arguments={"question": QUESTION}), ensure_ascii=False)
