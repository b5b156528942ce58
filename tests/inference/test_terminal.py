import io
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from reportedly.data.article import Article
from reportedly.data.estimate import Estimate
from reportedly.data.prediction import Claim, Prediction, Source, Span, Tag, TypeLabel
from reportedly.data.taxonomy import CLAIM_PARTS
from reportedly.data.value import Value
from reportedly.inference.terminal import STYLES, describe_estimate, describe_value, legend, render_prediction

AnnotatedArticle = tuple[Article, Prediction]
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"


def _shown(article: Article, prediction: Prediction, *, in_colour: bool = False, width: int = 140) -> str:
    written = io.StringIO()
    console = Console(file=written, width=width, force_terminal=in_colour, soft_wrap=True)
    console.print(render_prediction(article, prediction))
    return written.getvalue()


def _claim(text: str, quantity: str, *, uncertainty: str = "exact", value: Value | None = None) -> Claim:
    start = text.index(quantity)
    return Claim(
        id="c1",
        quantity=Span.of(text, start, start + len(quantity)),
        implicit=False,
        uncertainty=uncertainty,
        value=value or Value(point=25, low=25, high=25),
        measure="strikes",
    )


def _with_claims(text: str, *claims: Claim) -> AnnotatedArticle:
    article = Article(id="a", text=text, language="en")
    return article, Prediction(id="a", language="en", type=TypeLabel(label="military"), claims=claims)


def test_type_tags_sources_and_claims_are_shown(annotated: AnnotatedArticle) -> None:
    shown = _shown(*annotated)
    assert "kadra-1" in shown
    assert "Type  civilian_harm   Tags  government_forces, civilians" in shown
    assert f"s2 {_ISOLATE}They{_END_ISOLATE} (rescue = s1)" in shown
    assert "part of c2" in shown
    assert "> 25" in shown


@pytest.mark.parametrize(
    ("estimate", "shown"),
    [
        (Estimate(low=1200, best=1200, high=1200, rule="a/b"), "1,200"),
        (Estimate(low=3, best=3, high=10, rule="a/b"), "3 [3–10]"),
        (Estimate(low=10, high=15, rule="a/b"), "[10–15]"),
        (Estimate(low=24, rule="a/b"), "[≥ 24]"),
        (Estimate(best=30, high=30, rule="a/b"), "30 [≤ 30]"),
        (Estimate(best=30, rule="a/b"), "30"),
        (Estimate(rule="a/b"), "?"),
        (Estimate(low=2, best=2, high=2, rule="a/b", notation="PLURAL"), "PLURAL"),
    ],
)
def test_an_estimate_is_a_short_expression(estimate: Estimate, shown: str) -> None:
    assert describe_estimate(estimate) == shown


def test_estimates_have_a_column_where_there_are_any(annotated: AnnotatedArticle) -> None:
    article, gold = annotated
    assert "estimate" not in _shown(article, gold)
    first, *others = gold.claims
    estimated = replace(gold, claims=(replace(first, estimate=Estimate(low=10, high=15, rule="a/b")), *others))
    shown = _shown(article, estimated)
    assert "estimate" in shown
    assert "[10–15]" in shown


def test_scores_stand_behind_labels_where_there_are_any(annotated: AnnotatedArticle) -> None:
    article, gold = annotated
    scored = replace(gold, type=TypeLabel(label="military", score=0.875), tags=(Tag(label="civilians", score=0.5),))
    assert "Type  military 0.88   Tags  civilians 0.50" in _shown(article, scored)


def test_the_quantity_stands_in_brackets_that_survive_without_colour(annotated: AnnotatedArticle) -> None:
    plain = _shown(*annotated)
    assert "said over [25] raids hit the market" in plain
    assert "[لا] قتلى" in plain
    assert "\x1b[" not in plain
    assert "\x1b[" in _shown(*annotated, in_colour=True)


def test_the_spans_of_a_claim_are_marked_in_its_sentence(annotated: AnnotatedArticle) -> None:
    coloured = _shown(*annotated, in_colour=True)
    assert "\x1b[1;33mover\x1b[0m" in coloured
    assert "\x1b[1;36mraids\x1b[0m" in coloured
    assert "\x1b[1;4mRescuers\x1b[0m" in coloured


