"""Today's reader: rules and a few learnt weights over the words of a question and of its passages."""

from rag.rules.reader import RuleReader

__all__ = ["RuleReader"]
