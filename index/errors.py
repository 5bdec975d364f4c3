"""Failures a user can cause or meet. Each prints one Vietnamese line that says what to do next.

HoidapError
├── ArticleError          a file that cannot become an article
│   └── DuplicateArticle  the same text is already in the index
├── IndexMissing          nothing to search yet
├── IndexMismatch         the index was made by another model, format or chunk setting
├── IndexBusy             another process is writing
├── IndexDamaged          the store cannot be read
├── ModelMissing          model weights, a package or an endpoint are not there
└── QuestionError         an empty or overlong question
"""


class HoidapError(Exception):
    """Base of every expected failure: ``str(error)`` is one line for the user."""


class ArticleError(HoidapError):
    """A file that cannot become an article: unreadable, empty, binary, too large or not an article."""


class DuplicateArticle(ArticleError):
    """A file whose text is already in the index."""


class IndexMissing(HoidapError):
    """There is no index in the folder, or it holds no article."""


class IndexMismatch(HoidapError):
    """The index was made by another sentence model, format version or chunk setting."""


class IndexBusy(HoidapError):
    """Another process is writing to the index."""


class IndexDamaged(HoidapError):
    """The store cannot be read as an index."""


class ModelMissing(HoidapError):
    """A model's weights, package or endpoint are not available."""


class QuestionError(HoidapError):
    """A question that cannot be asked: empty or overlong."""
