"""The page itself in a headless browser, over a small index, without models or network."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from index import Article, Index
from rag import Settings

CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = [
    pytest.mark.skipif(
        CHROMIUM is None or CHROMEDRIVER is None,
        reason="needs a browser: apt-get install chromium chromium-driver",
    ),
]

HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=2</script>'
QUOTE = "Thư viện xã Bình Sơn có 2.350 đầu sách."
TEXTS = {
    "Xã Bình Sơn mở thư viện": (
        f"Xã Bình Sơn mở thư viện\n\nSáng 12/3/2024, thư viện được khánh thành. {QUOTE} Bà Hạnh trông coi.\n\n"
        + "\n\n".join(f"Đoạn {number} kể chuyện khác của xã nhà." for number in range(60))
    ),
    f"Huyện Đông Hải {HOSTILE}": (
        f"Huyện Đông Hải {HOSTILE}\n\nHuyện Đông Hải có mười hai bến đò {HOSTILE} đang hoạt động.\n\n"
        f"Nguồn: https://example.vn/{'rất-dài-' * 30}"
    ),
}
SECONDS = 15


def make_article(title: str, text: str) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Article(digest, title, "Báo Thử", "Lê An", date(2024, 3, 12), None, text)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of the two articles."""
    folder = tmp_path_factory.mktemp("page")
    with Index.open_or_create(folder, Settings(index=folder, embedding_model="hashing", llm="extractive")) as index:
        index.add([make_article(title, text) for title, text in TEXTS.items()])
    return folder


@contextmanager
def served(folder: Path, *held: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The page on a free port: its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with start(folder, port, *held) as process:
        for _ in range(SECONDS * 10):
            with socket.socket() as probe:
                if process.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/", process
        process.terminate()


def start(folder: Path, port: int, *held: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("page_server.py")), str(folder), str(port), *held]
    path = os.pathsep.join(sys.path)
    return subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": path}, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    with served(folder) as (address, _):
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        "headless=new", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
        "disable-component-update", "disable-sync", f"user-data-dir={tmp_path_factory.mktemp('chromium')}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    yield driver
    driver.quit()


class Page:
    """What a reader does and sees."""

    def __init__(self, browser: webdriver.Chrome, address: str, width: int = 1280, height: int = 800) -> None:
        self.browser = browser
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(address)
        self.one(".welcome .example")

    def all(self, selector: str) -> list[WebElement]:
        return self.browser.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> WebElement:
        return WebDriverWait(self.browser, SECONDS).until(lambda _: self.all(selector), selector)[-1]

    def wait(self, condition: Callable[[], object]) -> None:
        WebDriverWait(self.browser, SECONDS).until(lambda _: condition())

    def ask(self, question: str, wait: bool = True) -> WebElement:
        earlier = len(self.all(".turn"))
        self.one("#question textarea").send_keys(question + Keys.ENTER)
        self.wait(lambda: len(self.all(".turn" + "[aria-busy=false]" * wait)) == earlier + 1)
        return self.all(".turn")[-1]

    def run(self, script: str) -> Any:
        return self.browser.execute_script(f"return {script}")

    def overflows(self) -> bool:
        return bool(self.run("document.documentElement.scrollWidth > innerWidth"))


def test_a_citation_opens_the_article_at_the_quoted_words(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)
    assert "2 bài viết" in page.one("#header").text
    turn = page.ask("Thư viện xã Bình Sơn có bao nhiêu đầu sách?")
    assert "2.350" in turn.find_element(By.CLASS_NAME, "answer").text
    assert "Trả lời bằng trích dẫn nguyên văn" in turn.text
    button = turn.find_element(By.CLASS_NAME, "citation")
    assert (button.tag_name, button.get_attribute("aria-label")) == ("button", "Trích dẫn 1: Xã Bình Sơn mở thư viện")
    button.click()
    mark = page.one("mark.clicked")
    assert mark.get_property("textContent") == button.get_attribute("title") == QUOTE
    assert mark.is_displayed()
    top, bottom = page.run(
        "(() => { const r = document.querySelector('mark').getBoundingClientRect(); return [r.top, r.bottom] })()"
    )
    assert 0 <= top < bottom <= 800
    assert "Báo Thử · 12/03/2024 · Lê An" in page.one(".reader").text
    page.run("document.querySelector('#reader').scrollTo(0, 99999)")
    button.click()  # the same citation again: back to its words
    page.wait(lambda: page.run("document.querySelector('mark').getBoundingClientRect().top") == top)
    page.one("[data-close]").click()
    page.wait(lambda: not page.all(".reader"))
    assert page.run("document.activeElement.className") == "citation"


