"""A model's plain text as an answer: its markers are believed, nothing is checked."""

import re
from collections.abc import Mapping, Sequence

from index.vietnamese import fold, nfc
from rag import Answer, Citation, Passage, Sentence
from rag.drafts import DraftSplitter

# How a model says that the context has no answer, on folded text; the prompt asks for "Tôi không biết".
_SAYS_NO = re.compile(
    r"\b(?:toi (?:khong|chua) (?:biet|ro|the tra loi|tim thay)|(?:khong|chua) (?:tim thay|co thong tin|du thong tin)"
    r"|(?:ngu canh|doan trich|doan van|tai lieu)\b.{0,20}\bkhong (?:co|chua|cung cap|de cap|neu|noi))\b"
)


def parse_answer(
    text: str, question: str, passages: Sequence[Passage], timings: Mapping[str, float], fingerprints: Mapping[str, str]
) -> Answer:
    """The text as it stands, cut into sentences.

    A marker ``[n]`` becomes a citation of the whole of passage n under that number, with support 0 because
    nobody looked; one that names no passage stays in the text. No sentence counts as verified.

    Args:
        text: What the model wrote.
        question: What it was asked.
        passages: What it was shown, numbered as in its prompt.
        timings: Seconds, as ``Answer.timings``.
        fingerprints: As ``Answer.fingerprints``.
    """
    text = nfc(text).strip()
    cited = {passage.number: _whole(passage) for passage in passages}
    splitter = DraftSplitter()
    drafts = [*splitter.feed(text), *splitter.finish()]
    refused = bool(drafts) and says_no(drafts[0].text)
    sentences = tuple(
        Sentence(draft.text, tuple(cited[n] for n in sorted(draft.hints) if n in cited), verified=False)
        for draft in drafts
    )
    used = {citation.number: citation for sentence in sentences for citation in sentence.citations}
    return Answer(
        text=text,
        sentences=() if refused else sentences,
        citations=() if refused else tuple(used[number] for number in sorted(used)),
        passages=tuple(passages),
        refused=refused,
        mode="llm",
        timings=timings,
        fingerprints=fingerprints,
        standalone=question,
        confidence=0.0,
        notice="",
        dropped=0,
    )


def says_no(sentence: str) -> bool:
    """Whether a sentence says that the passages hold no answer.

    >>> says_no("Tôi không biết."), says_no("Ông ấy không biết bơi."), says_no("Ngữ cảnh không đề cập đến điều này.")
    (True, False, True)
    """
    return _SAYS_NO.search(fold(sentence)) is not None


def _whole(passage: Passage) -> Citation:
    chunk = passage.chunk
    return Citation(passage.number, passage.article.id, chunk.start, chunk.end, passage.text, 0.0)
