from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.article import Article
from reportedly.data.errors import MarkupError
from reportedly.data.markup import CorpusArticle, compile_markup
from reportedly.data.markup_rendering import render_markup
from reportedly.data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from reportedly.data.taxonomy import (
    ACTOR_TAGS,
    AMOUNT_MEASURES,
    ARTICLE_TYPES,
    CLAIM_PARTS,
    FACTUALITIES,
    MEASURES,
    SOURCE_TYPES,
    UNCERTAINTIES,
)
from reportedly.data.value import Value, value_of

_HEADER = "=== a1\ntype: military\n---\n"


def _compile(body: str, *, header: str = _HEADER) -> list[CorpusArticle | MarkupError]:
    return list(compile_markup(header + body, language="en", path="news.txt"))


def _one(body: str) -> CorpusArticle:
    [article] = _compile(body)
    assert isinstance(article, CorpusArticle), article
    return article


def _text_is_markable(text: str) -> bool:
    return text == text.strip() and not any(line.startswith("===") for line in text.split("\n"))


_PIECES = st.sampled_from(
    [
        "25",
        "1,200",
        "٢٥",
        "dozens",
        "قتيلان",
        "[",
        "]",
        "\\",
        "\\[",
        "](q1)",
        "(",
        ")",
        "=",
        "====",
        ":",
        "🚑",
        "é",
        "\t",
    ]
)
_TEXTS = (
    st.lists(st.one_of(_PIECES, st.sampled_from([" ", " ", "\n", "---\n", "word", "=== x"])), max_size=40)
    .map("".join)
    .map(str.strip)
    .filter(_text_is_markable)
)


def _nested_spans(draw: st.DrawFn, text: str) -> list[Span]:
    """Spans that hold no blank ends and never cross, in the order of the text."""
    kept: list[Span] = []
    if not text:
        return kept
    for start, length in draw(st.lists(st.tuples(st.integers(0, len(text) - 1), st.integers(1, 25)), max_size=25)):
        span = Span.of(text, start, min(start + length, len(text)))
        crosses = any(
            other.start < span.start < other.end < span.end or span.start < other.start < span.end < other.end
            for other in kept
        )
        if span.text == span.text.strip() and not crosses and span not in kept:
            kept.append(span)
    return sorted(kept)


def _some(draw: st.DrawFn, spans: list[Span]) -> list[Span]:
    return [span for span in spans if draw(st.booleans())]


def _value(draw: st.DrawFn, uncertainty: str, measure: str) -> Value:
    low = draw(st.one_of(st.integers(0, 10**7), st.integers(1, 99).map(lambda n: n / 8), st.just(0.00000001)))
    high = low + draw(st.integers(1, 500)) if uncertainty == "range" else None
    is_count = measure not in AMOUNT_MEASURES and draw(st.booleans())
    return value_of(low, high, uncertainty=uncertainty, is_count=is_count)


@st.composite
def _annotated(draw: st.DrawFn) -> tuple[Article, Prediction]:
    text = draw(_TEXTS)
    spans = _nested_spans(draw, text)
    part = st.sampled_from([None, *spans])
    sources: list[Source] = []
    for number, span in enumerate(_some(draw, spans), start=1):
        same_as = draw(st.sampled_from([None, *(source.id for source in sources)]))
        type_ = draw(st.sampled_from(SOURCE_TYPES))
        sources.append(Source(id=f"s{number}", span=span, type=type_, same_as=same_as))
    attributions = [None, *(Attribution(source=source.id, cue=draw(part)) for source in sources)]
    claims: list[Claim] = []
    for number, span in enumerate(_some(draw, spans), start=1):
        uncertainty, measure = draw(st.sampled_from(UNCERTAINTIES)), draw(st.sampled_from(MEASURES))
        parts: dict[str, Any] = {name: draw(part) for name in CLAIM_PARTS}
        claims.append(
            Claim(
                id=f"c{number}",
                quantity=span,
                implicit=draw(st.booleans()),
                **parts,
                uncertainty=uncertainty,
                value=_value(draw, uncertainty, measure),
                measure=measure,
                factuality=draw(st.sampled_from(FACTUALITIES)),
                part_of=draw(st.sampled_from([None, *(claim.id for claim in claims)])),
                attribution=draw(st.sampled_from(attributions)),
            )
        )
    gold = Prediction(
        id="a-1",
        language="ar",
        type=TypeLabel(label=draw(st.sampled_from(ARTICLE_TYPES))),
        tags=tuple(Tag(label=label) for label in draw(st.lists(st.sampled_from(ACTOR_TAGS), unique=True))),
        sources=tuple(sources),
        claims=tuple(claims),
    )
    return Article(id="a-1", text=text, language="ar"), gold


