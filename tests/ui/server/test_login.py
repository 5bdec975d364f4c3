"""Accounts and what stands before the page, without the page."""

import base64
import json
import stat
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route
from starlette.testclient import TestClient
from typer.testing import CliRunner

from index import HoidapError
from ui.cli import app as command_line
from ui.page.state import BROWSER_COOKIE
from ui.server.accounts import Accounts, TooManyTries
from ui.server.headers import ReplyHeaders
from ui.server.login import SESSION_COOKIE, Login, login_html
from ui.server.paths import RootPath

PASSWORD = "mật khẩu rất dài"


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def accounts(tmp_path: Path, clock: Clock) -> Accounts:
    made = Accounts(tmp_path / "accounts.json", clock)
    made.add("an", PASSWORD)
    return made


def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse('<html\n\tlang="en">', media_type="text/html")


def client(accounts: Accounts, **choices: Any) -> TestClient:
    paths = ("/gradio_api/mcp", "/v1/models", "/metrics", "/health")
    routes = [Route("/", page), *(Route(path, page, methods=["GET", "POST"]) for path in paths)]
    middleware = [Middleware(RootPath), Middleware(ReplyHeaders), Middleware(Login, accounts=accounts, **choices)]
    return TestClient(Starlette(routes=routes, middleware=middleware), follow_redirects=False)


