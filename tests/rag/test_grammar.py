import re

from rag.grammar import answer_grammar


def test_only_the_numbers_of_sources_can_be_named() -> None:
    grammar = answer_grammar(3)
    marker = re.search(r"^marker ::= (.*)$", grammar, re.MULTILINE)
    assert marker is not None
    assert re.findall(r'"(\d+)"', marker[1]) == ["1", "2", "3"]


def test_every_rule_that_is_used_is_defined() -> None:
    grammar = re.sub(r'"[^"\n]*"|\[(?:[^\]\\\n])*\]', " ", answer_grammar(1))
    defined = set(re.findall(r"^(\w+) ::=", grammar, re.MULTILINE))
    assert set(re.findall(r"[a-z]+", grammar)) == defined == {"root", "sentence", "end", "marker", "first", "rest"}
