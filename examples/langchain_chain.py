"""hoidap inside LangChain: its search in a chain of your own, its whole chain as one step, batches and callbacks.

Run it as a script, ``python examples/langchain_chain.py``, or cell by cell in an editor that knows ``# %%``. It reads
the articles that come with hoidap and keeps its index in ``data/example``, below the folder it runs in.
"""

# %% An assistant over the bundled articles; python_api.py takes these steps one by one.
from pathlib import Path

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableParallel, RunnablePassthrough

from evals.suite import BUNDLED
from index import Index, ingest
from rag import Assistant, Settings

settings = Settings(index=Path("data/example"), llm="extractive")
with Index.open_or_create(settings.index, settings) as index:
    ingest(index, [BUNDLED / "articles"])
assistant = Assistant.open(settings=settings)
question = "Năm 2023, Bộ phận một cửa xã Bình An tiếp nhận bao nhiêu hồ sơ?"

# %% The search is a retriever. Its documents say where they stand in their article.
retriever = assistant.as_retriever()
for document in retriever.invoke(question):
    print(f"{document.metadata['title']}, from character {document.metadata['start']}: {document.page_content[:60]}…")

# %% So it fits where any retriever does. Put a chat model behind the prompt to have a chain of your own:
# chain = prompting | ChatOpenAI(…). Such a chain checks nothing; the next one is ours, which does.
prompt = ChatPromptTemplate([("system", "Chỉ trả lời theo các đoạn sau:\n{context}"), ("human", "{asked}")])
context = retriever | (lambda documents: "\n\n".join(document.page_content for document in documents))
prompting = {"context": context, "asked": RunnablePassthrough()} | prompt
print(f"{len(prompting.invoke(question).to_messages())} messages for a model of your choice")

# %% The whole chain, from the question to the checked answer, is a Runnable: here beside the search.
answering = RunnableParallel(answer=assistant.as_runnable() | (lambda answer: answer.text), documents=retriever)
found = answering.invoke(question)
print(f"{found['answer']} (of {len(found['documents'])} documents)")

# %% Several questions at once, two at a time.
questions = [question, "Phòng một cửa xã Bình An rộng bao nhiêu?", "Giá vàng ở Luân Đôn hôm nay là bao nhiêu?"]
for answer in assistant.as_runnable().batch(questions, {"max_concurrency": 2}):
    print(f"{'refused' if answer.refused else 'answered'}: {answer.text.splitlines()[0]}")


# %% Callbacks see each step under its name, as tracers such as LangSmith do.
class Steps(BaseCallbackHandler):
    """Prints the name of each step as it begins."""

    def on_chain_start(self, serialized, inputs, *, name="", **run) -> None:
        print(f"step: {name}")


assistant.as_runnable().invoke({"question": question, "history": []}, {"callbacks": [Steps()]})