@given(_annotated(), st.sampled_from(["train", "validation"]))
def test_what_is_rendered_compiles_to_the_same(pair: tuple[Article, Prediction], split: str) -> None:
    article, gold = pair
    markup = render_markup(article, gold, split=split)
    [compiled] = compile_markup(markup, language="ar", path="x.txt")
    assert isinstance(compiled, CorpusArticle), compiled
    assert (compiled.article.text, compiled.gold, compiled.split) == (article.text, gold, split)


@given(st.text(alphabet="[]()\\q1s2 =-\nkilled:", max_size=60))
def test_any_body_compiles_or_is_an_error_with_file_and_line(body: str) -> None:
    for result in _compile(body):
        if isinstance(result, MarkupError):
            name, line, message = str(result).split(":", 2)
            assert name == "news.txt"
            assert 1 <= int(line) <= (_HEADER + body).count("\n") + 1
            assert message.strip()
        else:
            result.gold.check_text(result.article.text)


def test_an_annotated_sentence_compiles_to_its_claim() -> None:
    body = (
        "[Activists](s1 activist) [said](u1) [warplanes](a1) [raided](e1) [Kadra](l1) [over](m1) "
        "[25](q1 strikes more_than by:s1) [times](i1) on [Tuesday](t1)."
    )
    compiled = _one(body)
    text = "Activists said warplanes raided Kadra over 25 times on Tuesday."
    assert compiled.article.text == text

    def span(words: str) -> Span:
        return Span.of(text, text.index(words), text.index(words) + len(words))

    assert compiled.gold.claims == (
        Claim(
            id="c1",
            quantity=span("25"),
            implicit=False,
            modifier=span("over"),
            item=span("times"),
            event=span("raided"),
            actor=span("warplanes"),
            location=span("Kadra"),
            time=span("Tuesday"),
            uncertainty="more_than",
            value=Value(point=25, low=26),
            measure="strikes",
            attribution=Attribution(source="s1", cue=span("said")),
        ),
    )
    assert (compiled.path, compiled.line, compiled.split) == ("news.txt", 1, "train")


def test_spans_nest_and_one_span_may_be_many_things() -> None:
    claim, other = _one("[[قتيلان](q2 killed =2 implicit i2) في [الحي](l1-2)](e1) و[3](q1 injured)").gold.claims
    assert other.event is not None
    assert other.event.text == "قتيلان في الحي"
    assert claim.quantity == claim.item
    assert claim.value == Value(point=2, low=2, high=2)
    assert claim.location == other.location


def test_a_list_of_numbers_gives_one_span_to_several_claims() -> None:
    body = "[in Kadra](l1-3,5) " + " ".join(f"[{n}](q{n} killed)" for n in range(1, 6))
    assert [claim.location is not None for claim in _one(body).gold.claims] == [True, True, True, False, True]


def test_claims_and_sources_are_numbered_in_the_order_of_the_text() -> None:
    body = "[7](q9 killed of:q4) of [12](q4 killed by:s8), [he](s8 civilian as:s30) and [Hamid](s2 civilian)"
    body = "[Hamid](s30 civilian): " + body
    gold = _one(body).gold
    assert [(claim.id, claim.quantity.text, claim.part_of) for claim in gold.claims] == [
        ("c1", "7", "c2"),
        ("c2", "12", None),
    ]
    assert [(source.id, source.same_as) for source in gold.sources] == [("s1", None), ("s2", "s1"), ("s3", None)]
    assert gold.claims[1].attribution == Attribution(source="s2")