def test_every_role_has_a_style_and_a_place_in_the_legend() -> None:
    assert set(STYLES) == {"quantity", *CLAIM_PARTS, "source", "cue"}
    assert legend().plain.split() == ["Marks:", *STYLES]


def test_right_to_left_text_is_isolated_from_the_line_around_it() -> None:
    text = "قتل 25 مدنيا في ترسا"
    article, prediction = _with_claims(text, _claim(text, "25"))
    source = Source(id="s1", span=Span.of(text, 4, 6), type="monitor")
    shown = _shown(article, replace(prediction, sources=(source,), id="مقال"))
    assert f"{_ISOLATE}مقال{_END_ISOLATE}" in shown
    assert f"{_ISOLATE}25{_END_ISOLATE} (monitor)" in shown
    assert f"{_ISOLATE}قتل [25] مدنيا في ترسا{_END_ISOLATE}" in shown
    assert shown.count(_ISOLATE) == shown.count(_END_ISOLATE)


def test_line_breaks_within_a_span_do_not_break_the_line() -> None:
    text = "Jets raided 25\ntimes."
    article, prediction = _with_claims(text, _claim(text, "25\ntimes"))
    assert "[25 times]" in _shown(article, prediction)


@pytest.mark.parametrize("control", ["\x1b]0;title\x07", "\x1b[31m", "\x9b31m", "\r", "\x08"])
def test_control_characters_of_a_text_never_reach_the_terminal(control: str) -> None:
    text = f"Jets {control} raided 25 times"
    article, prediction = _with_claims(text, _claim(text, "25"))
    source = Source(id="s1", span=Span.of(text, 0, len(text) - 9), type="monitor")
    shown = _shown(article, replace(prediction, id=f"a{control}b", sources=(source,)))
    assert not {character for character in shown if ord(character) < 0x20 or 0x7F <= ord(character) < 0xA0} - {"\n"}


def test_square_brackets_of_a_text_are_no_markup() -> None:
    text = "[bold]Jets[/bold] raided [red]25 times"
    article, prediction = _with_claims(text, _claim(text, "25"))
    assert "[bold]Jets[/bold] raided [red][25] times" in _shown(article, prediction)


def test_an_article_without_claims_says_so(annotated: AnnotatedArticle) -> None:
    article, gold = annotated
    shown = _shown(article, replace(gold, claims=(), sources=(), tags=()))
    assert "Tags  none" in shown
    assert "No claims." in shown


@pytest.mark.parametrize(
    ("uncertainty", "value", "shown"),
    [
        ("exact", Value(point=25000, low=25000, high=25000), "25,000"),
        ("exact", Value(point=1.5, low=1.5, high=1.5), "1.5"),
        ("exact", Value(point=0, low=0, high=0), "0"),
        ("more_than", Value(point=25, low=26), "> 25"),
        ("at_least", Value(point=45, low=45), "≥ 45"),
        ("less_than", Value(point=100, high=99), "< 100"),
        ("at_most", Value(point=30, high=30), "≤ 30"),
        ("approximate", Value(point=45), "≈ 45"),
        ("range", Value(low=10, high=15), "10–15"),
        ("vague", Value(low=24), "≥ 24"),
        ("at_most", Value(high=30), "≤ 30"),
        ("unknown", Value(), "?"),
    ],
)
def test_a_value_is_shown_as_a_short_expression(uncertainty: str, value: Value, shown: str) -> None:
    assert describe_value(_claim("25 raids", "25", uncertainty=uncertainty, value=value)) == shown


@given(data=st.data())
def test_spans_that_overlap_in_any_way_lose_no_letter_of_the_sentence(data: st.DataObject) -> None:
    text = "Rescuers in Lorn said at least 12 villagers died near Tarsa on Monday"

    def span() -> Span:
        start = data.draw(st.integers(0, len(text) - 1))
        return Span.of(text, start, data.draw(st.integers(start + 1, len(text))))

    parts = {name: span() for name in data.draw(st.sets(st.sampled_from(CLAIM_PARTS)))}
    claim = replace(_claim(text, "12"), quantity=span(), **parts)
    article, prediction = _with_claims(text, claim)
    last = _shown(article, prediction, width=400).rstrip("\n").splitlines()[-1]
    quantity = claim.quantity
    marked = f"{text[: quantity.start]}[{quantity.text}]{text[quantity.end :]}"
    assert f"{_ISOLATE}{marked}{_END_ISOLATE}" in last
