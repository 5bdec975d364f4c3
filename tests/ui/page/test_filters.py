from datetime import date

import pytest

from index import Filters
from ui.page.filters import filters_html, filters_json, filters_words, read_filters, stored_filters

SET = Filters(date(2024, 1, 2), date(2024, 3, 4), ("Báo A", "Báo B"))


def test_the_form_says_what_it_does() -> None:
    assert filters_words(Filters()) == "mọi bài viết"
    assert filters_words(SET) == "từ 02/01/2024, đến 04/03/2024, 2 nguồn"
    assert filters_words(Filters(sources=("Báo A",))) == "Báo A"


def test_filters_come_back_as_they_were() -> None:
    assert stored_filters(filters_json(SET)) == SET and stored_filters("") == Filters()
    sent = {"since": "2024-01-02", "until": "2024-03-04", "sources": ["Báo A", "Báo B"]}
    assert read_filters(sent) == SET


@pytest.mark.parametrize("sent", [{}, {"since": "hôm qua", "sources": "Báo A"}, {"until": None, "sources": None}])
def test_what_does_not_fit_lets_all_through(sent: dict[str, object]) -> None:
    assert read_filters(sent) == Filters()


def test_a_source_is_never_markup() -> None:
    hostile = '"><script>alert(1)</script>'
    assert "<script" not in filters_html(Filters(sources=(hostile,)), [hostile])
