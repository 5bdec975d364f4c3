"""The conversation and the reader in a headless browser, over a small index, without models or network."""

import json
import socket
from pathlib import Path

import pytest
from browsing import HOSTILE, QUOTE, START_SECONDS, Page, served, start
from selenium import webdriver
from selenium.webdriver.common.by import By


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
    assert mark.get_property("textContent") == button.get_attribute("data-quote") == QUOTE
    assert mark.is_displayed()
    assert QUOTE in page.one(".quote-tip").get_property("textContent")
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
    asked = page.ask(f"Huyện Đông Hải có bao nhiêu bến đò đang hoạt động? {HOSTILE}")
    assert HOSTILE in asked.find_element(By.CLASS_NAME, "question").text
    turn = page.ask("Huyện Đông Hải có bao nhiêu bến đò đang hoạt động?")
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
    assert not page.overflows() and not page.one("#new").is_displayed()
    page.one("#show-past").click()
    page.wait(lambda: page.one("#new").is_displayed())
    page.one("#show-past").click()
    page.ask("Huyện Đông Hải có bao nhiêu bến đò đang hoạt động?").find_element(By.CLASS_NAME, "citation").click()
    mark = page.one("mark.clicked")
    page.wait(lambda: 0 <= page.run("document.querySelector('mark').getBoundingClientRect().top") <= 844)
    chat, reader = page.one("#chat"), page.one("#reader")
    assert mark.is_displayed() and reader.location["y"] >= chat.location["y"] + chat.size["height"]
    assert not page.overflows()


def test_stopping_and_an_unforeseen_failure(browser: webdriver.Chrome, page_folder: Path) -> None:
    question = "Thư viện xã Bình Sơn có bao nhiêu đầu sách?"
    with served(page_folder, "held") as (address, process):
        assert process.stdin is not None
        page = Page(browser, address)
        turn = page.ask(question, wait=False)
        page.wait(lambda: page.all(".source"))  # the sources are there before the model has said a word
        assert "đang viết câu trả lời" in turn.text
        assert process.stderr is not None
        assert any("asked" in line for line in process.stderr)  # the model has the question
        page.one("#stop").click()
        page.wait(lambda: "Đã dừng" in page.all(".turn")[-1].text)
        process.stdin.write("\n" * 3)  # let the model speak: to the stopped question first
        process.stdin.flush()
        assert "2.350" in page.ask(question).text
        first, second = page.all(".turn")
        assert "Đã dừng" in first.text and not first.find_elements(By.CLASS_NAME, "answer")
        assert second.find_elements(By.CLASS_NAME, "citation")
        assert "Có lỗi ngoài dự kiến" in page.ask(question).find_element(By.CLASS_NAME, "problem").text


@pytest.mark.slow
def test_a_taken_port_is_one_line(page_folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with start(page_folder, taken.getsockname()[1]) as process:
            _, said = process.communicate(timeout=START_SECONDS)
    assert process.returncode == 1 and "cổng đang bận" in said and "Traceback" not in said
