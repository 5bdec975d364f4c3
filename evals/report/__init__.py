"""Reports of finished runs: a page to look at, figures to pass on, and the table of the README.

writing             write_report: HTML, Markdown and JSON side by side
page, page.html.j2  the page, standalone, in Vietnamese and English
figures, plots      its plots, as inline SVG
names               what runs and figures are called
worst               the questions that went worst
markdown            the same figures as Markdown
support             the support check as JSON and its ROC
readme              the table of committed runs that the README shows
"""

from evals.report.readme import committed_runs, results_table, update_readme_table
from evals.report.writing import write_report

__all__ = ["committed_runs", "results_table", "update_readme_table", "write_report"]
