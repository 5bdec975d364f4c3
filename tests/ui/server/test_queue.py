import threading

import pytest

from ui.server.queue import FairQueue, ShuttingDown, TooBusy


def served_in_order(queue: FairQueue, owners: str) -> str:
    """Who is served when all of them come at once, one at a time, behind somebody who sits already."""
    sitting = queue.enter("someone")
    places = [queue.enter(owner) for owner in owners]
    order = ""
    while queue.running:
        queue.leave(sitting)
        called = next((place for place in places if place.called), None)
        if called is None:
            break
        order, sitting = order + called.owner, called
        places.remove(called)
    return order


@pytest.mark.parametrize(
    ("asked", "served"),
    [("abc", "abc"), ("aaabc", "abcaa"), ("aaabbbc", "abcabab"), ("aaaaab", "abaaaa")],
)
def test_everybody_has_a_turn_before_anybody_has_another(asked: str, served: str) -> None:
    assert served_in_order(FairQueue(1, 20, 20), asked) == served


def test_one_owner_never_takes_the_last_seat() -> None:
    queue = FairQueue(2, 10, 10)
    first, second = queue.enter("a"), queue.enter("a")
    other = queue.enter("b")
    assert first.called and other.called and not second.called
    assert (queue.running, queue.waiting) == (2, 1)
    queue.leave(other)
    assert not second.called
    queue.leave(first)
    assert second.called


def test_lines_are_bounded_for_all_and_for_each() -> None:
    queue = FairQueue(1, 3, 2)
    queue.enter("a")
    queue.enter("a")
    waiting = queue.enter("a")
    with pytest.raises(TooBusy, match="Bạn đang có quá nhiều"):
        queue.enter("a")
    queue.enter("b")
    with pytest.raises(TooBusy, match="hàng chờ đã đầy"):
        queue.enter("c")
    queue.leave(waiting)
    assert queue.enter("c") and queue.waiting == 3


def test_places_are_told_and_turns_come() -> None:
    queue = FairQueue(1, 10, 10)
    sitting, second, third = (queue.enter(owner) for owner in "abc")
    assert (queue.wait(second, 0), queue.wait(third, 0)) == (1, 2)
    told = []
    watching = threading.Thread(target=lambda: told.append(queue.wait(third, 10, 2)))
    watching.start()
    queue.leave(sitting)
    watching.join(10)
    assert told == [1] and queue.wait(second, 0) == 0


def test_closing_sends_the_line_away_and_waits_for_who_sits() -> None:
    queue = FairQueue(1, 10, 10)
    sitting, waiting = queue.enter("a"), queue.enter("b")
    queue.close()
    with pytest.raises(ShuttingDown):
        queue.wait(waiting, 10)
    with pytest.raises(ShuttingDown):
        queue.enter("c")
    queue.leave(waiting)
    assert not queue.wait_until_empty(0.01)
    threading.Timer(0.1, queue.leave, [sitting]).start()
    assert queue.wait_until_empty(10)
