"""What the page shows, as HTML: read back through a parser, never compared as a string."""

from dataclasses import replace
from datetime import date

import pytest
from lxml import html

from index import Article, Chunk
from rag import Answer, Citation, Finished, Passage, Retrieved, Sentence
from ui.page.answers import announcement, conversation_html, header_html, welcome_html
from ui.page.article_panel import article_html, gone_html
from ui.page.markdown import turn_markdown
from ui.page.state import Conversation
from ui.page.types import Turn

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "<script>alert(1)</script>",
    '"><button onclick="alert(1)">',
    "' onmouseover='alert(1)",
    "</p></section><iframe srcdoc='<script>alert(1)</script>'>",
    "${alert(1)} {{constructor}} `alert(1)` @children",
    "&lt;b&gt; & &amp;",
]
TEXT = "Xã Phú Thọ\n\nHuyện Tam Nông chọn xã Phú Thọ. Mỗi tháng hai lần.\n\nĐoạn cuối."


def article(text: str = TEXT, title: str = "Xã Phú Thọ", name: str = "a1", url: str | None = None) -> Article:
    return Article(name, title, "Báo Đồng Tháp", "Lê An", date(2014, 6, 23), url, text)


def passage(of: Article, number: int = 1) -> Passage:
    return Passage(number, Chunk(number, of.id, 0, len(of.text)), of, 0.9)


def citation(of: Article, quote: str, number: int = 1) -> Citation:
    start = of.text.index(quote)
    return Citation(number, of.id, start, start + len(quote), quote, 1.0)


def answered(
    *sentences: Sentence, of: Article, question: str = "Xã nào?", mode: str = "llm", more: tuple[Article, ...] = ()
) -> Turn:
    answer = Answer(
        text=" ".join(sentence.text for sentence in sentences) or "Không tìm thấy câu trả lời.",
        sentences=sentences,
        citations=tuple(c for sentence in sentences for c in sentence.citations),
        passages=tuple(passage(each, number) for number, each in enumerate((of, *more), start=1)),
        refused=not sentences,
        mode="extractive" if mode == "extractive" else "llm",
        timings={},
        fingerprints={},
        standalone=question,
        confidence=1.0,
        notice="",
        dropped=0,
    )
    return Turn(question, 5).after(Finished(answer))


def parsed(markup: str) -> html.HtmlElement:
    return html.fromstring(f"<main>{markup}</main>")


def classes(markup: str, name: str) -> list[html.HtmlElement]:
    return parsed(markup).find_class(name)


def test_says_what_it_is_doing_and_lists_sources_before_the_answer() -> None:
    searching = Turn("Xã nào?", 1234)
    assert classes(conversation_html([searching]), "status")[0].text == "Đang tìm trong 1.234 bài …"
    found = conversation_html([searching.after(Retrieved((passage(article()),), "Hỏi gì?"))])
    assert classes(found, "source")[0].text == "Xã Phú Thọ"
    assert classes(found, "about")[0].text == "Báo Đồng Tháp · 23/06/2014 · Lê An"
    assert not classes(found, "answer")


def test_a_follow_up_is_shown_as_it_was_searched() -> None:
    def understood(question: str, standalone: str) -> list[str | None]:
        turn = Turn(question, 5).after(Retrieved((), standalone))
        return [line.text for line in classes(conversation_html([turn]), "understood")]

    assert understood("Ai ký?", "Kế hoạch 15 Ai ký?") == ["Đang tìm: Kế hoạch 15 Ai ký?"]
    assert understood("Ai  ký?", "Ai ký?") == []


def test_the_same_words_elsewhere_are_named_under_the_source() -> None:
    source, other = article(), article(name="b2", title="Bản khác")
    found = replace(passage(source), also_in=(other,))
    markup = conversation_html([Turn("Xã nào?", 5).after(Retrieved((found, found), "Xã nào?"))])
    (also,) = classes(markup, "also")
    assert also.text_content() == "Cũng đăng ở: Bản khác" and also[0].get("data-article") == "b2"


def test_a_citation_is_a_button_that_names_its_article_and_quotes_it() -> None:
    source, other = article(), article(name="b2", title="Bài khác")
    cited = citation(source, "Huyện Tam Nông chọn xã Phú Thọ.", number=2)
    markup = conversation_html([answered(Sentence("Xã Phú Thọ.", (cited,), True), of=source, more=(other,))])
    (button,) = classes(markup, "citation")
    assert (button.tag, button.text, button.get("data-quote")) == ("button", "2", cited.quote)
    assert button.get("aria-label") == "Trích dẫn 2: Xã Phú Thọ"
    # A source carries the numbers of the answer's citations, so "2" means one thing on the page.
    assert [number.text for number in classes(markup, "number")] == ["2", "·"]


