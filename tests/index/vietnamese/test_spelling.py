"""Possible syllables, and words typed with the keyboard not set to Vietnamese."""

import random

import pytest

from evals.perturb.typos import telex
from index.vietnamese import from_telex, is_syllable, syllable_key

SYLLABLES = (
    "trước Đồng chính tiếng nghiêng khuyết quyết định thuở giữa gì giếng giúp huyện yên ý ủy ban nhân dân hội đồng cải "
    "cách thủ tục hành xã phường tỉnh người dân nước ngoài ruộng rượu khuỷu hòa khỏe quý quả quốc gia giải đáp ấm ở "
    "đâu uống xoáy ngoằn bưởi cưới mười nghĩa uyển ngành kỹ lý xuân huân chương toàn quyền loan thoát tuyệt "
    "LUẬT ĐẤT ĐAI"
).split()


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_syllables_with_and_without_accents(syllable: str) -> None:
    assert is_syllable(syllable)


@pytest.mark.parametrize("text", "hđnd ubnd hdnd tp qd windows nghă trưoc kê2 cê zalo facebook strong cáć tôc".split())
def test_what_is_no_syllable(text: str) -> None:
    assert not is_syllable(text)


@pytest.mark.parametrize("syllable", SYLLABLES)
def test_telex_keys_are_read_back(syllable: str) -> None:
    keys = telex(syllable, random.Random())  # noqa: S311 - nothing is drawn
    meant = from_telex(keys)
    assert meant is None if keys == syllable else syllable_key(meant or "") == syllable_key(syllable)


@pytest.mark.parametrize(
    ("keys", "meant"),
    [
        ("truowcs", "trước"),
        ("truwowcs", "trước"),
        ("truwocws", "trước"),
        ("DDoongf", "Đồng"),
        ("ddoongf", "đồng"),
        ("DDAATS", "ĐẤT"),
        ("tieesng", "tiếng"),
        ("chinhs", "chính"),
        ("dongdf", "đòng"),
        ("thuowr", "thuở"),
        ("gif", "gì"),
        ("quas", "quá"),
        ("xa", None),
        ("windows", None),
        ("xpress", None),
        ("trước", None),
        ("a" * 50, None),
        ("", None),
    ],
)
def test_telex_by_hand(keys: str, meant: str | None) -> None:
    assert from_telex(keys) == meant
