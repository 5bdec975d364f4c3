"""The result of ``hoidap bench peers`` as Markdown tables and as a plot."""

from collections.abc import Callable, Mapping
from typing import Any

from evals.report.markdown import table

NAMES = {
    "hoidap": "hoidap",
    "langchain": "LangChain + FAISS",
    "llamaindex": "LlamaIndex, default",
    "haystack": "Haystack, in memory",
    "chroma": "Chroma",
}
Show = Callable[[float], str]
_RECALL_HEAD = ("system", "recall@1 / @5, accented", "recall@1 / @5, typed without accents")


def _seconds(value: float) -> str:
    """Two digits that count, in the unit that suits."""
    if value < 1:
        return f"{1000 * value:.2g} ms" if value < 0.0995 else f"{1000 * value:.0f} ms"
    return f"{value:.1f} s" if value < 100 else f"{value:.0f} s"


def _gigabytes(value: float) -> str:
    return f"{value / 1e9:.2f} GB"


# Column, key of the costs (a key of "question_seconds" behind a point), how to write it; the lower the better in all.
_COSTS: tuple[tuple[str, str, Show], ...] = (
    ("index", "index_seconds", _seconds),
    ("with embedding", "index_and_embed_seconds", _seconds),
    ("open", "open_seconds", _seconds),
    ("question p50", "question_seconds.p50", _seconds),
    ("p95", "question_seconds.p95", _seconds),
    ("add one", "add_seconds", _seconds),
    ("… and find it", "add_and_answer_seconds", _seconds),
    ("remove one", "remove_seconds", _seconds),
    ("memory, indexing", "index_peak_bytes", _gigabytes),
    ("memory, asking", "peak_bytes", _gigabytes),
)
_PLOTTED: tuple[tuple[str, str, float], ...] = (
    ("index (s)", "index_seconds", 1),
    ("open (s)", "open_seconds", 1),
    ("question, p50 (ms)", "question_seconds.p50", 1e3),
    ("add one article (s)", "add_seconds", 1),
    ("remove one article (s)", "remove_seconds", 1),
    ("memory while indexing (GB)", "index_peak_bytes", 1e-9),
)