def test_unverified_sentences_are_labelled() -> None:
    markup = conversation_html([answered(Sentence("Có lẽ vậy.", (), False), of=article())])
    assert classes(markup, "label")[0].text == "chưa kiểm chứng"
    assert classes(markup, "unverified") and not classes(markup, "verified")
    assert "(chưa kiểm chứng)" in classes(markup, "turn")[0].get("data-markdown")


@pytest.mark.parametrize(("mode", "noted"), [("extractive", True), ("llm", False)])
def test_quoting_is_said(mode: str, noted: bool) -> None:
    markup = conversation_html([answered(Sentence("Xã Phú Thọ.", (), True), of=article(), mode=mode)])
    assert ("Trả lời bằng trích dẫn nguyên văn" in markup) is noted


def test_a_refusal_names_the_three_nearest_articles_once() -> None:
    nearest = [article(name=f"n{number}", title=f"Bài {number}") for number in (1, 2, 2, 3, 4)]
    markup = conversation_html([answered(of=nearest[0], more=tuple(nearest[1:]))])
    (box,) = classes(markup, "refusal")
    assert "Không tìm thấy câu trả lời." in box.text_content() and "Bài gần nhất" in box.text_content()
    assert [button.text for button in box.find_class("source")] == ["Bài 1", "Bài 2", "Bài 3"]


def test_a_notice_stands_under_the_answer() -> None:
    turn = replace(answered(Sentence("Xã Phú Thọ.", (), True), of=article()), notice="Mô hình không trả lời được.")
    assert [line.text for line in classes(conversation_html([turn]), "notice")] == ["Mô hình không trả lời được."]


def test_a_problem_is_one_line_in_the_conversation() -> None:
    turn = Turn("Xã nào?", 5, problem="Câu hỏi quá dài.")
    (problem,) = classes(conversation_html([turn]), "problem")
    assert (problem.text, problem.get("role")) == ("Câu hỏi quá dài.", "alert")


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_written_by_others_becomes_markup(hostile: str) -> None:
    source = article(f"Mở đầu. {hostile} Hết.", title=hostile, name=hostile, url=f"https://x/{hostile}")
    source = replace(source, source=hostile, author=hostile)
    cited = citation(source, hostile)
    plain = article("Mở đầu. chữ Hết.", title="chữ", url="https://x/chữ")
    plain_cited = citation(plain, "chữ")

    def tags(markup: str) -> list[tuple[object, ...]]:
        return [(element.tag, *sorted(element.keys())) for element in parsed(markup).iter()]

    def conversation(words: str, of: Article, cited: Citation) -> str:
        turns = [answered(Sentence(words, (cited,), True), of=of, question=words), Turn(words, 1, problem=words)]
        return conversation_html(turns)

    shown, expected = conversation(hostile, source, cited), conversation("chữ", plain, plain_cited)
    assert tags(shown) == tags(expected)
    assert tags(article_html(source, [cited], 0, 1, 1)) == tags(article_html(plain, [plain_cited], 0, 1, 1))
    assert tags(welcome_html(1, [hostile])) == tags(welcome_html(1, ["chữ"]))
    assert classes(shown, "question")[0].text == hostile
    assert classes(shown, "sentence")[0].text == hostile


def test_the_reader_shows_the_whole_article_with_the_quote_marked() -> None:
    source = article(url="https://example.vn/bai")
    quote = "Huyện Tam Nông chọn xã Phú Thọ."
    page = parsed(article_html(source, [citation(source, quote)], turn=0, clicked=1, opening=1))
    assert [mark.text_content() for mark in page.iter("mark")] == [quote]
    assert page.get_element_by_id("citation-1").get("class") == "clicked"
    paragraphs = [p.text_content() for p in page.find_class("text")[0].iter("p")]
    assert paragraphs == TEXT.split("\n\n")
    assert [link.get("href") for link in page.iter("a")] == ["https://example.vn/bai"]


def test_a_quote_across_paragraphs_is_one_mark() -> None:
    source = article()
    quote = "Mỗi tháng hai lần.\n\nĐoạn"
    page = parsed(article_html(source, [citation(source, quote)], turn=0, clicked=1, opening=1))
    assert [mark.text_content() for mark in page.iter("mark")] == [quote]


