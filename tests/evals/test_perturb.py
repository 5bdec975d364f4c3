import random
import unicodedata
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.perturb import PERTURBATIONS, perturb
from evals.perturb.abbreviations import SHORT_FORMS, abbreviated
from evals.perturb.marks import decomposed, other_tone_placement, unaccented
from evals.perturb.typos import KINDS, doubled_letter, swapped_letters, telex, with_typo, wrong_tone
from evals.types import Case
from index.vietnamese import fold, nfc, syllable_key, words

SYLLABLES = "xã hòa hoà thủy thuỷ quý đường trước Đổi nghĩa UBND được Huế 2.350 khoẻ khỏe loà tuý".split()
sentences = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=8).map(" ".join)
texts = st.text(alphabet="abcdđeghikmnouvxyàáảãạâầấăắêếìíoòóôồơớùúưừỳýĐÂƯ ,.?0123456789\u0301\u0323", max_size=40)


def case(question: str, name: str = "q") -> Case:
    return Case(name, question, (), False, (), (), ())


@given(texts)
def test_unaccented_is_the_folded_text_with_its_case(text: str) -> None:
    bare = unaccented(text)
    assert bare.lower() == fold("".join(c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c)))
    assert unaccented(bare) == bare


@given(texts)
def test_decomposed_is_the_same_text(text: str) -> None:
    assert nfc(decomposed(text)) == nfc(text)


@given(sentences)
def test_the_other_placement_is_its_own_inverse_and_the_same_words(text: str) -> None:
    moved = other_tone_placement(text)
    assert other_tone_placement(moved) == text
    assert [word.exact for word in words(moved)] == [word.exact for word in words(text)]


@pytest.mark.parametrize(
    ("syllable", "other"),
    [
        ("hòa", "hoà"),
        ("Thuỷ", "Thủy"),
        ("KHỎE", "KHOẺ"),
        ("quý", "quý"),
        ("hoán", "hoán"),
        ("hoa", "hoa"),
        ("mía", "mía"),
    ],
)
def test_tone_placement_by_hand(syllable: str, other: str) -> None:
    assert other_tone_placement(syllable) == other


@given(sentences, st.text(max_size=5))
def test_a_typo_changes_one_word_and_is_always_the_same(text: str, seed: str) -> None:
    slipped = with_typo(text, seed)
    assert slipped == with_typo(text, seed)
    pairs = list(zip(text.split(), slipped.split(), strict=True))
    assert sum(one != other for one, other in pairs) <= 1
    assert sum(one != other for one, other in pairs) == 1 or not any(character.isalpha() for character in text)


def test_each_kind_of_typo_has_a_quarter() -> None:
    question = "Người dân xã Thuỷ Khê được hỗ trợ"

    def kind(slipped: str) -> str:
        before, after = next(p for p in zip(question.split(), slipped.split(), strict=True) if p[0] != p[1])
        if unaccented(before) == unaccented(after):
            return "tone"
        if sorted(before.lower()) == sorted(after.lower()):
            return "swapped"
        return (
            "doubled"
            if any(after == before[: i + 1] + before[i].lower() + before[i + 1 :] for i in range(len(before)))
            else "telex"
        )

    counts = Counter(kind(with_typo(question, f"q{i}")) for i in range(800))
    assert set(counts) == {"tone", "swapped", "doubled", "telex"}
    assert all(150 < count < 250 for count in counts.values())


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("trước", "truowcs"),
        ("được", "dduowcj"),
        ("Xã", "Xax"),
        ("nghĩa", "nghiax"),
        ("ban", "ban"),
        ("ĂN", "AWN"),
        ("Hữu", "Huwux"),
    ],
)
def test_telex_by_hand(word: str, keys: str) -> None:
    assert telex(word, random.Random(0)) == keys  # noqa: S311


@given(st.sampled_from(SYLLABLES), st.integers())
def test_kinds_by_what_they_keep(word: str, seed: int) -> None:
    draw = random.Random(seed)  # noqa: S311
    assert unaccented(wrong_tone(word, draw)) == unaccented(word)
    assert sorted(swapped_letters(word, draw)) == sorted(word)
    assert len(doubled_letter(word, draw)) == len(word) + 1
    assert len(KINDS) == 4


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("Ủy ban Nhân dân xã", "UBND xã"),
        ("Uỷ ban nhân dân thành phố Hồ Chí Minh họp", "UBND TP.HCM họp"),
        ("Ở thành phố Huế?", "Ở TP Huế?"),
        ("cải cách hành", "cải cách hành"),
        ("", ""),
    ],
)
def test_abbreviations_by_hand(text: str, short: str) -> None:
    assert abbreviated(text) == short


def test_every_known_long_form_is_shortened() -> None:
    for long, short in SHORT_FORMS.items():
        assert abbreviated(f"Có {long} ở đây") == f"Có {short} ở đây"
        assert len(short) < len(long)


def test_only_questions_with_a_long_form_are_abbreviated() -> None:
    assert perturb(case("Hội đồng nhân dân xã họp khi nào?"), "abbreviation") == "HĐND xã họp khi nào?"
    assert perturb(case("Xã họp khi nào?"), "abbreviation") is None


@pytest.mark.parametrize("kind", PERTURBATIONS)
def test_every_perturbation_depends_on_the_case_alone(kind: str) -> None:
    question = "Uỷ ban nhân dân xã Hòa Lạc ở đâu?"
    known = next(name for name in PERTURBATIONS if name == kind)
    asked = perturb(case(question), known)
    assert asked == perturb(case(question), known)
    assert (asked == question) == (kind == "none")
    assert kind != "old-tone" or [syllable_key(s) for s in (asked or "").split()] == [
        syllable_key(s) for s in question.split()
    ]
