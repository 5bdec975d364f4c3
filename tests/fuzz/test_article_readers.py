"""Nearly right files of every type: a sound article or an ArticleError of one line, soon, and the file untouched."""

import hashlib
from pathlib import Path

import pytest
from fuzzing import fuzzed, mutated
from hypothesis import given
from hypothesis import strategies as st
from samples import SAMPLES, TEXT

from index.errors import ArticleError
from index.reading import read_article


@pytest.mark.parametrize("suffix", SAMPLES)
def test_samples_are_articles(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bai{suffix}"
    path.write_bytes(SAMPLES[suffix])
    assert len(read_article(path).text) > 80


@pytest.mark.parametrize("suffix", SAMPLES)
def test_mutated_files(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"bai{suffix}"

    @fuzzed
    @given(st.one_of(mutated(SAMPLES[suffix], *SAMPLES.values()), mutated(TEXT.encode("utf-16-le"), *SAMPLES.values())))
    def read(data: bytes) -> None:
        path.write_bytes(data)
        try:
            article = read_article(path)
        except ArticleError as error:
            assert "\n" not in str(error) and path.name in str(error)
        else:
            assert article.id == hashlib.sha256(article.text.encode()).hexdigest()[:12]
            assert article.title and article.text == article.text.strip()
            for name, span in article.spans.items():
                assert 0 <= span.start < span.end <= len(article.text), name
        assert path.read_bytes() == data

    read()
