"""Where on a page the article stands: its element, the head above it, and what in it is not the article's."""

import re
from collections import Counter

from lxml.html import HtmlElement

from index.reading.byline import read_line
from index.reading.characters import one_line
from index.reading.html_blocks import Block
from index.reading.shape import is_paragraph, word_count

_SUMMARY_WORDS = 12
_CONTAINER_SHARE = 0.9
_SHORT_WORDS = 5  # lines shorter than this ("Video", "Kinh tế") match anywhere and show no place
_HEAD_BLOCKS = 8
_UNMARKED_HEAD_BLOCKS = 3
_ROWS_CHARACTERS = 100_000
_FURNITURE_CLASSES = re.compile(
    r"(?:^|[\s_-])(?:comments?|binh-?luan|related|relate|lien-?quan|share|social|breadcrumbs?|sidebar|advert\w*|banner|popup|modal|tags?"
    r"|newsletter|rating|pagination|tin-?khac|toolbar|footer|menu|topbar)(?:$|[\s_-])",
    re.IGNORECASE,
)


def find_body(everything: list[Block], extracted: set[str], title: str, description: str) -> list[Block]:
    """Returns the blocks of the article on a page: all that stands where the extracted lines stand.

    An extractor drops captions, summaries and bylines; around its lines the page's own blocks have them.

    Args:
        everything: All blocks of the page.
        extracted: Lines that an extractor took for the article's, as :func:`bare` gives them.
        title: The declared title, "" if none.
        description: The declared summary, "" if none.
    """
    # trafilatura puts a row of a layout table, with all paragraphs of its cells, on one line.
    rows = "\n".join(line for line in extracted if " | " in line)[:_ROWS_CHARACTERS]
    matched = [
        place
        for place, block in enumerate(everything)
        if (line := bare(block.text)) in extracted or (rows and word_count(line) >= _SHORT_WORDS and line in rows)
    ]
    telling = [place for place in matched if word_count(everything[place].text) >= _SHORT_WORDS] or matched
    if not telling:
        return []
    container = _container([everything[place] for place in telling])
    inside = [
        place for place, block in enumerate(everything) if container in (block.element, *block.element.iterancestors())
    ]
    first, last = telling[0], telling[-1]
    homes = {container}
    if container.tag in ("body", "html"):  # a page without an element for the article: those of its ends
        homes = {everything[first].element, everything[last].element}
        homes |= {element.getparent() for element in homes}
        homes = {element for element in homes if element is not None and element.tag not in ("body", "html")}
    chosen = set(telling)
    weights = _weights(everything, telling)
    for place in inside:
        block = everything[place]
        between = first <= place <= last or not homes.isdisjoint((block.element, *block.element.iterancestors()))
        # A box beside the text is often the article's own; one below the text is the site's.
        own = is_paragraph(block.text) and not block.linked and first < place < last
        if between and not block.is_link and (own or not _is_furniture(block, container, weights)):
            chosen.add(place)
    chosen.update(_head(everything, min(chosen), title, description))
    return _without_repeats([everything[place] for place in sorted(chosen)], title)


def _container(found: list[Block]) -> HtmlElement:
    """The deepest element that holds nearly all words of the blocks."""
    weights: Counter[HtmlElement] = Counter()
    depths: dict[HtmlElement, int] = {}
    total = 0
    for block in found:
        words = word_count(block.text)
        total += words
        line = [block.element, *block.element.iterancestors()]
        for depth, element in enumerate(reversed(line)):
            weights[element] += words
            depths[element] = depth
    return max(
        (element for element, words in weights.items() if words >= _CONTAINER_SHARE * total),
        key=depths.__getitem__,
    )


def _weights(everything: list[Block], places: list[int]) -> Counter[HtmlElement]:
    weights: Counter[HtmlElement] = Counter()
    for place in places:
        block = everything[place]
        for element in (block.element, *block.element.iterancestors()):
            weights[element] += word_count(block.text)
    return weights


def _is_furniture(block: Block, container: HtmlElement, weights: Counter[HtmlElement]) -> bool:
    for element in (block.element, *block.element.iterancestors()):
        if element is container:
            return False
        name = f"{element.get('class') or ''} {element.get('id') or ''}"
        if (element.tag in ("aside", "footer", "form") or _FURNITURE_CLASSES.search(name)) and 10 * weights[
            element
        ] < weights[container]:
            return True
    return False


def _head(everything: list[Block], start: int, title: str, description: str) -> list[int]:
    """Places of the date line and the summary between headline and article, outside its element."""
    if not title:  # nothing declares or marks a headline: it is among the last words above the article
        above = range(max(0, start - _UNMARKED_HEAD_BLOCKS), start)
        return [place for place in above if not any(block.linked for block in everything[place:start])]
    headline = next((place for place in range(start) if everything[place].text.casefold() == title.casefold()), start)
    head: list[int] = []
    dated: list[int] = []
    for place in range(max(0, headline - _HEAD_BLOCKS), start):
        block = everything[place]
        summary = place > headline and is_paragraph(block.text) and not block.linked
        if summary or (description and bare(block.text) == bare(description)):
            head.append(place)
        elif "|" not in block.text and any(statement.day for statement in read_line(block.text)):
            dated.append(place)
    # The date nearest to the headline is the article's; another above it is today's, in the bar of the site.
    return [*head, *sorted(dated, key=lambda place: abs(place - headline))[:1]]


def _without_repeats(found: list[Block], title: str) -> list[Block]:
    """The same headline again in a sticky bar, the same summary again above the text."""
    kept: list[Block] = []
    seen: set[str] = {title.casefold()} if title else set()
    for place, block in enumerate(found):
        words = block.text.casefold()
        repeated = (
            words in seen
            and (word_count(words) >= _SUMMARY_WORDS or words == title.casefold())
            and place < 2 * _HEAD_BLOCKS
        )
        if not repeated:
            kept.append(block)
        seen.add(words)
    return kept


def bare(line: str) -> str:
    """A line without the marks of lists and tables, for comparing."""
    return one_line(line).lstrip("-•*+| ").rstrip("| ").casefold()
