"""Everybody can use the page: several at once, by keyboard, in the dark, with their own settings."""

from importlib.resources import files

import pytest
from browsing import Page, driver
from selenium import webdriver
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys


def test_two_users_at_once_see_only_their_own(
    browser: webdriver.Chrome, address: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with driver(tmp_path_factory.mktemp("chromium")) as other:
        first, second = Page(browser, address), Page(other, address)
        first.ask("Thư viện xã Bình Sơn có bao nhiêu đầu sách?", wait=False)
        second.ask("Huyện Đông Hải có bao nhiêu bến đò đang hoạt động?", wait=False)
        for page, own in ((first, "2.350"), (second, "mười hai")):
            page.wait(lambda page=page: page.all(".turn[aria-busy=false]"))  # type: ignore[misc]
            assert own in page.one(".answer").text and len(page.all(".turn")) == 1
        second.wait(lambda: len(second.all("#history li")) == 1)
        assert "Thư viện" not in second.one("#history").text
        first.wait(lambda: "Thư viện" in first.one("#history").text)
        assert "Đông Hải có bao nhiêu bến đò" not in first.all("#history .title")[0].text


def test_the_keyboard_is_enough(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)

    def press(*keys: str) -> None:
        ActionChains(browser).send_keys(*keys).perform()

    def reach(selector: str, back: bool = False) -> None:
        for _ in range(40):
            if page.run(f"document.activeElement.matches('{selector}')"):
                return
            if back:
                ActionChains(browser).key_down(Keys.SHIFT).send_keys(Keys.TAB).key_up(Keys.SHIFT).perform()
            else:
                press(Keys.TAB)
        raise AssertionError(f"{selector} cannot be reached")

    reach("#question textarea")
    press("Thư viện xã Bình Sơn có bao nhiêu đầu sách?", Keys.ENTER)
    page.wait(lambda: page.all(".turn[aria-busy=false] .citation"))
    page.wait(lambda: "Đã trả lời" in page.run("document.querySelector('#said').textContent"))
    reach(".citation", back=True)
    assert page.one(".quote-tip").is_displayed()
    press(Keys.ENTER)
    page.wait(lambda: page.run("document.activeElement.matches('mark.clicked')"))
    press(Keys.ESCAPE)
    page.wait(lambda: page.run("document.activeElement.matches('.citation')"))


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: webdriver.Chrome, address: str, theme: str) -> None:
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    scheme = {"name": "prefers-color-scheme", "value": theme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    page = Page(browser, address)
    assert page.run("document.body.classList.contains('dark')") is (theme == "dark")
    browser.execute_script(axe)

    def serious() -> list[str]:
        found = browser.execute_async_script("axe.run().then(arguments[0])")["violations"]
        return [
            f"{rule['id']}: {node['html'][:160]}" for rule in found if rule["impact"] in ("serious", "critical")
            for node in rule["nodes"]
        ]  # fmt: skip

    assert serious() == []
    page.ask("Thư viện xã Bình Sơn có bao nhiêu đầu sách?").find_element(By.CLASS_NAME, "citation").click()
    page.one("mark.clicked")
    page.ask("Giá vàng Singapore bao nhiêu?")
    page.one("[data-action=down]").click()
    page.one(".reasons")
    assert serious() == []
    page.tab("Kho bài viết")
    page.one("#shelf li")
    assert serious() == []
    page.tab("Cài đặt")
    page.one("#save")
    assert serious() == []


def test_settings_are_kept_and_the_theme_stays(browser: webdriver.Chrome, address: str) -> None:
    page = Page(browser, address)
    page.tab("Cài đặt")
    page.one("#theme input[value=dark]").click()
    page.one("#passages input[value='2']").click()
    page.one("#save").click()
    page.wait(lambda: "Đã lưu" in page.one("#saved").text)
    page = Page(browser, address)
    page.wait(lambda: page.run("document.body.classList.contains('dark')"))
    page.tab("Cài đặt")
    page.wait(lambda: page.one("#passages input[value='2']").is_selected())
    page.one("#theme input[value=auto]").click()