def test_the_clicked_citation_is_whole_where_quotes_overlap() -> None:
    source = article()
    first, second = citation(source, "Huyện Tam Nông chọn xã", 1), citation(source, "chọn xã Phú Thọ. Mỗi tháng", 2)
    for clicked, quote in ((1, first.quote), (2, second.quote)):
        page = parsed(article_html(source, [first, second], turn=0, clicked=clicked, opening=1))
        assert [mark.text_content() for mark in page.iter("mark")] == [quote]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", None, ""])
def test_only_web_addresses_become_links(url: str | None) -> None:
    assert not list(parsed(article_html(article(url=url), [], turn=0, clicked=None, opening=1)).iter("a"))


def test_several_citations_of_one_article_are_marked_together_with_a_way_between_them() -> None:
    source = article()
    first, second = citation(source, "Xã Phú Thọ", 1), citation(source, "Đoạn cuối.", 2)
    page = parsed(article_html(source, [first, second], turn=0, clicked=1, opening=1))
    assert [mark.get("data-number") for mark in page.iter("mark")] == ["1", "2"]
    assert [button.get("data-jump") for button in page.find_class("jumps")[0].iter("button")] == ["1", "2"]
    assert not parsed(article_html(source, [first], turn=0, clicked=1, opening=1)).find_class("jumps")


def test_of_an_article_that_is_gone_the_quotes_are_left() -> None:
    page = parsed(gone_html("Xã Phú Thọ", ["Mỗi tháng hai lần."]))
    assert [quote.text for quote in page.iter("blockquote")] == ["Mỗi tháng hai lần."]
    assert "không còn trong kho" in page.text_content()


def test_header_and_empty_states() -> None:
    assert "2.771 bài viết" in header_html(2771)
    assert "Kho bài viết" in welcome_html(0, [])
    assert [button.get("data-question") for button in classes(welcome_html(3, ["Ai?"]), "example")] == ["Ai?"]


def test_a_stopped_or_cleared_turn_takes_nothing_more() -> None:
    conversation = Conversation()
    turn = Turn("Xã nào?", 5)
    assert conversation.begin(turn) and not conversation.begin(Turn("Ai?", 5))
    found = turn.after(Retrieved((), "Hỏi gì?"))
    assert conversation.replace(turn, found) and not conversation.replace(turn, found)
    conversation.end()
    assert conversation.turns[-1].stopped and not conversation.replace(found, found)
    conversation.show("", ())
    assert conversation.turns == () and not conversation.replace(found, found)


def test_only_finished_answers_are_announced() -> None:
    turn = Turn("Xã nào?", 5)
    assert announcement(turn) == announcement(turn.after(Retrieved((), "Hỏi gì?"))) == ""
    assert "Xã Phú Thọ." in announcement(answered(Sentence("Xã Phú Thọ.", (), True), of=article()))
    assert announcement(replace(turn, problem="Hỏng.")) == "Hỏng."


def test_an_answer_offers_what_can_be_done_with_it() -> None:
    def offered(turn: Turn) -> list[str | None]:
        (row,) = classes(conversation_html([turn]), "actions") or [parsed("")]
        return [button.get("data-action") for button in row.iter("button")]

    done = answered(Sentence("Xã Phú Thọ.", (), True), of=article())
    assert offered(Turn("Xã nào?", 5)) == []
    assert offered(done) == ["copy", "save", "retry"]
    assert offered(replace(done, stored=1)) == ["copy", "save", "retry", "up", "down"]
    assert offered(Turn("Xã nào?", 5, problem="Hỏng.")) == ["retry"]
    assert classes(conversation_html([replace(done, stored=1, rating_down=True)]), "reasons")


def test_markdown_is_the_answer_with_its_sources_and_nothing_in_it_is_markup() -> None:
    source = article("Mở *đầu* <b>. Hết.", title="Tên [x](javascript:alert)")
    markdown = turn_markdown(answered(Sentence("Xã _A_.", (citation(source, "Mở *đầu* <b>."),), True), of=source))
    assert markdown.splitlines()[0] == "## Xã nào?"
    assert "Xã \\_A\\_. [1]" in markdown
    assert "[1] Tên \\[x\\](javascript:alert) · Báo Đồng Tháp · 23/06/2014 · Lê An: “Mở \\*đầu\\* \\<b\\>.”" in markdown
    assert turn_markdown(Turn("Xã nào?", 5)) == ""


def test_only_finished_turns_are_history() -> None:
    conversation = Conversation()
    conversation.begin(answered(Sentence("Xã Phú Thọ.", (), True), of=article()))
    conversation.begin(Turn("Ai?", 5))
    assert conversation.history() == [
        {"role": "user", "content": "Xã nào?"},
        {"role": "assistant", "content": "Xã Phú Thọ."},
    ]
