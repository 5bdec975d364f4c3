"""Plain text, copied or scraped from a page with everything around it."""

from index.reading.byline import read_line
from index.reading.characters import normalise
from index.reading.lines import unwrap
from index.reading.shape import is_paragraph, word_count
from index.reading.types import Draft

_MENU_LABEL_WORDS = 5


def read_text(text: str) -> Draft:
    """Returns the lines of a text, broken ones joined.

    Args:
        text: Decoded text, in any normal form.
    """
    blocks = [unwrap(block.split("\n")) for block in normalise(text).split("\n\n")]
    lines = "\n\n".join("\n".join(block) for block in blocks).split("\n")
    return Draft(_without_menu_rows(lines))


def _without_menu_rows(lines: list[str]) -> list[str]:
    """Drops rows such as "Hôm nay | Tuần này | Tháng này" above the body; only scraped text has them."""
    first = next((place for place, line in enumerate(lines) if is_paragraph(line)), len(lines))
    return [line for line in lines[:first] if not _is_menu_row(line)] + lines[first:]


def _is_menu_row(line: str) -> bool:
    labels = [label.strip() for label in line.split("|")]
    return (
        len(labels) >= 3
        and all(label and word_count(label) <= _MENU_LABEL_WORDS for label in labels)
        and not any(character.isdigit() or character == ":" for character in line)
        and not read_line(line)
    )
