"""Metrics, one family a module: ranking, correctness, citations, support, refusal, latency.

A metric of one question is a number in its row, or absent where it does not apply. Every metric lies in [0, 1]
and more is better, apart from ``dangling_markers``, ``false_refusal``, ``tokens`` and the seconds.
"""
