"""Who is at the page, and what one open tab of it holds."""

from dataclasses import replace
from threading import Event as Flag
from threading import Lock
from typing import ClassVar

import gradio as gr

from index import Filters
from ui.page.conversations import Conversations
from ui.page.preferences import Preferences, read_preferences
from ui.page.types import Turn

BROWSER_COOKIE = "hoidap_browser"


class Conversation:
    """The turns of one open conversation, shared by the handlers that answer, stop and clear.

    One question is answered at a time. Stopping only says so here: a turn that was stopped or cleared takes no more
    events, and whoever was answering it is told by ``stopped``. Gradio's own ``cancels`` waits for the running
    step of a generator, which is seconds with a language model, and fails when the event has just ended.

    Attributes:
        id: Its name in the database; "" until something of it was stored.
        turns: Its turns, in order.
        filters: Which articles it draws on.
        stopped: Set once nobody wants the answer that is coming; another one for each question, none before the first.
    """

    _changing: ClassVar = Lock()

    def __init__(self) -> None:
        self.id = ""
        self.turns: tuple[Turn, ...] = ()
        self.filters = Filters()
        self.stopped: Flag | None = None  # Gradio copies a new conversation for each tab, and a flag cannot be copied

    @property
    def running(self) -> bool:
        """Whether a question is being answered."""
        return bool(self.turns) and self.turns[-1].running

    def history(self) -> list[dict[str, str]]:
        """The finished turns as messages."""
        return [message for turn in self.turns for message in turn.messages()]

    def begin(self, turn: Turn) -> bool:
        """Add a turn, unless another is still running; whether it was added."""
        with self._changing:
            if self.running:
                return False
            self.turns = (*self.turns, turn)
            self.stopped = Flag()
            return True

    def replace(self, turn: Turn, later: Turn) -> bool:
        """Put ``later`` in the place of ``turn``; whether that was still there."""
        with self._changing:
            place = next((place for place, shown in enumerate(self.turns) if shown is turn), None)
            if place is None:
                return False
            self.turns = (*self.turns[:place], later, *self.turns[place + 1 :])
            return True

    def take_back(self) -> Turn | None:
        """Remove the last turn, to be asked again; None when there is none or it still runs."""
        with self._changing:
            if not self.turns or self.running:
                return None
            *earlier, last = self.turns
            self.turns = tuple(earlier)
            return last

    def end(self, problem: str = "") -> Turn | None:
        """Let nothing run: a last turn that does is now stopped, or failed with ``problem``, and returned."""
        with self._changing:
            if not self.running:
                return None
            ended = replace(self.turns[-1], problem=problem, stopped=not problem)
            self.turns = (*self.turns[:-1], ended)
            self._give_up()
            return ended

    def show(self, conversation_id: str = "", turns: tuple[Turn, ...] = (), filters: Filters | None = None) -> None:
        """Show another conversation, or a new one; an answer still coming to this one is given up."""
        with self._changing:
            self._give_up()
            self.id, self.turns, self.filters = conversation_id, turns, filters or Filters()

    def _give_up(self) -> None:
        if self.stopped is not None:
            self.stopped.set()


class PageState:
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
        """Make sure that the state is that of whoever sent the request.

        Gradio finds a state by a name that the browser made up. Somebody who sends another's name gets an
        empty state, never what the other one wrote.
        """
        owner = owner_of(request)
        if owner != self.owner:
            PageState.__init__(self)
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
