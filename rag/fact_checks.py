"""What must agree between a sentence and its quotes beyond shared words: numbers, dates, offices, names and negation.

On the tune rows of vihallu_dev, with ``SUPPORTED`` at 0.3, these rules take the responses shown from 72 to 55 % of the
supported, from 20 to 7 % of the contradicting and from 6 to 3 % of the invented ones. At 0.4 all of them leave 54, 6
and 2 %; without the one on figures it would be 55, 7 and 3, without names 55, 8 and 2, without negation 64, 12 and 3:
what is denied must be denied in a quote, which most corrections of a question's premise are not.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from index.vietnamese import Word, matching_words, syllable_key
from rag.figures import figures_agree
from rag.matching import exact_words, long_content_words
from rag.negation import contrasts, denied_and_said, without_contrasts, without_opening
from rag.offices import offices, only_another_office

# Words that are capitalised only because they open a sentence: "Sau Hội nghị …", "Tại Hà Nội …".
_OPENERS = frozenset(
    syllable_key(word)
    for word in (
        "sau trước theo tại ở từ trong ngoài vào khi do vì bởi cùng với và còn về đến qua dưới trên nhưng tuy nếu "
        "riêng như các những một của là cả hai ông bà anh chị huyện xã tỉnh phường đảng"
    ).split()
)


def agrees_with(text: str, quotes: Sequence[str], surroundings: Sequence[str]) -> bool:
    """Whether numbers, dates, offices, names and negation of ``text`` are those of its quotes.

    What it only rules out ("…, không phải X") need stand nowhere; if all of it does stand in the quotes, the sentence
    denies what they say, and does not agree.

    Args:
        text: A sentence of an answer.
        quotes: What it cites.
        surroundings: Titles and passages of the quotes. A passage names its place once and goes on with "huyện":
            asking for names in the quotes alone refused 41 % of the supported answers of vihallu's tune rows,
            asking the passages 19 %.
    """
    asserted = without_opening(text)
    quoted = [_content_line(quote) for quote in quotes]
    if any(_content_line(contrast) in line for contrast in contrasts(asserted) for line in quoted):
        return False
    asserted = without_contrasts(asserted)
    return (
        figures_agree(asserted, quotes)
        and not only_another_office(
            offices(exact_words(asserted)), [word for quote in quotes for word in exact_words(quote)]
        )
        and not unknown_names(asserted, [*quotes, *surroundings])
        and _negation_agrees(asserted, quotes)
    )


def unknown_names(text: str, sources: Iterable[str]) -> list[str]:
    """Names of ``text``, runs of capitalised words, that stand together in no source.

    "Lê Văn" and "Hải" apart do not make a name.
    """
    texts = list(sources)
    known = [f" {' '.join(word.exact for word in matching_words(source))} " for source in texts]
    missing = [run for run in _names(text) if not _occurs(run, known)]
    full = [run for source in texts for run in _names(source)] if missing else []
    return [" ".join(run) for run in missing if not any(_shortens(run, name) for name in full)]


def _names(text: str) -> list[list[str]]:
    """Runs of capitalised words; a lone word that opens the sentence is none."""
    found = list(matching_words(text))
    runs = _capitalised(text, found)
    if runs and runs[0][0] is found[0] and (len(runs[0]) == 1 or runs[0][0].exact in _OPENERS):
        runs[0] = runs[0][1:]
    return [[word.exact for word in run] for run in runs if run]


def _capitalised(text: str, found: Sequence[Word]) -> list[list[Word]]:
    runs: list[list[Word]] = [[]]
    for before, word in pairwise([None, *found]):
        assert word is not None  # noqa: S101 - only the first of the pairs' left sides is None
        if not text[word.start].isupper():
            runs.append([])
        elif before is not None and runs[-1] and _joined(text, before, word):
            runs[-1].append(word)
        else:
            runs.append([word])
    return [run for run in runs if run]


def _joined(text: str, before: Word, word: Word) -> bool:
    return before.start == word.start or text[before.end : word.start] in (" ", "-", "'", "’ ", "’")


def _occurs(run: list[str], known: Sequence[str]) -> bool:
    """Whether the run stands in one piece, or in pieces of two words and more ("Quảng Khê" + "Phạm Nguyên Vũ")."""
    if any(f" {' '.join(run)} " in text for text in known):
        return True
    return any(_occurs(run[:cut], known) and _occurs(run[cut:], known) for cut in range(2, len(run) - 1))


def _shortens(run: Sequence[str], name: Sequence[str]) -> bool:
    """Whether ``run`` is ``name`` without its middle: "Lê Bình" for "Lê Văn Bình"."""
    return len(run) == 2 and len(name) > 2 and (run[0], run[-1]) == (name[0], name[-1])


def _content_line(text: str) -> str:
    return f" {' '.join(word.exact for word in long_content_words(text))} "


def _negation_agrees(text: str, quotes: Iterable[str]) -> bool:
    """What ``text`` denies is denied in the quotes, and what the quotes only deny is not asserted."""
    denied, said = denied_and_said(text)
    quotes_denied: set[str] = set()
    quotes_said: set[str] = set()
    for quote in quotes:
        quote_denied, quote_said = denied_and_said(quote)
        quotes_denied |= quote_denied
        quotes_said |= quote_said
    return denied <= quotes_denied and not (said & (quotes_denied - quotes_said)) - denied