def test_refusal_problem_hint_and_a_new_conversation(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)
    page.one("#send").click()
    page.wait(lambda: "Hãy nhập câu hỏi" in page.one("#hint").text)
    refused = page.ask("Giá vàng Singapore bao nhiêu?")
    assert "Không tìm thấy" in refused.text and "Bài gần nhất" in refused.text
    assert page.one("#hint").text == ""
    refused.find_element(By.CLASS_NAME, "source").click()
    page.one(".reader h2")
    # A tag or a line this long cannot be typed in reasonable time: it is pasted.
    page.run("document.querySelector('#question textarea').value = 'dài '.repeat(600)")
    assert page.ask(" ").find_element(By.CLASS_NAME, "problem").text.startswith("Câu hỏi dài")
    page.one("#new").click()
    page.one(".welcome .example").click()
    page.wait(lambda: page.all(".turn[aria-busy=false]"))
    assert len(page.all(".turn")) == 1 and page.all(".citation") and not page.all(".reader")


def test_nothing_written_by_others_runs(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)
    turn = page.ask(f"Huyện Đông Hải có bao nhiêu bến đò đang hoạt động? {HOSTILE}")
    assert HOSTILE in turn.find_element(By.CLASS_NAME, "question").text
    assert HOSTILE in turn.find_element(By.CLASS_NAME, "answer").text
    turn.find_element(By.CLASS_NAME, "citation").click()
    assert HOSTILE in page.one(".reader h2").text and HOSTILE in page.one("mark.clicked").text
    assert page.all("img[onerror], #conversation script, #reader script, #conversation img, #reader img") == []
    assert page.run("window.hacked") is None


def test_everything_is_vietnamese_and_nothing_is_fetched_from_elsewhere(
    browser: webdriver.Chrome, address: str
) -> None:
    browser.get_log("performance")  # type: ignore[no-untyped-call]
    page = Page(browser, address)
    assert page.run("document.documentElement.lang") == "vi"
    assert page.all("footer a, footer button") == []
    page.wait(lambda: not page.all(".loading"))
    assert not {"gradio", "submit", "loading", "clear", "send"} & set(page.one("body").text.lower().split())
    sent = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]  # type: ignore[no-untyped-call]
    asked = {m["params"]["request"]["url"] for m in sent if m["method"] == "Network.requestWillBeSent"}
    assert asked and all(url.startswith((address, "data:", "blob:")) for url in asked)


def test_a_phone_never_scrolls_sideways(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address, width=390, height=844)
    assert not page.overflows()
    page.ask("Huyện Đông Hải có bao nhiêu bến đò đang hoạt động?").find_element(By.CLASS_NAME, "citation").click()
    mark = page.one("mark.clicked")
    page.wait(lambda: 0 <= page.run("document.querySelector('mark').getBoundingClientRect().top") <= 844)
    chat, reader = page.one("#chat"), page.one("#reader")
    assert mark.is_displayed() and reader.location["y"] >= chat.location["y"] + chat.size["height"]
    assert not page.overflows()


def test_stopping_and_an_unforeseen_failure(browser: webdriver.Chrome, folder: Path) -> None:
    question = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"
    with served(folder, "held") as (address, process):
        assert process.stdin is not None
        page = Page(browser, address)
        turn = page.ask(question, wait=False)
        page.wait(lambda: page.all(".source"))  # the sources are there before the model has said a word
        assert "đang viết câu trả lời" in turn.text
        page.one("#stop").click()
        page.wait(lambda: "Đã dừng" in page.all(".turn")[-1].text)
        process.stdin.write("\n" * 3)  # let the model speak: to the stopped question first
        process.stdin.flush()
        assert "2.350" in page.ask(question).text
        first, second = page.all(".turn")
        assert "Đã dừng" in first.text and not first.find_elements(By.CLASS_NAME, "answer")
        assert second.find_elements(By.CLASS_NAME, "citation")
        assert "Có lỗi ngoài dự kiến" in page.ask(question).find_element(By.CLASS_NAME, "problem").text


def test_a_taken_port_is_one_line(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with start(folder, taken.getsockname()[1]) as process:
            _, said = process.communicate(timeout=SECONDS)
    assert process.returncode == 1 and "cổng đang bận" in said and "Traceback" not in said