def test_passwords_are_hashed_and_the_file_is_private(accounts: Accounts, tmp_path: Path) -> None:
    path = tmp_path / "accounts.json"
    assert PASSWORD not in path.read_text(encoding="utf-8") and set(json.loads(path.read_text("utf-8"))) == {"an"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = Accounts(path)
    assert again.matches("an", PASSWORD) and not again.matches("an", "khác") and not again.matches("ai", PASSWORD)
    with pytest.raises(HoidapError, match="10 ký tự"):
        again.add("binh", "ngắn")
    assert again.remove("an") and not again.remove("an") and not Accounts(path)


def test_sessions_end(accounts: Accounts, clock: Clock) -> None:
    token = accounts.log_in("an", PASSWORD, "::1")
    assert token and accounts.user_of(token) == "an" and accounts.user_of("đoán") is None
    accounts.log_out(token)
    assert accounts.user_of(token) is None
    token = accounts.log_in("an", PASSWORD, "::1")
    clock.now += 15 * 24 * 3600
    assert token and accounts.user_of(token) is None


@pytest.mark.parametrize("names", [["an"] * 6, [f"ai{number}" for number in range(6)]])
def test_guessing_has_to_wait(accounts: Accounts, clock: Clock, names: list[str]) -> None:
    for name in names[:5]:
        assert accounts.log_in(name, "đoán bừa đoán", "::1") is None
    with pytest.raises(TooManyTries, match="đợi 301 giây"):
        accounts.log_in(names[5], PASSWORD, "::1")
    clock.now += 301
    assert (accounts.log_in("an", PASSWORD, "::1") is not None) and accounts.log_in("an", PASSWORD, "::1")


def test_without_accounts_everybody_may_in_under_a_name_of_the_browser(tmp_path: Path) -> None:
    anybody = client(Accounts(tmp_path / "none.json"))
    response = anybody.get("/")
    assert response.status_code == 200 and 'lang="vi"' in response.text
    assert response.headers["x-content-type-options"] == "nosniff" and "content-security-policy" in response.headers
    cookie = response.headers["set-cookie"]
    assert BROWSER_COOKIE in cookie and "HttpOnly" in cookie and "SameSite=Lax" in cookie
    assert "set-cookie" not in anybody.get("/").headers


def test_with_accounts_nobody_passes_unseen(accounts: Accounts) -> None:
    stranger = client(accounts)
    assert stranger.get("/", headers={"accept": "text/html"}).headers["location"] == "/dang-nhap"
    assert stranger.get("/").status_code == stranger.post("/gradio_api/mcp").status_code == 401
    refused = stranger.post("/dang-nhap", data={"name": "<an>", "password": "sai"})
    assert refused.status_code == 401 and "không đúng" in refused.text and "&lt;an&gt;" in refused.text
    assert stranger.post("/dang-nhap", data={"name": "x" * 5000}).status_code == 413
    entered = stranger.post("/dang-nhap", data={"name": "an", "password": PASSWORD})
    assert entered.status_code == 303 and SESSION_COOKIE in entered.cookies
    assert stranger.get("/").status_code == 200
    assert stranger.post("/dang-xuat").status_code == 303 and stranger.get("/").status_code == 401


@pytest.mark.parametrize("cut_off", [True, False])
def test_under_a_path_of_a_proxy_everything_stays_under_it(accounts: Accounts, cut_off: bool) -> None:
    app = client(accounts).app
    outer = app if cut_off else Starlette(routes=[Mount("/hoi", app)])
    visitor = TestClient(outer, "https://vi.du", root_path="/hoi" if cut_off else "", follow_redirects=False)
    path = "" if cut_off else "/hoi"
    assert visitor.get(f"{path}/", headers={"accept": "text/html"}).headers["location"] == "/hoi/dang-nhap"
    form = html.fromstring(visitor.get(f"{path}/dang-nhap").text).forms[0]
    assert not form.action  # posts to where it is
    entered = visitor.post(f"{path}/dang-nhap", data={"name": "an", "password": PASSWORD})
    assert entered.headers["location"] == "/hoi/" and "Path=/hoi/" in entered.headers["set-cookie"]
    cookie = {"cookie": entered.headers["set-cookie"].partition(";")[0]}
    page = visitor.get(f"{path}/", headers=cookie)
    assert page.status_code == 200 and 'lang="vi"' in page.text and "Path=/hoi/" in page.headers["set-cookie"]
    left = visitor.post(f"{path}/dang-xuat", headers=cookie)
    assert left.headers["location"] == "/hoi/dang-nhap" and "Path=/hoi/" in left.headers["set-cookie"]


def test_a_proxys_path_is_no_way_round_the_key(tmp_path: Path) -> None:
    keyed = client(Accounts(tmp_path / "none.json"), api_key=KEY["authorization"].split()[1])
    behind = TestClient(keyed.app, root_path="/hoi")
    for path in ("/v1/models", "/hoi/v1/models", "/metrics", "/hoi/metrics"):
        assert behind.get(path).status_code == 401 and behind.get(path, headers=KEY).status_code == 200


def test_programs_log_in_with_every_request(accounts: Accounts) -> None:
    def asked(name: str, password: str) -> int:
        basic = base64.b64encode(f"{name}:{password}".encode()).decode()
        return client(accounts).post("/gradio_api/mcp", headers={"authorization": f"Basic {basic}"}).status_code

    assert asked("an", PASSWORD) == 200 and asked("an", "sai") == asked("ai", PASSWORD) == 401
    assert client(accounts).get("/", headers={"authorization": "Basic ???"}).status_code == 401


KEY = {"authorization": "Bearer khoa-thu-nghiem-rat-dai"}
WRONG_KEY = {"authorization": "Bearer khóa-khác".encode()}


def statuses(visitor: TestClient, headers: Any = None) -> list[int]:
    """Of the page, MCP, the OpenAI door, metrics and health."""
    paths = ("/", "/gradio_api/mcp", "/v1/models", "/metrics", "/health")
    return [visitor.get(path, headers=headers).status_code for path in paths]


def test_a_key_guards_the_doors_of_programs_and_opens_all_where_there_are_accounts(
    accounts: Accounts, tmp_path: Path
) -> None:
    nobody = Accounts(tmp_path / "none.json")
    assert statuses(client(nobody)) == [200] * 5
    assert statuses(client(nobody), WRONG_KEY) == [200] * 5  # clients that insist on some key
    for choices in ({"api_key": KEY["authorization"].split()[1]}, {"own_machine": False}):
        assert statuses(client(nobody, **choices), WRONG_KEY) == [200, 200, 401, 401, 200]
    keyed = client(nobody, api_key=KEY["authorization"].split()[1])
    assert statuses(keyed, KEY) == [200] * 5
    refused = keyed.get("/v1/models")
    assert (
        refused.json()["error"]["code"] == "invalid_api_key" and "HOIDAP_API_KEY" in refused.json()["error"]["message"]
    )
    both = client(accounts, api_key=KEY["authorization"].split()[1])
    assert statuses(both, WRONG_KEY) == [401, 401, 401, 401, 200] and statuses(both, KEY) == [200] * 5


def test_a_closing_server_takes_nothing_new(tmp_path: Path) -> None:
    closing = client(Accounts(tmp_path / "none.json"), is_closing=lambda: True)
    assert closing.get("/").status_code == 200
    for path in ("/gradio_api/mcp", "/v1/models"):
        refused = closing.post(path)
        assert refused.status_code == 503 and refused.headers["retry-after"] and "đang tắt" in refused.text
    assert closing.post("/v1/models").json()["error"]["code"] == "shutting_down"


def test_the_login_page_is_vietnamese() -> None:
    assert '<html lang="vi">' in login_html() and "Đăng nhập" in login_html()


def test_the_command_line_makes_accounts(tmp_path: Path) -> None:
    index = str(tmp_path / "index")
    made = CliRunner().invoke(command_line, ["user", "add", "an", "--index", index], input=f"{PASSWORD}\n{PASSWORD}\n")
    assert made.exit_code == 0 and Accounts(tmp_path / "index.page" / "accounts.json").matches("an", PASSWORD)
    assert "an" in CliRunner().invoke(command_line, ["user", "list", "--index", index]).stdout
    assert CliRunner().invoke(command_line, ["user", "remove", "an", "--index", index]).exit_code == 0


def test_a_blocked_address_cannot_block_or_pile_up_names(accounts: Accounts, clock: Clock) -> None:
    for number in range(5):
        assert accounts.log_in(f"ai{number}", "đoán bừa đoán", "::1") is None
    for _ in range(9):
        with pytest.raises(TooManyTries):
            accounts.log_in("an", "đoán bừa đoán", "::1")
    assert accounts.log_in("an", PASSWORD, "::2")
    clock.now += 301
    assert accounts.log_in("ai0", "đoán bừa đoán", "::1") is None


@pytest.mark.parametrize("damaged", ["", "{", "[]", '{"an": 5}', '{"an": "không có muối"}'])
def test_a_damaged_file_of_accounts_is_one_line(tmp_path: Path, damaged: str) -> None:
    path = tmp_path / "accounts.json"
    path.write_text(damaged, encoding="utf-8")
    with pytest.raises(HoidapError, match="hoidap user add"):
        Accounts(path)
