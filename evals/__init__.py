"""Offline evaluation: suites of questions with gold quotes, metrics, runs and their comparison.

suite, squad     questions and articles in, validated
perturb          the same questions as people also type them
runner, summary  a system asked every question; rows, and figures with intervals
compare          two runs over the same questions
cli              the front: run, compare, import
"""
