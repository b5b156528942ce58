import functools
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.corpus import OverlappingRun, corpus_table, load_corpus, overlapping_runs
from reportedly.data.errors import MarkupError
from reportedly.data.markup import CorpusArticle, compile_markup
from reportedly.data.markup_rendering import render_markup
from reportedly.data.taxonomy import LABEL_SETS

_load_shipped = functools.cache(load_corpus)


def _markup(identifier: str, body: str = "Quiet.", *, header: str = "type: other") -> str:
    return f"=== {identifier}\n{header}\n---\n{body}\n\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "en").mkdir()
    (tmp_path / "ar").mkdir()
    (tmp_path / "notes.md").write_text("no language")
    (tmp_path / "en" / "b.txt").write_text(_markup("en-2") + _markup("en-3"))
    (tmp_path / "en" / "a.txt").write_text(_markup("en-1"))
    (tmp_path / "ar" / "a.txt").write_bytes(("\ufeff" + _markup("ar-1", "هدوء.")).encode())
    return tmp_path


def test_a_corpus_is_read_in_the_order_of_languages_files_and_articles(folder: Path) -> None:
    articles = load_corpus(folder)
    assert [article.article.id for article in articles] == ["ar-1", "en-1", "en-2", "en-3"]
    assert [article.article.language for article in articles] == ["ar", "en", "en", "en"]
    assert [article.path for article in articles] == ["ar/a.txt", "en/a.txt", "en/b.txt", "en/b.txt"]


def test_single_languages_can_be_chosen(folder: Path) -> None:
    assert [article.article.id for article in load_corpus(folder, languages=["ar"])] == ["ar-1"]


def test_all_errors_of_a_corpus_come_at_once(folder: Path) -> None:
    (folder / "en" / "c.txt").write_text(
        _markup("x-1", "[5](q1)") + _markup("en-2") + _markup("x-2", header="type: war")
    )
    (folder / "ar" / "b.txt").write_bytes(b"=== ar-2\n\xff")
    with pytest.raises(MarkupError) as caught:
        load_corpus(folder)
    lines = str(caught.value).split("\n")
    assert [line.split(": ")[0] for line in lines] == ["ar/b.txt:1", "en/c.txt:4", "en/c.txt:6", "en/c.txt:11"]
    assert lines[0].endswith("byte 0xff at offset 9 is not UTF-8")
    assert lines[2] == "en/c.txt:6: id 'en-2' stands already at en/b.txt:1; rename one"


def test_a_language_without_texts_is_an_error(folder: Path) -> None:
    with pytest.raises(MarkupError, match="fr: there are no corpus texts"):
        load_corpus(folder, languages=["en", "fr"])


@pytest.mark.parametrize("name", ["none", "en"])
def test_a_folder_without_languages_is_an_error(folder: Path, name: str) -> None:
    with pytest.raises(MarkupError, match="there are no languages here"):
        load_corpus(folder / name)


# The corpus that comes with the package


def test_the_shipped_corpus_compiles() -> None:
    articles = _load_shipped()
    assert {article.article.language for article in articles} >= {"ar", "en"}
    for article in articles:
        article.gold.check_text(article.article.text)
        assert article.gold.id == article.article.id


def test_the_shipped_corpus_renders_back_to_itself() -> None:
    for article in _load_shipped():
        markup = render_markup(article.article, article.gold, split=article.split)
        [again] = compile_markup(markup, language=article.gold.language, path="x")
        assert isinstance(again, CorpusArticle), again
        assert (again.article, again.gold, again.split) == (article.article, article.gold, article.split)


# Counting


def _articles(*bodies: str, language: str = "en") -> tuple[CorpusArticle, ...]:
    def compiled() -> Iterator[CorpusArticle]:
        for number, body in enumerate(bodies):
            [article] = compile_markup(_markup(f"{language}-{number}", body), language=language, path="x")
            assert isinstance(article, CorpusArticle), article
            yield article

    return tuple(compiled())


def test_the_table_counts_every_kind_by_language() -> None:
    english = _articles(
        "[He](s1 civilian) saw [5](q1 killed by:s1), [3](q2 killed of:q1) women; [he](s2 civilian as:s1) left.",
        "[No](q1 injured =0) hurt, [the number](q2 casualties unknown) unclear, [a](q3 killed implicit =1 denied) man.",
        "Quiet.",
    )
    arabic = _articles("[نحو](m1) [9](q1 aid approximate)", language="ar")
    table = corpus_table(english + arabic)
    assert list(table) == ["ar", "en", "all"]
    numbers = {key: value for key, value in table["en"].items() if isinstance(value, int)}
    assert numbers == {
        "articles": 3,
        "claims": 5,
        "sources": 2,
        "without_claims": 1,
        "implicit": 1,
        "attributed": 1,
        "part_of": 1,
        "zero": 1,
        "unknown": 1,
        "same_as": 1,
    }
    assert table["en"]["measure"]["killed"] == 3
    assert table["en"]["factuality"] == {"asserted": 4, "possible": 0, "projected": 0, "denied": 1}
    assert table["en"]["source type"]["civilian"] == 2
    assert table["all"]["split"] == {"train": 4, "validation": 0}
    assert table["all"]["type"]["other"] == 4
    assert table["ar"]["uncertainty"]["approximate"] == 1
    for name, labels in LABEL_SETS.items():
        assert list(table["all"][name]) == list(labels)
    assert table["all"]["claims"] == table["ar"]["claims"] + table["en"]["claims"] == 6
    json.dumps(table)


def test_the_table_of_nothing_is_all_zero() -> None:
    assert corpus_table([])["all"]["articles"] == 0


# Copied words


def test_shared_words_are_found_as_one_run_whatever_case_and_marks() -> None:
    articles = _articles(
        "The old, OLD market of Kadra was hit — again; on Friday.", "قُتِل ثلاثــة مدنيين في السوق صباح الجمعة"
    )
    others = ["nothing", "they say the old old market of kadra was hit again yesterday", "قتل ثلاثة مدنيين في السوق"]
    assert list(overlapping_runs(articles, others, n_words=5)) == [
        OverlappingRun(article_id="en-0", other=1, words="the old old market of kadra was hit again"),
        OverlappingRun(article_id="en-1", other=2, words="قتل ثلاثة مدنيين في السوق"),
    ]
    assert list(overlapping_runs(articles, others, n_words=10)) == []


@given(
    st.lists(st.sampled_from("abc"), max_size=15),
    st.lists(st.sampled_from("abc"), max_size=15),
    st.integers(1, 4),
)
def test_a_run_is_found_where_and_only_where_words_are_shared(own: list[str], other: list[str], n_words: int) -> None:
    found = list(overlapping_runs(_articles(" ".join(own)), [" ".join(other)], n_words=n_words))
    windows = {tuple(own[start : start + n_words]) for start in range(len(own) - n_words + 1)}
    shared = [tuple(other[start : start + n_words]) in windows for start in range(len(other) - n_words + 1)]
    assert len(found) == sum(here and not before for before, here in zip([False, *shared], shared, strict=False))
    assert sum(len(run.words.split()) - n_words + 1 for run in found) == sum(shared)