def peers_tables(result: Mapping[str, Any]) -> str:
    """The whole result as Markdown."""
    parts = [
        "# The product beside its peers",
        f"{_how(result)} {_added(result)}",
        "## Found",
        _recall_table(result),
        "In brackets the points by which hoidap is ahead, with their paired 95 % interval.",
        *(part for size in result["sizes"] for part in _at(result, size)),
        "## Embedding",
        _embedding(result),
        "## Versions",
        _versions(result),
        _problems(result),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def peers_summary(result: Mapping[str, Any]) -> str:
    """What the README shows: recall, and the costs at the large size."""
    parts = [
        _recall_table(result),
        f"{_chunks(result, 'many')}:",
        _costs_table(result, "many"),
        _against_the_best(result, "many"),
        _embedding(result),
        _problems(result),
    ]
    return "\n\n".join(part for part in parts if part)


def peers_plot(result: Mapping[str, Any]) -> str:
    """The costs at the large size as SVG, a panel each, the shorter the better."""
    from evals.report.plots import bars_plot  # loads matplotlib

    panels = {
        title: {
            NAMES[peer]: factor * value
            for peer, figures in result["peers"].items()
            if (value := _value(figures.get("many", {}), key)) is not None
        }
        for title, key, factor in _PLOTTED
    }
    return bars_plot(panels, [NAMES[peer] for peer in result["peers"]])


def _how(result: Mapping[str, Any]) -> str:
    machine = result["machine"]
    return (
        f"Measured in one sitting on {machine['cores']} cores of {machine['processor']}, {machine['memory_gib']} GiB. "
        "All hold the same chunks and get the same vectors, of passages and of questions, so no time holds any "
        "embedding but that of “with embedding”, which adds what the chunks would take at the rates below. hoidap "
        f"cuts its articles itself (of the pool in {result['sizes']['pool']['seconds_to_cut_articles']} s); the others "
        f"get them cut. Recall is on the {result['questions']} answerable questions of {result['suite']} "
        f"({result['split']}) over the pool."
    )


def _added(result: Mapping[str, Any]) -> str:
    chunks = result["sizes"]["many"]["chunks_of_added_articles"]
    return (
        "Opening ends with the first answer. Added and removed is one article "
        f"({min(chunks)} to {max(chunks)} chunks) at a time, and the time ends when the change is on disk; “… and find "
        "it” ends with the first answer that holds it. Memory is the most that a process held, while indexing with all "
        "that it was given."
    )


def _chunks(result: Mapping[str, Any], size: str) -> str:
    pool, one = result["sizes"]["pool"], result["sizes"][size]
    made = "" if size == "pool" else ", those beyond the pool of its sentences dealt out anew and its vectors moved"
    return f"{one['chunks']:,} chunks of {one['articles']:,} articles{made if one['chunks'] > pool['chunks'] else ''}"


def _at(result: Mapping[str, Any], size: str) -> tuple[str, ...]:
    return f"## {_chunks(result, size)}", _costs_table(result, size), _against_the_best(result, size)


def _recall_table(result: Mapping[str, Any]) -> str:
    lines = [
        (NAMES[peer], *(_recall(figures["recall"][typed]) for typed in ("accented", "unaccented")))
        for peer, figures in result["peers"].items()
        if figures["recall"]
    ]
    return table(_RECALL_HEAD, lines) if lines else ""


def _recall(by_metric: Mapping[str, Mapping[str, float]]) -> str:
    values = " / ".join(f"{one['value']:.1f}" for one in by_metric.values())
    ahead = [
        f"{one['hoidap_ahead']:.1f}, {one['low']:.1f} to {one['high']:.1f}"
        for one in by_metric.values()
        if "hoidap_ahead" in one
    ]
    return f"{values} ({'; '.join(ahead)})" if ahead else values


def _costs_table(result: Mapping[str, Any], size: str) -> str:
    lines = [
        (NAMES[peer], *(_cell(figures[size], key, show) for _, key, show in _COSTS))
        for peer, figures in result["peers"].items()
        if size in figures
    ]
    return table(("system", *(column for column, _, _ in _COSTS)), lines)


def _against_the_best(result: Mapping[str, Any], size: str) -> str:
    """How many times as much the best peer takes as the product; empty where there is nothing to compare."""
    others = [figures.get(size, {}) for peer, figures in result["peers"].items() if peer != "hoidap"]
    said: list[str] = []
    for column, key, _ in _COSTS:
        ours = _value(result["peers"].get("hoidap", {}).get(size, {}), key)
        theirs = [value for costs in others if (value := _value(costs, key)) is not None]
        if ours and theirs:
            said.append(f"{column} {min(theirs) / ours:.2g}")
    return f"The best peer of each column takes so many times what hoidap takes: {', '.join(said)}." if said else ""


def _cell(costs: Mapping[str, Any], key: str, show: Show) -> str:
    value = _value(costs, key)
    return "–" if value is None else show(value)


def _value(costs: Mapping[str, Any], key: str) -> float | None:
    outer, _, inner = key.partition(".")
    found = costs.get(outer)
    return found[inner] if inner and found is not None else found


def _embedding(result: Mapping[str, Any]) -> str:
    rates = result["embedding"]
    ours, default = (rates[name]["passages_per_second"] for name in ("hoidap", "sentence-transformers"))
    return (
        f"Embedding {rates['passages']:,} passages with the same weights: {ours:.1f} a second by hoidap, {default:.1f} "
        "by sentence-transformers as the others call it by default."
    )


def _versions(result: Mapping[str, Any]) -> str:
    return "\n".join(
        f"- {NAMES[peer]}: {', '.join(one['packages']) or result['commit']}" for peer, one in result["peers"].items()
    )


def _problems(result: Mapping[str, Any]) -> str:
    lines = [problem for figures in result["peers"].values() for problem in figures["problems"]]
    return "\n".join(f"- {line}" for line in lines)
