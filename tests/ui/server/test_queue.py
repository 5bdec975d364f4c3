import threading

import pytest

from ui.server.queue import Admission, ShuttingDown, TooBusy


def served_in_order(admission: Admission, owners: str) -> str:
    """Who is served when all of them come at once, one at a time, behind somebody who sits already."""
    sitting = admission.enter("someone")
    places = [admission.enter(owner) for owner in owners]
    order = ""
    while admission.running:
        admission.leave(sitting)
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
    assert served_in_order(Admission(1, 20, 20), asked) == served


def test_one_owner_never_takes_the_last_seat() -> None:
    admission = Admission(2, 10, 10)
    first, second = admission.enter("a"), admission.enter("a")
    other = admission.enter("b")
    assert first.called and other.called and not second.called
    assert (admission.running, admission.waiting) == (2, 1)
    admission.leave(other)
    assert not second.called
    admission.leave(first)
    assert second.called


def test_lines_are_bounded_for_all_and_for_each() -> None:
    admission = Admission(1, 3, 2)
    admission.enter("a")
    admission.enter("a")
    waiting = admission.enter("a")
    with pytest.raises(TooBusy, match="Bạn đang có quá nhiều"):
        admission.enter("a")
    admission.enter("b")
    with pytest.raises(TooBusy, match="hàng chờ đã đầy"):
        admission.enter("c")
    admission.leave(waiting)
    assert admission.enter("c") and admission.waiting == 3


def test_places_are_told_and_turns_come() -> None:
    admission = Admission(1, 10, 10)
    sitting, second, third = (admission.enter(owner) for owner in "abc")
    assert (admission.wait(second, 0), admission.wait(third, 0)) == (1, 2)
    told = []
    watching = threading.Thread(target=lambda: told.append(admission.wait(third, 10, 2)))
    watching.start()
    admission.leave(sitting)
    watching.join(10)
    assert told == [1] and admission.wait(second, 0) == 0


def test_closing_sends_the_line_away_and_waits_for_who_sits() -> None:
    admission = Admission(1, 10, 10)
    sitting, waiting = admission.enter("a"), admission.enter("b")
    admission.close()
    with pytest.raises(ShuttingDown):
        admission.wait(waiting, 10)
    with pytest.raises(ShuttingDown):
        admission.enter("c")
    admission.leave(waiting)
    assert not admission.wait_until_empty(0.01)
    threading.Timer(0.1, admission.leave, [sitting]).start()
    assert admission.wait_until_empty(10)
