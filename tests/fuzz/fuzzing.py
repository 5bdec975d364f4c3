"""How much is tried, and inputs that are nearly right: those get further into a reader than random bytes."""

import os
from datetime import timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

EXAMPLES = int(os.environ.get("HOIDAP_FUZZ", "25"))
"""Inputs for each reader; ``make fuzz`` sets so many that all readers together get 10,000."""

# Whether they are the same inputs every time is for the profile in tests/conftest.py to say. An input takes
# milliseconds: one of 20 seconds is a fault on the busiest machine.
fuzzed = settings(
    max_examples=EXAMPLES, deadline=timedelta(seconds=20),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture, HealthCheck.data_too_large],
)  # fmt: skip

ODD = [
    "\x00",
    "\ufeff",
    "\u202e",
    "\ud800",
    "\u0301" * 40,
    "\U000e0041",
    "<|im_start|>",
    "][",
    "{}",
    "\r",
    "\u2028",
    "𝟘",
    "ﷺ",
]
texts = st.one_of(
    st.text(max_size=200), st.lists(st.sampled_from([*ODD, "xã ", "Ai?", " ", "1"]), max_size=30).map("".join)
)
numbers = st.one_of(st.integers(), st.floats(), st.just(10**400))
json_values = st.recursive(
    st.one_of(st.none(), st.booleans(), numbers, texts),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(texts, inner, max_size=4)),
    max_leaves=8,
)


@st.composite
def mutated(draw: st.DrawFn, sample: bytes, *others: bytes) -> bytes:
    """A sample after some of: bits flipped, bytes changed, cut short, pieces repeated, moved or taken from others."""
    data = bytearray(sample)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, max(len(data) - 1, 0)))
        end = min(len(data), start + draw(st.sampled_from([1, 2, 4, 16, 64, 512])))
        kind = draw(st.sampled_from(["flip", "set", "cut", "drop", "repeat", "splice", "insert"]))
        if kind == "flip" and data:
            data[start] ^= 1 << draw(st.integers(0, 7))
        elif kind == "set" and data:
            data[start] = draw(st.sampled_from([0, 0xFF, 0x3C, 0x7F, 0x80, 0x0A, 0x22, 0x5B, 0x7B]))
        elif kind == "cut":
            del data[start:]
        elif kind == "drop":
            del data[start:end]
        elif kind == "repeat":
            data[start:end] = data[start:end] * draw(st.sampled_from([2, 50, 500]))
        elif kind == "splice":
            other = draw(st.sampled_from([sample, *others]))
            at = draw(st.integers(0, max(len(other) - 1, 0)))
            data[start:end] = other[at : at + 256]
        else:
            data[start:start] = draw(texts).encode("utf-8", "surrogatepass")
    return bytes(data)
