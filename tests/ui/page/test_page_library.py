"""Articles in and out of the page, in a headless browser."""

from pathlib import Path

import httpx
from browsing import Page
from selenium import webdriver
from selenium.webdriver.common.by import By


def test_an_uploaded_article_answers_and_a_removed_one_does_not(
    browser: webdriver.Chrome, address: str, tmp_path: Path
) -> None:
    question = "Chợ xã Tân Hòa có bao nhiêu gian hàng?"
    name = "<img src=x onerror=window.hacked=3>.txt"
    (tmp_path / name).write_text("Xã Tân Hòa mở chợ\n\nChợ xã Tân Hòa có 120 gian hàng.\n", encoding="utf-8")
    page = Page(browser, address)
    page.tab("Kho bài viết")
    page.wait(lambda: len(page.all("#shelf li")) == 2)
    page.all("#files")[0].send_keys(str(tmp_path / name))
    page.wait(lambda: page.all("#batch .done"))
    assert name in page.one("#batch .done").text and page.run("window.hacked") is None
    page.wait(lambda: len(page.all("#shelf li")) == 3 and "3 bài viết" in page.one("#header").text)
    page.tab("Trò chuyện")
    assert "120 gian hàng" in page.ask(question).find_element(By.CLASS_NAME, "answer").text

    page.tab("Kho bài viết")
    page.one("#tools [name=words]").send_keys("tan hoa")
    page.wait(lambda: len(page.all("#shelf li")) == 1)
    page.one("#shelf [data-action=open]").click()
    assert "120 gian hàng" in page.one("#library-reader .reader").text
    for action, left in (("remove", 0), ("restore", 1), ("remove", 0)):
        page.one(f"#shelf [data-action={action}]").click()
        page.wait(lambda left=left: len(page.all("#shelf li")) == left)  # type: ignore[misc]
    page.tab("Trò chuyện")
    assert "120 gian hàng" not in page.ask(question).text
    page.all(".turn .citation")[0].click()  # of the first answer: its article is gone, its words are not
    page.wait(lambda: "không còn trong kho" in page.one("#reader").text)
    assert "120 gian hàng" in page.one("#reader blockquote").text


def test_what_gradio_keeps_of_an_upload_is_served_to_nobody(address: str) -> None:
    (path,) = httpx.post(f"{address}gradio_api/upload", files={"files": ("a.html", b"<b>x</b>")}).json()
    assert httpx.get(f"{address}gradio_api/file={path}").status_code == 403
    Path(path).unlink()
