"""Who is at the page, and what one open tab of it holds."""

import gradio as gr

from ui.page.conversations import Conversations
from ui.page.preferences import Preferences, read_preferences
from ui.page.types import Conversation
from ui.server.login import BROWSER_COOKIE


class Session:
    """One tab: its owner, the conversation open in it, and what its owner prefers.

    Attributes:
        owner: Under whose name things are kept.
        conversation: What is open.
        preferences: How the owner wants answers.
        api_key: Key of the owner's endpoint; never stored.
        words: What the list of conversations is searched for.
        deleted: The conversation that was deleted last, while that can be undone.
    """

    def __init__(self) -> None:
        self.owner = ""
        self.conversation = Conversation()
        self.preferences = Preferences()
        self.api_key = ""
        self.words = ""
        self.deleted = ""

    def belongs_to(self, request: gr.Request, conversations: Conversations) -> None:
        """Make sure that the session is that of whoever sent the request.

        Gradio finds a session by a name that the browser made up. Somebody who sends another's name gets an
        empty session, never what the other one wrote.
        """
        owner = owner_of(request)
        if owner != self.owner:
            Session.__init__(self)
            self.owner = owner
            self.preferences = read_preferences(conversations.preferences(owner))


def client_of(request: gr.Request) -> str:
    """Whose share of the server a question takes: the owner's, else the address's."""
    return owner_of(request) or (request.client.host if request.client else "")


def owner_of(request: gr.Request) -> str:
    """The user who logged in, else the browser; "" for a client that keeps no cookies."""
    if request.username:
        return f"user:{request.username}"
    browser = request.cookies.get(BROWSER_COOKIE, "")
    return f"browser:{browser}" if browser else ""
