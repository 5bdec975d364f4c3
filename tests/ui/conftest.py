"""One served page and one browser for all browser tests; they leave the articles as they found them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CHROMEDRIVER, CHROMIUM, TEXTS, driver, make_article, served
from selenium import webdriver

from index import Index
from rag import Settings


@pytest.fixture(scope="session")
def page_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of two articles."""
    folder = tmp_path_factory.mktemp("page") / "index"
    with Index.open_or_create(folder, Settings(index=folder, embedding_model="hashing", llm="extractive")) as index:
        index.add([make_article(title, text) for title, text in TEXTS.items()])
    return folder


@pytest.fixture(scope="session")
def address(page_folder: Path) -> Iterator[str]:
    with served(page_folder) as (address, _):
        yield address


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    if CHROMIUM is None or CHROMEDRIVER is None:
        pytest.skip("needs a browser: apt-get install chromium chromium-driver")
    with driver(tmp_path_factory.mktemp("chromium")) as started:
        yield started
