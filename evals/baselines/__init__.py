"""Baselines: what others would wire over the same articles with the same weights, asked like the product.

searches         one of the index's two searches alone
langchain_chain  LangChain as its tutorials wire it; needs the packages of the extra "baselines"
splitting, embeddings, community, parsing    its parts
"""

from typing import Literal, get_args

from evals.systems import System
from index import Index, ModelMissing
from rag import Settings

Baseline = Literal["lexical", "dense", "langchain"]
BASELINES: tuple[Baseline, ...] = get_args(Baseline)


def open_baseline(name: Baseline, index: Index, settings: Settings) -> System:
    """A baseline over the articles of an index; its models load on first use.

    Args:
        name: "lexical" for BM25 alone and "dense" for the sentence vectors alone, both retrieval only;
            "langchain" for the tutorial's chain.
        index: The suite's articles, such as ``open_suite_index`` opens.
        settings: The same sentence model and language model as the product's.

    Raises:
        ModelMissing: The packages of the baseline are not installed.
    """
    if name != "langchain":
        from evals.baselines.searches import OneSearch

        return OneSearch(name, index, settings)
    try:
        from evals.baselines.langchain_chain import LangChain
    except ModuleNotFoundError as error:
        raise ModelMissing(
            f"The baseline langchain needs {error.name}. Run: pip install 'hoidap[baselines]'"
        ) from error
    return LangChain(index, settings)
