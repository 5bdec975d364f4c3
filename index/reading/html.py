"""Web pages: trafilatura finds where the article is, the page's own blocks say all that stands there."""

import re
from collections import Counter
from urllib.parse import urlsplit

import lxml.html
import trafilatura
from lxml.html import HtmlElement

from index.errors import ArticleError
from index.reading.html_blocks import Block, blocks, drop_unseen
from index.reading.html_body import bare, find_body
from index.reading.html_fields import read_fields
from index.reading.limits import check_length
from index.reading.shape import is_paragraph, word_count
from index.reading.types import Draft

MAX_TAGS = 50_000
"""Each takes some 500 bytes while it is read, and steps of trafilatura's take quadratic time. A home page, the largest
of the saved pages, has 3,746."""
_MAX_TAG_WORDS = 5_000  # the parser compares each attribute of a tag with all before it
_MAX_MARKUP_WORDS = 300_000

_TOO_LONG = "trang quá dài để là một bài viết; hãy lưu từng bài riêng."
_NOT_ARTICLE = "không phải trang bài viết (có vẻ là trang chủ hay danh sách liên kết); hãy lưu trang một bài."
_BROKEN = "trang HTML bị hỏng, không đọc được; hãy lưu lại trang."
_LEAST_WORDS = 12
# dantri_home_2021 has 0.96 of its words in links, the two VnExpress articles under 0.01.
_MOST_LINKED = 0.5
_HOME_PATHS = re.compile(r"/?(?:index|home|default|trang-chu|portal)?(?:\.\w{2,5})?/?", re.IGNORECASE)


def read_html(text: str) -> Draft:
    """Returns the article on a web page.

    Args:
        text: Decoded page.

    Raises:
        ArticleError: The page holds no article, or cannot be parsed.
    """
    try:
        _check_tags(text)
        tree = lxml.html.document_fromstring(re.sub(r"<\?xml[^>]*\?>", "", text.replace("\x00", "")))
        declared, description, says_article = read_fields(tree)
        drop_unseen(tree)
        _forget_attributes(tree)
        markup = lxml.html.tostring(tree, encoding="unicode")
        check_length(len(markup))
        everything = blocks(tree)
        extracted = _extracted(markup)
        address = urlsplit(declared.url)
    except (ArticleError, MemoryError):
        raise
    except Exception as error:  # lxml and trafilatura raise whatever a broken page provokes in them
        raise ArticleError(_BROKEN) from error
    found = find_body(everything, extracted, declared.title, description)
    is_home = bool(declared.url and _HOME_PATHS.fullmatch(address.path)) and not says_article
    _check(found, is_home)
    lines: list[str] = []
    for block in found:
        lines.extend([block.text] if block.tight or not lines else ["", block.text])
    protected = frozenset(block.text for block in found if block.is_heading or block.element.tag == "table")
    return Draft(lines, protected, declared, shown=True)


def _check_tags(text: str) -> None:
    """Refuse a page that would be slow to parse or fill the memory, before it is parsed."""
    if text.count("<") <= MAX_TAGS:
        words = [len(tag.partition(">")[0].split()) for tag in text.split("<")[1:]]
        if max(words, default=0) <= _MAX_TAG_WORDS and sum(words) <= _MAX_MARKUP_WORDS:
            return
    raise ArticleError(_TOO_LONG)


def _forget_attributes(tree: HtmlElement) -> None:
    # Styles of Word and pictures written into the page are most of some files, and say nothing any more.
    for element in tree.iter():
        for name in ("style", "src", "srcset", "data-src", "data-srcset"):
            element.attrib.pop(name, None)


def _extracted(markup: str) -> set[str]:
    """The lines that trafilatura takes for the article's."""
    document = trafilatura.bare_extraction(
        lxml.html.document_fromstring(markup),
        favor_recall=True, include_tables=True, include_comments=False, with_metadata=False,
    )  # fmt: skip
    text = str(getattr(document, "text", "") or "")
    return {bare(line) for line in text.split("\n")} - {""}


def _check(found: list[Block], is_home: bool) -> None:
    words = sum(word_count(block.text) for block in found)
    linked = sum(block.linked for block in found)
    paragraphs = [block for block in found if is_paragraph(block.text) and not block.is_link]
    homes = Counter(block.element.getparent() for block in paragraphs)
    scattered = bool(paragraphs) and max(homes.values()) < 3
    if words < _LEAST_WORDS or linked > _MOST_LINKED * words or (is_home and scattered):
        raise ArticleError(_NOT_ARTICLE)
