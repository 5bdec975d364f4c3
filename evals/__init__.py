"""Suites, metrics, runs and benchmarks: how good the answers are, measured."""
