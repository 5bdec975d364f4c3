"""Failures of the evaluation. Each prints one line that says what is wrong and where.

HoidapError
├── SuiteError    questions or articles that cannot be evaluated
└── ResultError   a result file that cannot be read, or runs that cannot be compared
"""

from index import HoidapError


class SuiteError(HoidapError):
    """A suite with malformed lines, wrong gold or missing articles."""


class ResultError(HoidapError):
    """A result file that cannot be read, or two runs that must not be compared."""
