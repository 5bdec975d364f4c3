"""How questions name places and times, as pieces of regular expressions."""

from index.vietnamese.lexicon import HAMLET_UNITS, UNITS, any_of

CAPITAL = f"[{''.join(letter for letter in map(chr, range(0x1EFF)) if letter.isupper())}]"
# Without backtracking ("*+"): "Xã A Xã B …" can be read as names in too many ways to try all.
NAME = rf"{CAPITAL}[\w'-]*+(?: {CAPITAL}[\w'-]*+)*+(?: \({CAPITAL}[^()]*\))?"
UNIT = f"(?i:{any_of(UNITS, HAMLET_UNITS)})"
DAY = r"[\dIVX][\dIVX./-]*"
# "giữa năm 1948 và năm 1958" is one time.
PERIOD = r"(?<![Gg]iữa )(?i:năm học|năm|quý|tháng|nhiệm kỳ|giai đoạn|khóa)"
BEFORE = r"(?i:(?:vào|ở|tại|của|trong|cho) )?(?i:(?:đầu|cuối|hết) )?"

KINDS = ((UNIT, NAME), (PERIOD, DAY))
"""Each with the word that it begins with and what follows it: "xã Bình An", "năm 2023"."""
