"""The form of an answer as a GBNF grammar, for endpoints of the llama.cpp family.

One to three sentences of Vietnamese letters, each with the number of its source, or the words that say that there is
no answer. The small model forgets a marker in every third answer; here it cannot, nor can it change script, ask back
or write a list.
"""

_LETTERS = "a-zA-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝà-ãè-êìíò-õùúýĂăĐđĨĩŨũƠơƯưẠ-ỹ"
# A full stop inside a sentence stands before a letter or digit: "2.350", "TP.HCM".
_GRAMMAR = """\
root ::= "KHÔNG TÌM THẤY." | sentence (" " sentence){{0,2}}
sentence ::= first rest* end
end ::= "." " " marker | " " marker "."
marker ::= "[" ({numbers}) "]"
first ::= [{letters}0-9"“]
rest ::= [{letters}0-9 ,;:%/()"'“”‘’–+&@=_²³°-] | "." [{letters}0-9]
"""


def answer_grammar(sources: int) -> str:
    """The grammar of answers that name sources 1 to ``sources``."""
    numbers = " | ".join(f'"{number}"' for number in range(1, sources + 1))
    return _GRAMMAR.format(letters=_LETTERS, numbers=numbers)
