"""The stages of training: which data is read how often. All draws come from the seed, so a stage is always the same."""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from evals.training.examples import UNSPACED, Example, Pair, claim_example, cropped, question_pair
from evals.training.rows import Claim, OwnArticle, Question, open_claims, open_questions, own_articles
from evals.training.spelling import as_typed
from evals.training.twists import false_claim, twisted_question
from index import Span
from index.vietnamese import split_sentences, words

if TYPE_CHECKING:
    from tokenizers import Tokenizer

SEED = 20_26
_LATIN_SIZE, _UNSPACED_SIZE = 700, 300  # characters of a passage of the open data: some 170 tokens


@dataclass(frozen=True, slots=True)
class Stage:
    """One pass over some data with a learning rate of its own.

    Attributes:
        name: "open", "own" or "again".
        rate: Highest learning rate of the layers.
        head_rate: Highest learning rate of the heads.
        examples: Makes them.
    """

    name: str
    rate: float
    head_rate: float
    examples: Callable[["Tokenizer", Path], Iterator[Example]]


@dataclass(frozen=True, slots=True)
class _Share:
    """How much of a file of the open data is read.

    Attributes:
        rows: Most rows; None for all.
        other_passage: Chance of an answerable question being asked once more of a passage that does not answer.
        twisted: Chance of its being asked once more with a detail changed.
        times: How often all of this.
    """

    rows: int | None
    other_passage: float
    twisted: float
    times: int = 1


_OPEN: Mapping[str, _Share] = {
    "xquad_vi": _Share(None, 0.6, 0.4, times=2),
    "mlqa_dev": _Share(None, 0.3, 0.0),
    "squad2_half": _Share(None, 0.0, 0.2),
    "idk_mrc": _Share(None, 0.1, 0.3),
    "xquad_rest": _Share(2_500, 0.3, 0.0),
    "jaquad": _Share(3_000, 0.5, 0.0),
    "drcd": _Share(800, 0.3, 0.0),
    "iapp_thai": _Share(800, 0.3, 0.0),
}
_REPLAYED: Mapping[str, _Share] = {
    "xquad_vi": _Share(600, 0.3, 0.5),
    "squad2_half": _Share(1_000, 0.0, 0.2),
    "idk_mrc": _Share(1_200, 0.1, 0.3),
    "mlqa_dev": _Share(200, 0.3, 0.0),
}
"""Open data that is read again in the later stages, so that it is not forgotten."""
_HARD = "H"
"""Begins the ids of the articles whose questions share few words with what answers them, or nothing does."""


def open_stage(tokenizer: "Tokenizer", data: Path) -> Iterator[Example]:
    """Questions of the open-licence data, and some inference pairs."""
    draw = random.Random(SEED)  # noqa: S311 - reproducible, no secret
    yield from _open(tokenizer, data, _OPEN, draw)
    yield from (claim_example(tokenizer, claim) for claim in draw.sample(list(open_claims(data)), 2_000))
    # A taste of the second stage's claims, so that the head for them does not begin there.
    yield from _own_claims(tokenizer, [one for one in own_articles() if not one.validates], draw)


def own_stage(tokenizer: "Tokenizer", data: Path) -> Iterator[Example]:
    """Our own articles, each question beside passages cut anew and spelled anew, and some of the open data again."""
    draw = random.Random(SEED + 1)  # noqa: S311 - reproducible, no secret
    articles = [one for one in own_articles() if not one.validates]
    yield from _own_questions(tokenizer, articles, draw)
    yield from _own_claims(tokenizer, articles, draw)
    yield from _open(tokenizer, data, _REPLAYED, draw)


def again_stage(tokenizer: "Tokenizer", data: Path) -> Iterator[Example]:
    """The hard set of our own, and part of the rest once more, cut and spelled otherwise."""
    draw = random.Random(SEED + 2)  # noqa: S311 - reproducible, no secret
    articles = [one for one in own_articles() if not one.validates]
    read = [one for one in articles if one.id.startswith(_HARD) or draw.random() < 0.6]
    yield from _own_questions(tokenizer, read, draw)
    yield from (one for one in _own_claims(tokenizer, read, draw) if draw.random() < 0.4)
    yield from (one for one in _open(tokenizer, data, _REPLAYED, draw) if draw.random() < 0.4)


STAGES = (
    Stage("open", 1e-4, 1e-3, open_stage),
    Stage("own", 7e-5, 5e-4, own_stage),
    Stage("again", 6e-5, 3e-4, again_stage),
)


def _open(tokenizer: "Tokenizer", data: Path, shares: Mapping[str, _Share], draw: random.Random) -> Iterator[Example]:
    for name, share in shares.items():
        rows = list(open_questions(data, name))
        contexts = list({row.context for row in rows})
        for _ in range(share.times):
            for row in draw.sample(rows, share.rows) if share.rows else rows:
                for question in _with_negatives(row, contexts, share, draw):
                    size = _UNSPACED_SIZE if name in UNSPACED else _LATIN_SIZE
                    pair = question_pair(tokenizer, cropped(question, size, draw))
                    if pair is not None:
                        yield Example([pair])


def _with_negatives(row: Question, contexts: Sequence[str], share: _Share, draw: random.Random) -> Iterator[Question]:
    """The row, and what it does not answer: another passage that looks like it, and a twisted question."""
    vietnamese = row.source == "xquad_vi"
    yield replace(row, text=as_typed(row.text, draw)) if vietnamese else row
    if row.answer is None:
        return
    answer = row.context[row.answer.start : row.answer.end]
    if draw.random() < share.other_passage:
        others = [one for one in draw.sample(contexts, min(40, len(contexts))) if answer not in one]
        if others:
            yield replace(row, context=max(others, key=lambda other: _overlap(row.text, other)), answer=None)
    if draw.random() < share.twisted:
        twisted = twisted_question(row.text, row.context, draw.choice(contexts), draw)
        if twisted:
            yield replace(row, text=twisted, answer=None)


