from pathlib import Path

from evals.report import update_readme_table

PROJECT = Path(__file__).parents[2]


def test_the_table_of_the_readme_is_that_of_the_committed_results() -> None:
    assert not update_readme_table(PROJECT / "README.md", PROJECT / "evals" / "results", write=False)
