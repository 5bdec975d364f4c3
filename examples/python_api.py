"""The Python API: index articles, ask, follow the citations, stream, go on asking.

Run it as a script, ``python examples/python_api.py``, or cell by cell in an editor that knows ``# %%``. It reads the
articles that come with hoidap and keeps its index in ``data/example``, below the folder it runs in.
"""

# %% Where the index is, and how to answer. "extractive" quotes the articles and needs no language model; leave it out
# for the bundled one. What is not given here is read from HOIDAP_… variables, or has a default.
from datetime import date
from pathlib import Path

from evals.suite import BUNDLED
from index import Filters, Index, ingest
from rag import Assistant, Finished, Retrieved, Settings

settings = Settings(index=Path("data/example"), llm="extractive")

# %% Files into the index. Running it again adds what is new and updates what has changed.
with Index.open_or_create(settings.index, settings) as index:
    report = ingest(index, [BUNDLED / "articles"])
print(f"{len(report.added)} articles added, {len(report.unchanged)} known already")

# %% Ask. The answer is plain data: text, citations, passages, and whether it was refused.
assistant = Assistant.open(settings=settings)
question = "Năm 2023, Bộ phận một cửa xã Bình An tiếp nhận bao nhiêu hồ sơ?"
answer = assistant.ask(question)
print(answer.text)

# %% A citation is a span of the article's text: characters start to end are the quoted words, always.
for citation in answer.citations:
    article = assistant.index.article(citation.article_id)
    assert article.text[citation.start : citation.end] == citation.quote
    print(f"[{citation.number}] {article.title}, characters {citation.start} to {citation.end}: {citation.quote}")

# %% What the articles do not say is refused, and the nearest passages are named instead.
refused = assistant.ask("Giá vàng ở Luân Đôn hôm nay là bao nhiêu?")
print(f"refused: {refused.refused}, citations: {len(refused.citations)}, nearest: {refused.passages[0].article.title}")

# %% The same answer as it comes: the passages, then each sentence once it is checked, then the whole.
for event in assistant.stream(question):
    match event:
        case Retrieved(passages):
            print(f"{len(passages)} passages found")
        case Finished(finished):
            print(f"finished after {finished.timings['total']:.2f} s")
        case sentence:
            print(f"checked: {sentence.text}")

# %% Earlier turns make a follow-up clear; filters say which articles may be drawn on.
history = [{"role": "user", "content": question}, {"role": "assistant", "content": answer.text}]
follow_up = assistant.ask("Còn bốn tháng đầu năm 2024?", history, Filters(published_from=date(2024, 1, 1)))
print(f"searched for: {follow_up.standalone}")
print(follow_up.text)
