"""What is done with an answer that is there: rating it, asking again, finding it later."""

from browsing import Page
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def test_an_answer_can_be_rated_asked_again_and_found_later(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)
    page.ask("Ai trông coi thư viện xã Bình Sơn?")
    page.one("[data-action=down]").click()
    page.one(".reasons input[value=missing]").click()
    page.one(".reasons textarea").send_keys("Thiếu họ tên")
    page.one(".reasons .primary").click()
    page.wait(lambda: "Đã ghi nhận" in page.one(".turn").text)
    assert page.one("[data-action=down]").get_attribute("aria-pressed") == "true"
    page.one("[data-action=retry]").click()
    page.wait(lambda: page.all(".turn[aria-busy=false]") and "Đã ghi nhận" not in page.one(".turn").text)
    assert len(page.all(".turn")) == 1
    page.wait(lambda: page.run("document.querySelector('.turn').dataset.markdown"))
    assert page.run("document.querySelector('.turn').dataset.markdown").startswith("## Ai trông coi")
    page.wait(lambda: "Ai trông coi" in page.one("#history").text)

    page.one("#new").click()
    page.wait(lambda: page.all(".welcome"))
    page.one("#history-words input, #history-words textarea").send_keys("trong coi")
    page.wait(lambda: len(page.all("#history li")) == 1)
    page.one("#history .title").click()
    page.wait(lambda: page.all(".turn .answer") and page.all("#history [aria-current]"))
    page.one(".turn .citation").click()
    assert page.one("mark.clicked").is_displayed()

    page.hover("#history li")
    page.one("#history [data-action=rename]").click()
    box = page.one("#history li input")
    box.send_keys(Keys.CONTROL + "a")
    box.send_keys("Về người trông coi" + Keys.ENTER)
    page.wait(lambda: "Về người trông coi" in page.one("#history").text)
    page.hover("#history li")
    page.one("#history [data-action=delete]").click()
    page.wait(lambda: not page.all("#history li") and page.all(".welcome"))
    page.one("[data-action=restore]").click()
    page.wait(lambda: page.all("#history li"))


def test_filters_belong_to_their_conversation(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)
    page.one("#filters summary").click()
    page.run("(() => { const d = document.querySelector('#filters [name=since]'); d.value = '2030-01-01';"
             " d.dispatchEvent(new Event('change', { bubbles: true })) })()")  # fmt: skip
    page.wait(lambda: "từ 01/01/2030" in page.one("#filters summary").text)
    turn = page.ask("Thư viện xã Bình Sơn có bao nhiêu đầu sách?")
    assert "trong 0 bài" in turn.text and not turn.find_elements(By.CLASS_NAME, "answer")
    page.one("#new").click()
    page.wait(lambda: "mọi bài viết" in page.one("#filters summary").text)
    assert "2.350" in page.ask("Thư viện xã Bình Sơn có bao nhiêu đầu sách?").text
    page.all("#history .title")[1].click()
    page.wait(lambda: "từ 01/01/2030" in page.one("#filters summary").text)