def test_escaped_brackets_and_backslashes_are_literal() -> None:
    assert _one(r"\[sic\] a\b \\[5](q1 killed)").article.text == r"[sic] a\b \5"


def test_blank_lines_around_the_text_are_no_part_of_it() -> None:
    assert _one("\n\n  Two lines\n\nof text \n\n").article.text == "Two lines\n\nof text"


def test_plain_digits_are_read_in_any_script() -> None:
    values = [claim.value.point for claim in _one("[٢٥](q1 killed) [1,200](q2 killed) [7](q3 killed)").gold.claims]
    assert values == [25, 1200, 7]


def test_an_amount_of_a_counted_measure_keeps_its_bound() -> None:
    [claim] = _one("[more than](m1) [5](q1 aid more_than amount) tonnes").gold.claims
    assert claim.value == Value(point=5, low=5)


def test_a_bad_article_never_stops_the_others() -> None:
    bodies = [_HEADER + "[5](q1)\n", "=== a2\ntype: other\n---\nFine.\n", "=== a3\ntype: odd\n---\nx\n"]
    first, second, third = compile_markup("".join(bodies), language="en", path="news.txt")
    assert str(first).startswith("news.txt:4: ")
    assert isinstance(second, CorpusArticle)
    assert second.line == 5
    assert str(third).startswith("news.txt:9: type 'odd' is unknown")


@pytest.mark.parametrize(
    ("markup", "line", "message"),
    [
        ("words\n" + _HEADER, 1, "text before the first article"),
        ("===\ntype: other\n---\nx", 1, "is no title"),
        ("=== two words\ntype: other\n---\nx", 1, "is no title"),
        ("=== a1\ntype: other\nx", 3, "'x' is no header line"),
        ("=== a1\ntype: other\ntype: other\n---\nx", 3, "is no header line"),
        ("=== a1\ntype: other\ncolour: red\n---\nx", 3, "'colour: red' is no header line"),
        ("=== a1\ntype: other\n", 1, "the header has no end"),
        ("=== a1\n---\nx", 1, "type None is unknown"),
        ("=== a1\ntype: other\ntags: pirates\n---\nx", 1, "tag 'pirates' is unknown"),
        ("=== a1\ntype: other\ntags: civilians civilians\n---\nx", 1, "tag 'civilians' stands twice"),
        ("=== a1\ntype: other\nsplit: test\n---\nx", 1, "split 'test' is neither train nor validation"),
    ],
)
def test_an_error_in_a_header_names_file_line_and_mend(markup: str, line: int, message: str) -> None:
    errors = [
        result for result in compile_markup(markup, language="en", path="news.txt") if isinstance(result, Exception)
    ]
    assert str(errors[0]).startswith(f"news.txt:{line}: ")
    assert message in str(errors[0])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("[5(q1 killed)", "'[' is never closed"),
        ("5](q1 killed)", "']' closes no span"),
        ("[5] (q1 killed)", "']' closes no span"),
        ("[5](q1 killed", "']' closes no span"),
        ("[](q1 killed)", "an empty span has the tags (q1 killed)"),
        ("[ 5](q1 killed)", "begins or ends with a space"),
        ("[5]()", "has no tags"),
        ("[5](killed q1)", "tag 'killed' is unknown here"),
        ("[5](x1)", "tag 'x1' is unknown here"),
        ("[5](q1 killed) [6](q1 killed)", "q1 stands twice"),
        ("[a](s1 media) [b](s1 media)", "s1 stands twice"),
        ("[5](q1)", "q1 has no measure"),
        ("[5](q1 killed injured)", "two values of measure"),
        ("[5](q1 killed exact vague)", "two values of uncertainty"),
        ("[5](q1 killed denied possible)", "two values of factuality"),
        ("[5](q1 killed wounded)", "'wounded' is no class of a claim"),
        ("[five](q1 killed)", "is not written in plain digits; state its number as =N"),
        ("[1.5](q1 money)", "is not written in plain digits"),
        ("[five](q1 killed =five)", "'=five' is no number"),
        ("[five](q1 killed =1e5)", "'=1e5' is no number"),
        ("[five](q1 killed =5 =6)", "=6 stands beside another"),
        ("[5 to 6](q1 killed =5..6)", "write =LOW..HIGH for a range, and only for a range"),
        ("[5 to 6](q1 killed range =5)", "write =LOW..HIGH for a range, and only for a range"),
        ("[6 to 5](q1 killed range =6..5)", "low 6 lies above high 5"),
        ("[5](q1 killed by:s1)", "by:s1 names something that is not in this article"),
        ("[5](q1 killed by:s1 by:s2)", "by:s2 stands beside another"),
        ("[5](q1 killed of:q2)", "of:q2 names something that is not in this article"),
        ("[5](q1 killed of:q2 of:q3)", "of:q3 stands beside another"),
        ("[5](q1 killed of:q1)", "runs in a circle"),
        ("[5](q1 killed of:q2) [6](q2 killed of:q1)", "runs in a circle"),
        ("[5](q1 killed) [said](u1)", "q1 has the cue 'said' but no source"),
        ("[in Kadra](l2) [5](q1 killed)", "l2: there is no quantity q2"),
        ("[a](l1) [b](l1) [5](q1 killed)", "claim 1 has two spans for location: 'a' and 'b'"),
        ("[a](l2-1) [5](q1 killed) [6](q2 killed)", "'l2-1' counts downwards"),
        ("[a](s1)", "s1 has no type"),
        ("[a](s1 spy)", "s1: 'spy' is no source type"),
        ("[a](s1 media ngo)", "s1 has two types"),
        ("[a](s1 media as:s2)", "as:s2 names something that is not in this article"),
        ("[a](s1 media as:s2) [b](s2 media)", "as:s2 of s1 is no earlier mention"),
    ],
)
def test_an_error_in_a_text_names_file_line_and_mend(body: str, message: str) -> None:
    [error] = _compile(f"First line.\n\n{body}")
    assert isinstance(error, MarkupError)
    name, line, rest = str(error).split(":", 2)
    assert message in rest
    assert name == "news.txt"
    # What only shows when the whole article is put together is placed at its title.
    assert int(line) == (1 if "circle" in rest or "lies above" in rest else 6)


