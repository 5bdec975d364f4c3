"""Takes the pictures in docs/: ``make screenshots``. The page over the bundled articles, quoting, without models."""

import io
import tempfile
from pathlib import Path

from browsing import Page, driver, served
from PIL import Image
from selenium import webdriver
from selenium.webdriver.common.by import By

from index import Index, ingest
from rag import Settings

ARTICLES = Path("evals/suites/bundled/articles")
TARGET = Path("docs")
ANSWERED = "Năm 2023, Bộ phận một cửa xã Bình An tiếp nhận bao nhiêu hồ sơ?"
REFUSED = "Giá vàng ở Luân Đôn hôm nay là bao nhiêu?"
DESKTOP, PHONE = (1360, 820), (390, 780)


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "index"
        settings = Settings(index=folder, embedding_model="hashing", llm="extractive")
        with Index.open_or_create(folder, settings) as index:
            ingest(index, [ARTICLES])
        with served(folder) as (address, _), driver(Path(name) / "light") as light, driver(Path(name) / "dark") as dark:
            take_all(light, dark, address)


def take_all(light: webdriver.Chrome, dark: webdriver.Chrome, address: str) -> None:
    page = Page(light, address, *DESKTOP)
    save(page, "welcome")
    read(page)
    save(page, "answer")
    page.tab("Kho bài viết")
    page.one("#shelf li")
    save(page, "library")
    page.tab("Cài đặt")
    page.one("#save")
    save(page, "settings")
    page = Page(light, address, *PHONE)
    page.ask(ANSWERED)
    page.one(".suggestion")
    save(page, "answer-phone")
    page = Page(light, address, *PHONE)
    page.ask(REFUSED)
    save(page, "refusal-phone")
    dark.execute_cdp_cmd(
        "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": "dark"}]}
    )
    page = Page(dark, address, *DESKTOP)
    read(page)
    save(page, "answer-dark")


def read(page: Page) -> None:
    """Ask, and open the article at the quoted words."""
    turn = page.ask(ANSWERED)
    page.one(".suggestion")
    turn.find_element(By.CLASS_NAME, "citation").click()
    page.one("mark.clicked")
    page.hover("#question")


def save(page: Page, name: str) -> None:
    """The window as docs/NAME.png, in 256 colours: a third of the bytes, and no eye sees the difference."""
    page.settle()
    picture = Image.open(io.BytesIO(page.browser.get_screenshot_as_png())).convert("RGB")
    picture.quantize(256, dither=Image.Dither.NONE).save(TARGET / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
