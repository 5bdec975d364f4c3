"""A question and the texts it is held against, analysed once: every step after takes what is known already."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from index import Article, Chunk, Interpretation, Span
from index.index import Index
from index.vietnamese import Word, matching_forms, split_sentences
from rag.figures import Figures, read_figures
from rag.matching import content_of, long_words
from rag.question_words import QuestionWords, question_words
from rag.types import Passage

_LONG_SENTENCE = 5


class AnalysedText:
    """A text and its words; each way of reading them is worked out when it is first needed.

    Args:
        text: NFC text.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def forms(self) -> Sequence[tuple[str, str]]:
        """Its words in order, accented and folded, clear abbreviations written out."""
        return tuple(matching_forms(self.text))

    @cached_property
    def exact(self) -> Sequence[str]:
        """The accented forms."""
        return [exact for exact, _ in self.forms]

    @cached_property
    def words(self) -> Sequence[Word]:
        """Its words with dates and numbers spelled one way, as ``rag.matching.long_words`` gives them."""
        return long_words(self.text)

    @cached_property
    def content(self) -> Sequence[Word]:
        """Those of the ``words`` that name something."""
        return content_of(self.words, self.text)

    @cached_property
    def tokens(self) -> frozenset[str]:
        """The accented ``words``, for coverage."""
        return frozenset(word.exact for word in self.words)

    @cached_property
    def figures(self) -> Figures:
        """Its numbers and dates."""
        return read_figures(self.text)


class AnalysedSentence(AnalysedText):
    """A sentence of a passage in its context.

    Args:
        span: Its place in the article's text.
        text: Its words.
        title: Of its article.
        before: The sentence before it in the passage.
    """

    def __init__(self, span: Span, text: str, title: AnalysedText, before: "AnalysedSentence | None") -> None:
        super().__init__(text)
        self.span = span
        self.title = title
        self.before = before


class AnalysedChunk(AnalysedText):
    """A chunk and its sentences.

    Args:
        chunk: The chunk.
        article: Its article.
        title: The article's title.
    """

    def __init__(self, chunk: Chunk, article: Article, title: AnalysedText) -> None:
        super().__init__(article.text[chunk.start : chunk.end])
        self.chunk = chunk
        self.article = article
        self.title = title

    @cached_property
    def sentences(self) -> Sequence[AnalysedSentence]:
        """Its sentences in order."""
        sentences: list[AnalysedSentence] = []
        for span in split_sentences(self.text):
            place = Span(self.chunk.start + span.start, self.chunk.start + span.end)
            before = sentences[-1] if sentences else None
            sentences.append(AnalysedSentence(place, self.text[span.start : span.end], self.title, before))
        return sentences

    @cached_property
    def long_sentences(self) -> frozenset[tuple[str, ...]]:
        """The words of its longer sentences, by which copies are told."""
        return frozenset(tuple(one.exact) for one in self.sentences if len(one.exact) >= _LONG_SENTENCE)


class Analyser:
    """Keeps what it has analysed, for as long as one question is answered."""

    def __init__(self) -> None:
        self._chunks: dict[tuple[Article, Span], AnalysedChunk] = {}
        self._titles: dict[str, AnalysedText] = {}

    def title(self, article: Article) -> AnalysedText:
        """An article's title."""
        return self._titles.setdefault(article.title, AnalysedText(article.title))

    def chunk(self, chunk: Chunk, article: Article) -> AnalysedChunk:
        """A chunk of an article."""
        key = (article, Span(chunk.start, chunk.end))
        if key not in self._chunks:
            self._chunks[key] = AnalysedChunk(chunk, article, self.title(article))
        return self._chunks[key]

    def passage(self, passage: Passage) -> AnalysedChunk:
        """The chunk of a passage."""
        return self.chunk(passage.chunk, passage.article)


@dataclass(frozen=True, slots=True)
class AnalysedQuestion:
    """A question as it is searched for, with its words and with the texts that are held against it.

    Attributes:
        interpretation: What it means to the articles.
        words: What a passage should hold of it.
        analyser: Of the texts.
    """

    interpretation: Interpretation
    words: QuestionWords
    analyser: Analyser = field(default_factory=Analyser)

    @property
    def meant(self) -> str:
        """The question with its accents."""
        return self.interpretation.meant


def analyse(index: Index, question: str | Interpretation, analyser: Analyser | None = None) -> AnalysedQuestion:
    """Analyse a question.

    Args:
        index: The articles, for the meaning and the weights of words.
        question: Text, which is interpreted first, or what ``Index.interpret`` gave.
        analyser: Keeps texts that another question has been held against.

    Raises:
        IndexMissing: The index holds no article.
    """
    interpretation = index.interpret(question) if isinstance(question, str) else question
    return AnalysedQuestion(interpretation, question_words(index, interpretation), analyser or Analyser())
