import pytest

from index import HoidapError, Index
from rag import Assistant, Settings
from ui.page.preferences import Assistants, Preferences, read_preferences


def test_what_does_not_fit_is_left_out() -> None:
    assert read_preferences({"wording": "magic", "passages": 999, "model": "x"}) == Preferences()
    stored = {"wording": "llm", "passages": 6, "base_url": " http://127.0.0.1:1/v1 ", "model": "m"}
    assert read_preferences(stored) == Preferences("llm", 6, "http://127.0.0.1:1/v1", "m")


@pytest.mark.parametrize("sent", [{"base_url": "file:///etc/passwd", "model": "m"}, {"base_url": "http://x"}])
def test_an_endpoint_needs_a_web_address_and_a_name(sent: dict[str, str]) -> None:
    with pytest.raises(HoidapError):
        read_preferences(sent)


def test_each_way_of_answering_has_one_assistant(index: Index, settings: Settings) -> None:
    assistants = Assistants(Assistant(index, settings))
    assert assistants.answering(Preferences()) is assistants.default
    assert assistants.answering(Preferences("extractive")) is assistants.default  # what it does anyway
    more = assistants.answering(Preferences(passages=8))
    assert more.settings.passages == 8 and more is assistants.answering(Preferences(passages=8))
    endpoint = assistants.answering(Preferences("llm", base_url="http://127.0.0.1:1/v1", model="m"), "khóa")
    assert (endpoint.settings.llm, endpoint.settings.llm_api_key.get_secret_value()) == ("endpoint", "khóa")
    assert endpoint.index is index
