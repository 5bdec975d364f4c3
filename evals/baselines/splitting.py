"""Articles cut by LangChain's splitter, with the true place of every chunk."""

from langchain_core.documents import Document
from langchain_text_splitters import RecursiveCharacterTextSplitter

from index import Article

# The numbers of LangChain's retrieval tutorial.
CHUNK_CHARACTERS, OVERLAP_CHARACTERS = 1_000, 200


def split_article(article: Article) -> list[Document]:
    """The splitter's chunks, each with its true place in the article as ``metadata["start"]``.

    The splitter's own ``start_index`` is not relied upon: it is -1 or the place of an earlier copy for some
    chunks. Chunks begin one after the other, so each is looked for behind the beginning of the last.
    """
    splitter = RecursiveCharacterTextSplitter(
        chunk_size=CHUNK_CHARACTERS, chunk_overlap=OVERLAP_CHARACTERS, add_start_index=True
    )
    documents = splitter.create_documents([article.text], [{"article_id": article.id, "source": article.path}])
    behind = 0
    for document in documents:
        found = article.text.find(document.page_content, behind)
        document.metadata["start"] = found if found >= 0 else max(document.metadata["start_index"], 0)
        behind = document.metadata["start"] + 1
    return documents
