"""A served page with accounts, as browsers and programs meet it."""

import base64
from pathlib import Path

import httpx
import pytest
from browsing import START_SECONDS, TEXTS, make_article, served
from gradio_client import Client
from pydantic import ValidationError

from index import Index
from rag import Settings
from ui.server.accounts import Accounts
from ui.settings import PageSettings

PASSWORD = "mật khẩu rất dài"
QUESTION = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose page wants a login."""
    folder = tmp_path_factory.mktemp("guarded") / "index"
    with Index.open_or_create(folder, Settings(index=folder, embedding_model="hashing", llm="extractive")) as index:
        index.add([make_article(title, text) for title, text in TEXTS.items()])
    Accounts(folder.with_name("index.page") / "accounts.json").add("an", PASSWORD)
    return folder


@pytest.mark.slow
def test_nothing_is_reached_without_a_login_and_everything_with_it(guarded: Path) -> None:
    with served(guarded) as (address, _), httpx.Client(base_url=address, timeout=START_SECONDS) as browser:
        for path in (
            "", "config", "gradio_api/info", "gradio_api/mcp/", "gradio_api/upload", "theme.css", "v1/models",
            "metrics",
        ):  # fmt: skip
            assert browser.get(path).status_code == 401
        assert browser.get("health").json() == {"status": "ok"}
        assert browser.get("", headers={"accept": "text/html"}).headers["location"] == "/dang-nhap"
        assert "Đăng nhập" in browser.get("dang-nhap").text
        assert browser.post("dang-nhap", data={"name": "an", "password": PASSWORD}).status_code == 303
        assert 'lang="vi"' in browser.get("", headers={"accept": "text/html"}).text
        basic = base64.b64encode(f"an:{PASSWORD}".encode()).decode()
        assert httpx.get(f"{address}v1/models", headers={"Authorization": f"Basic {basic}"}).status_code == 200
        program = Client(address, verbose=False, headers={"Authorization": f"Basic {basic}"})
        assert "2.350" in program.predict(QUESTION, api_name="/ask")["text"]
        program.close()


@pytest.mark.slow
@pytest.mark.parametrize("path", ["", "hoi/"])
def test_a_page_under_a_path_of_a_proxy_keeps_it(guarded: Path, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    monkeypatch.setenv("HOIDAP_ROOT_PATH", "/hoi")
    basic = base64.b64encode(f"an:{PASSWORD}".encode()).decode()
    with served(guarded) as (address, _), httpx.Client(base_url=f"{address}{path}", timeout=START_SECONDS) as browser:
        assert browser.get("", headers={"accept": "text/html"}).headers["location"] == "/hoi/dang-nhap"
        browser.headers["authorization"] = f"Basic {basic}"
        page = browser.get("")
        assert f'"root":"{address}hoi"' in page.text and 'lang="vi"' in page.text
        assert 'action=\\"dang-xuat\\"' in page.text
        assert browser.get("v1/models").status_code == 200
        program = Client(f"{address}{path}", verbose=False, headers={"Authorization": f"Basic {basic}"})
        assert "2.350" in program.predict(QUESTION, api_name="/ask")["text"]
        program.close()
        assert browser.get("gradio_api/mcp/schema").status_code == 200


def test_a_path_of_a_proxy_is_a_path() -> None:
    assert PageSettings(root_path="/a/hoi-dap/").root_path == "/a/hoi-dap" and PageSettings().root_path == ""
    with pytest.raises(ValidationError, match="/hoi-dap"):
        PageSettings(root_path="https://vi.du/hoi")
