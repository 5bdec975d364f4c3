"""Who may answer now: a bounded, fair queue in front of the answering.

Everybody's next question stands in the same round, whoever asked many at once has his others in later rounds, and
within a round it is first come, first served (start-time fair queueing: Goyal, Vin and Cheng 1996, each question
counted as one). So a program that floods the server delays others by no more than the answers already begun.
Gradio's own queue serves in order of arrival alone and knows nothing of the other doors.
"""

import threading
from dataclasses import dataclass

from index import HoidapError


class TooBusy(HoidapError):
    """Too many questions are waiting, or too many of one user."""


class ShuttingDown(HoidapError):
    """The server is ending; it takes no more questions."""


@dataclass(eq=False, slots=True)
class Place:
    """A place in line.

    Attributes:
        owner: Whose question it is.
        round: Its round; lower ones are served first.
        called: Whether its turn has come.
    """

    owner: str
    round: int
    called: bool = False


class FairQueue:
    """Lets at most ``side_by_side`` questions be answered at a time.

    Safe to share between threads. One owner never takes the last free seat when there is more than one.

    Args:
        side_by_side: Questions answered at a time.
        waiting: Most questions that wait.
        waiting_each: Most of them of one owner.
    """

    def __init__(self, side_by_side: int, waiting: int, waiting_each: int) -> None:
        self._seats = side_by_side
        self._seats_each = max(1, side_by_side - 1)
        self._most_waiting = waiting
        self._most_each = waiting_each
        self._waiting: list[Place] = []
        self._running: list[Place] = []
        self._round = 0
        self._next_rounds: dict[str, int] = {}
        self._closed = False
        self._changed = threading.Condition()

    @property
    def running(self) -> int:
        """Questions being answered."""
        return len(self._running)

    @property
    def waiting(self) -> int:
        """Questions that wait."""
        return len(self._waiting)

    def enter(self, owner: str) -> Place:
        """A place in line; whoever has one must ``leave`` in the end.

        Raises:
            TooBusy: The line is full, or the owner's part of it.
            ShuttingDown: No more questions are taken.
        """
        with self._changed:
            if self._closed:
                raise ShuttingDown(_CLOSED)
            if sum(place.owner == owner for place in self._waiting) >= self._most_each:
                raise TooBusy("Bạn đang có quá nhiều câu hỏi chờ trả lời. Hãy đợi các câu trước xong rồi hỏi tiếp.")
            if len(self._waiting) >= self._most_waiting:
                raise TooBusy("Máy chủ đang bận, hàng chờ đã đầy. Hãy thử lại sau ít phút.")
            place = Place(owner, max(self._round, self._next_rounds.get(owner, 0)))
            self._next_rounds[owner] = place.round + 1
            self._waiting.append(place)
            self._call()
            return place

    def wait(self, place: Place, seconds: float, known: int | None = None) -> int:
        """Wait until the turn has come, the line has moved, or the time is up.

        Args:
            place: What ``enter`` gave.
            seconds: Longest wait.
            known: The number of questions ahead that the caller knows of.

        Returns:
            0 once the turn has come, else which place in line it is, from 1.

        Raises:
            ShuttingDown: Its turn will not come.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._closed or self._ahead(place) != known, seconds)
            if self._closed and not place.called:
                raise ShuttingDown(_CLOSED)
            return self._ahead(place)

    def leave(self, place: Place) -> None:
        """Give the place up, or the seat."""
        with self._changed:
            (self._running if place.called else self._waiting).remove(place)
            self._call()

    def close(self) -> None:
        """Take no more questions, and send away those that wait; those being answered stay."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def wait_until_empty(self, seconds: float) -> bool:
        """Whether nothing was left being answered within the time."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._running and not self._waiting, seconds)

    def _ahead(self, place: Place) -> int:
        if place.called:
            return 0
        return 1 + sorted(self._waiting, key=lambda one: one.round).index(place)  # a stable sort: arrival within rounds

    def _call(self) -> None:
        """Give the free seats to whoever is next."""
        while len(self._running) < self._seats:
            may_sit = [place for place in self._waiting if self._seats_of(place.owner) < self._seats_each]
            if not may_sit:
                break
            chosen = min(may_sit, key=lambda place: place.round)
            chosen.called = True
            self._waiting.remove(chosen)
            self._running.append(chosen)
            self._round = max(self._round, chosen.round)
        if not self._running:  # nobody is here: rounds begin anew
            self._round = 0
            self._next_rounds = {}
        else:  # a name that has nothing coming to it is as good as a new one
            self._next_rounds = {owner: number for owner, number in self._next_rounds.items() if number > self._round}
        self._changed.notify_all()

    def _seats_of(self, owner: str) -> int:
        return sum(place.owner == owner for place in self._running)


_CLOSED = "Máy chủ đang tắt nên không nhận câu hỏi mới. Hãy thử lại sau khi máy chủ chạy lại."
