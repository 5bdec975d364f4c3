"""The two classes taken from langchain-community, which warns on import that it is no longer looked after."""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from langchain_community.embeddings import HuggingFaceEmbeddings
    from langchain_community.vectorstores import FAISS

__all__ = ["FAISS", "HuggingFaceEmbeddings"]
