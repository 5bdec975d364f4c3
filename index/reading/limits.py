"""How much of an article is read: beyond these a file is a mistake, or made to exhaust the machine."""

from index.errors import ArticleError

MAX_FILE_BYTES = 20 * 1024 * 1024
"""The largest file read, and the most that a packed part of one may unpack to. Articles have under 1 MB."""
MAX_TEXT_CHARACTERS = 2_000_000
"""Of text, or of a page's markup without scripts and styles: a book of 800 pages. The articles of the measuring data
have 14 thousand, a home page 231. Two million take 2 to 10 seconds to clean, 25 for lines made to be slow."""


def check_length(characters: int) -> None:
    """Refuse a text that is too long to be an article.

    Raises:
        ArticleError: It has more than :data:`MAX_TEXT_CHARACTERS`.
    """
    if characters > MAX_TEXT_CHARACTERS:
        limit = f"{MAX_TEXT_CHARACTERS:,}".replace(",", ".")
        raise ArticleError(f"quá dài để là một bài viết (hơn {limit} ký tự); hãy tách nhỏ.")
