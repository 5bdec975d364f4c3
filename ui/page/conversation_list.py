"""The list of conversations as HTML."""

from collections.abc import Sequence
from html import escape

from ui.page.conversations import Listed


def history_html(listed: Sequence[Listed], shown: str, words: str = "", deleted: str = "") -> str:
    """Conversations as buttons, each with what can be done to it.

    Args:
        listed: The conversations, last changed first.
        shown: The id of the one that is open, or "".
        words: What the list was searched for.
        deleted: The id of the one that was just deleted and can be brought back, or "".
    """
    undo = ""
    if deleted:
        undo = (
            '<p class="undo" role="status">Đã xóa cuộc trò chuyện. '
            f'<button type="button" data-action="restore" data-conversation="{escape(deleted)}">Hoàn tác</button></p>'
        )
    if not listed:
        line = "Không có cuộc trò chuyện nào khớp." if words.strip() else "Các cuộc trò chuyện sẽ nằm ở đây."
        return f'{undo}<p class="none">{line}</p>'
    return f"{undo}<ul>{''.join(_item(item, item.id == shown) for item in listed)}</ul>"


def _item(item: Listed, is_shown: bool) -> str:
    title, key = escape(item.title), escape(item.id)
    current = ' aria-current="true"' if is_shown else ""
    save = (
        '<button type="button" class="tool" data-save-all aria-label="Tải cuộc trò chuyện về dạng Markdown"'
        ' title="Tải về">⤓</button>'
        if is_shown
        else ""
    )
    return (
        f'<li data-conversation="{key}"><button type="button" class="title" data-action="show"'
        f' data-conversation="{key}" title="{title}"{current}>{title}</button>{save}'
        f'<button type="button" class="tool" data-action="rename" data-conversation="{key}"'
        f' aria-label="Đổi tên: {title}" title="Đổi tên">✎</button>'
        f'<button type="button" class="tool" data-action="delete" data-conversation="{key}"'
        f' aria-label="Xóa: {title}" title="Xóa">✕</button></li>'
    )