def _own_questions(tokenizer: "Tokenizer", articles: Sequence[OwnArticle], draw: random.Random) -> Iterator[Example]:
    """Each question beside two or three passages: those of its article and one of another that looks alike."""
    for article in articles:
        for text, answer in article.questions:
            size = draw.choice((450, 650, 850, 1100))
            span = _place(article.text, answer, text) if answer else None
            passages = list(_passages(article, span, size, draw))
            holds = next((one for one in passages if one.answer is not None), None)
            others = [one for one in passages if one is not holds]
            others.sort(key=lambda one: -_overlap(text, one.context))
            if holds is not None:
                chosen = [holds, *others[: draw.choice((0, 1, 1))]]
                if others and draw.random() < 0.12:  # the right article, and not its passage
                    chosen = others[:2]
            else:
                chosen = others[: draw.choice((1, 2, 2))]
            if draw.random() < 0.35:
                chosen.append(_alike(text, article, articles, size, draw))
            yield from _question(tokenizer, text, chosen, draw)
            if holds is not None and draw.random() < 0.3:
                twisted = twisted_question(text, article.text, draw.choice(articles).text, draw)
                if twisted:
                    yield from _question(tokenizer, twisted, [replace(one, answer=None) for one in chosen], draw)


def _question(
    tokenizer: "Tokenizer", text: str, passages: Sequence[Question], draw: random.Random
) -> Iterator[Example]:
    text = as_typed(text, draw)
    pairs = [question_pair(tokenizer, replace(one, text=text)) for one in passages]
    kept: list[Pair] = [pair for pair in pairs if pair is not None]
    if len(kept) == len(passages):
        draw.shuffle(kept)
        yield Example(kept)


def _passages(article: OwnArticle, answer: Span | None, size: int, draw: random.Random) -> Iterator[Question]:
    """The article cut into passages at sentences, the first of them at a random place."""
    sentences = split_sentences(article.text)
    start, left = 0, draw.randint(size // 3, size)
    for number, sentence in enumerate(sentences):
        last = number + 1 == len(sentences)
        if last or sentences[number + 1].end - sentences[start].start > left:
            begin, end = sentences[start].start, sentence.end
            inside = answer is not None and begin <= answer.start < end
            moved = Span(answer.start - begin, min(answer.end, end) - begin) if answer and inside else None
            yield Question("", article.title, article.text[begin:end], moved, "own")
            start, left = number + 1, size


def _alike(text: str, article: OwnArticle, articles: Sequence[OwnArticle], size: int, draw: random.Random) -> Question:
    """A passage of another article that shares words with the question."""
    others = [one for one in draw.sample(articles, min(12, len(articles))) if one.id != article.id]
    passages = [passage for one in others for passage in _passages(one, None, size, draw)]
    return max(passages, key=lambda passage: _overlap(text, passage.context))


def _place(text: str, answer: str, question: str) -> Span:
    """Where an answer stands; of several places the one whose sentence shares most words with the question."""
    starts = [at for at in range(len(text)) if text.startswith(answer, at)]
    sentences = split_sentences(text)

    def shared(start: int) -> int:
        sentence = next(one for one in sentences if one.end > start)
        return _overlap(question, text[sentence.start : sentence.end])

    best = max(starts, key=shared)
    return Span(best, best + len(answer))


def _own_claims(tokenizer: "Tokenizer", articles: Sequence[OwnArticle], draw: random.Random) -> Iterator[Example]:
    """The written claims, and made ones: sentences as they stand, made false, or beside another text."""
    for article in articles:
        for text, label, evidence in article.claims:
            yield claim_example(tokenizer, Claim(text, article.title, around(article.text, evidence, draw), label))
            if label == "supported" and draw.random() < 0.5:
                wrong = false_claim(text, evidence, draw)
                if wrong:
                    source = around(article.text, evidence, draw)
                    yield claim_example(tokenizer, Claim(wrong, article.title, source, "contradicted"))
            if draw.random() < 0.25:
                other = draw.choice(articles)
                source = around(other.text, "", draw)
                yield claim_example(tokenizer, Claim(text, other.title, source, "not_stated"))
        sentences = [article.text[one.start : one.end] for one in split_sentences(article.text)]
        for sentence in draw.sample(sentences, min(3, len(sentences))):
            source = around(article.text, sentence, draw)
            yield claim_example(tokenizer, Claim(sentence, article.title, source, "supported"))
            wrong = false_claim(sentence, source, draw)
            if wrong:
                yield claim_example(tokenizer, Claim(wrong, article.title, source, "contradicted"))


def around(text: str, evidence: str, draw: random.Random) -> str:
    """The sentences around some evidence, at most 600 characters beside it; some random ones without any."""
    at = text.find(evidence) if evidence else draw.randrange(max(1, len(text) - 300))
    question = Question("", "", text, Span(at, at + max(1, len(evidence))), "own")
    return cropped(question, len(evidence) + draw.choice((0, 250, 450, 600)), draw).context


def _overlap(question: str, text: str) -> int:
    return len(_words(question) & _words(text))


@lru_cache(maxsize=50_000)
def _words(text: str) -> frozenset[str]:
    return frozenset(word.folded for word in words(text))
