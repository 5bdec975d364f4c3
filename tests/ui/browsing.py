"""A served page and a headless browser on it, for the browser tests and the screenshots."""

import hashlib
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

import httpx
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

from index import Article

CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
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
SECONDS = 60  # of a busy machine
START_SECONDS = 60


def make_article(title: str, text: str) -> Article:
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    return Article(digest, title, "Báo Thử", "Lê An", date(2024, 3, 12), None, text)


@contextmanager
def served(folder: Path, *held: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """The page on a free port: its address and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}/"
    with start(folder, port, *held) as process:
        for _ in range(START_SECONDS * 10):
            with socket.socket() as probe:
                if process.poll() is not None or probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        try:
            httpx.get(address, timeout=START_SECONDS)  # the first page takes the longest
            yield address, process
        finally:
            process.terminate()


def start(folder: Path, port: int, *held: str) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("page_server.py")), str(folder), str(port), *held]
    path = os.pathsep.join(sys.path)
    return subprocess.Popen(
        command, env=os.environ | {"PYTHONPATH": path}, stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


@contextmanager
def driver(profile: Path) -> Iterator[webdriver.Chrome]:
    """A browser with a profile of its own: another user."""
    options = webdriver.ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (
        "headless=new", "no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking",
        "disable-component-update", "disable-sync", f"user-data-dir={profile}",
    ):  # fmt: skip
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
    started = webdriver.Chrome(options=options, service=Service(str(CHROMEDRIVER)))
    try:
        yield started
    finally:
        started.quit()


class Page:
    """What a reader does and sees."""

    def __init__(self, browser: webdriver.Chrome, address: str, width: int = 1280, height: int = 800) -> None:
        self.browser = browser
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        browser.get(address)
        self.one(".welcome .example")
        self.wait(
            lambda: self.one("#history").get_property("textContent").strip()
        )  # the tab has been opened on the server, too

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

    def tab(self, name: str) -> None:
        next(tab for tab in self.all("[role=tab]") if tab.text == name).click()

    def hover(self, selector: str) -> None:
        ActionChains(self.browser).move_to_element(self.one(selector)).perform()

    def run(self, script: str) -> Any:
        return self.browser.execute_script(f"return {script}")

    def settle(self, seconds: float = 0.6) -> None:
        """Let transitions end."""
        time.sleep(seconds)

    def overflows(self) -> bool:
        return bool(self.run("document.documentElement.scrollWidth > innerWidth"))