def _gold(text: str, *claims: Claim, identifier: str = "a1") -> tuple[Article, Prediction]:
    gold = Prediction(id=identifier, language="en", type=TypeLabel(label="other"), claims=claims)
    return Article(id=identifier, text=text, language="en"), gold


def _claim(quantity: Span, **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "implicit": False,
        "uncertainty": "exact",
        "value": Value(point=1, low=1, high=1),
        "measure": "killed",
    }
    return Claim(id="c1", quantity=quantity, **(fields | changes))


def test_spans_that_cross_cannot_be_rendered() -> None:
    text = "abcdef"
    claim = _claim(Span.of(text, 0, 4), item=Span.of(text, 2, 6))
    with pytest.raises(MarkupError, match="a1: spans 'abcd' and 'cdef' cross"):
        render_markup(*_gold(text, claim))


@pytest.mark.parametrize("text", [" x", "x\n", "a\n=== b", "a\r\nb", "a\u2028b", "a\x0cb"])
def test_a_text_that_could_not_come_back_is_not_rendered(text: str) -> None:
    with pytest.raises(MarkupError, match="a1: the text has"):
        render_markup(*_gold(text))


def test_an_id_with_spaces_is_not_rendered() -> None:
    with pytest.raises(MarkupError, match="'a 1': the id has spaces"):
        render_markup(*_gold("x", identifier="a 1"))


@pytest.mark.parametrize("uncertainty", ["exact", "vague", "range"])
def test_a_claim_whose_number_was_not_read_is_not_rendered(uncertainty: str) -> None:
    claim = _claim(Span.of("some", 0, 4), uncertainty=uncertainty, value=Value())
    with pytest.raises(MarkupError, match="a1: claim c1: 'some' has no number"):
        render_markup(*_gold("some", claim))
