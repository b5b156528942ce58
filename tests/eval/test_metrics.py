import math
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.article import Article
from reportedly.data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from reportedly.data.taxonomy import ARTICLE_TYPES, CLAIM_PARTS
from reportedly.data.value import Value
from reportedly.eval.metrics import Metric, score

AnnotatedArticle = tuple[Article, Prediction]
_FULL_CLAIM = ("quantity", "value", "uncertainty", "measure", "item", "attribution")


def _span(start: int, end: int) -> Span:
    return Span(start, end, "x" * (end - start))


def _claim(name: str = "c1", start: int = 0, **changes: Any) -> Claim:
    """Five killed: quantity at ``start``, item and event behind it."""
    parts: dict[str, Any] = {
        "quantity": _span(start, start + 2),
        "implicit": False,
        "item": _span(start + 3, start + 7),
        "event": _span(start + 8, start + 12),
        "uncertainty": "exact",
        "value": Value(point=5, low=5, high=5),
        "measure": "killed",
    }
    return Claim(id=name, **parts | changes)


def _record(*claims: Claim, name: str = "a", **changes: Any) -> Prediction:
    return Prediction(id=name, language="en", claims=claims, **{"type": TypeLabel(label="military")} | changes)


def _figures(reference: Prediction, predicted: Prediction) -> dict[str, float]:
    return {name: metric.value for name, metric in score([(reference, predicted)]).items()}


_SOURCES = (
    Source(id="s1", span=_span(100, 110), type="monitor"),
    Source(id="s2", span=_span(120, 130), type="medical"),
)
_BY_FIRST = Attribution(source="s1")


def test_a_perfect_prediction_scores_one_everywhere(four_articles: list[AnnotatedArticle]) -> None:
    metrics = score([(gold, gold) for _, gold in four_articles], n_bootstrap=20)
    assert {name: metric.value for name, metric in metrics.items()} == dict.fromkeys(metrics, 1.0)
    assert all((metric.low, metric.high) == (1.0, 1.0) for metric in metrics.values())


def test_claims_count_as_found_by_any_overlap_of_their_quantities() -> None:
    gold = _record(_claim("c1", 0), _claim("c2", 20), _claim("c3", 40))
    found = _record(_claim("c1", 1), _claim("c2", 60))
    figures = _figures(gold, found)
    assert figures["claim_precision"] == 1 / 2
    assert figures["claim_recall"] == 1 / 3
    assert figures["claim_f1"] == pytest.approx(2 * 1 / (3 + 2))


def test_one_prediction_is_no_answer_to_two_gold_claims() -> None:
    gold = _record(_claim("c1", 0), _claim("c2", 2))
    assert _figures(gold, _record(_claim("c1", 1)))["claim_f1"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("value", {"value": Value(point=5, low=5, high=None)}),
        ("value", {"value": Value(point=None, low=5, high=5)}),
        ("uncertainty", {"uncertainty": "approximate"}),
        ("measure", {"measure": "injured"}),
        ("factuality", {"factuality": "possible"}),
        ("implicit", {"implicit": True}),
    ],
)
def test_classes_and_values_are_judged_on_matched_claims_alone(name: str, changes: dict[str, Any]) -> None:
    gold = _record(_claim("c1", 0), _claim("c2", 20), _claim("c3", 40))
    found = _record(_claim("c1", 0), _claim("c2", 20, **changes), _claim("c3", 60))
    figures = _figures(gold, found)
    assert figures[f"{name}_accuracy"] == 1 / 2
    others = {"value", "uncertainty", "measure", "factuality", "implicit"} - {name}
    assert {figures[f"{other}_accuracy"] for other in others} == {1.0}


@pytest.mark.parametrize("part", CLAIM_PARTS)
def test_a_part_is_judged_over_all_claims_and_right_where_absent_on_both_sides(part: str) -> None:
    absent, here, nearly, elsewhere = None, _span(70, 80), _span(73, 80), _span(78, 90)
    gold = _record(*(_claim(f"c{n}", 200 * n, **{part: span}) for n, span in enumerate((absent, here, here, here))))
    found = _record(
        *(_claim(f"c{n}", 200 * n, **{part: span}) for n, span in enumerate((absent, nearly, elsewhere, absent))),
        _claim("c9", 2000, **{part: here}),
    )
    figures = _figures(gold, found)
    # Two of four matched claims are right; the fifth prediction counts against precision.
    assert figures[f"{part}_f1"] == pytest.approx(2 * 2 / (4 + 5))
    assert figures[f"{part}_matched_accuracy"] == 2 / 4


def test_an_attribution_is_right_by_source_span_or_by_same_as_or_where_the_outlet_vouches() -> None:
    second = replace(_SOURCES[1], same_as="s1")
    by_second = Attribution(source="s2")
    gold = _record(
        _claim("c1", 0, attribution=_BY_FIRST), _claim("c2", 20), _claim("c3", 40, attribution=_BY_FIRST),
        _claim("c4", 60, attribution=_BY_FIRST), sources=(_SOURCES[0], second),
    )  # fmt: skip
    found = _record(
        _claim("c1", 0, attribution=by_second), _claim("c2", 20), _claim("c3", 40),
        _claim("c4", 60, attribution=_BY_FIRST), sources=_SOURCES,
    )  # fmt: skip
    assert _figures(gold, found)["attribution_accuracy"] == 3 / 4
    unlinked = replace(gold, sources=_SOURCES)
    assert _figures(unlinked, found)["attribution_accuracy"] == 2 / 4


@pytest.mark.parametrize(
    ("changes", "is_full"),
    [
        ({}, True),
        ({"quantity": _span(1, 2)}, True),
        ({"quantity": _span(12, 14)}, False),
        ({"value": Value(point=6, low=6, high=6)}, False),
        ({"uncertainty": "at_least"}, False),
        ({"measure": "injured"}, False),
        ({"item": None}, False),
        ({"item": _span(5, 7)}, True),
        ({"attribution": None}, False),
        ({"attribution": Attribution(source="s2")}, False),
        # What a full claim does not ask for.
        ({"event": None}, True),
        ({"factuality": "denied"}, True),
        ({"implicit": True}, True),
        ({"attribution": Attribution(source="s1", cue=_span(50, 54))}, True),
    ],
)
def test_a_full_claim_needs_quantity_value_uncertainty_measure_item_and_attribution(
    changes: dict[str, Any], is_full: bool
) -> None:
    gold = _record(_claim(attribution=_BY_FIRST), sources=_SOURCES)
    found = _record(_claim(**{"attribution": _BY_FIRST} | changes), sources=_SOURCES)
    assert _figures(gold, found)["full_claim_f1"] == float(is_full)


def test_a_part_of_link_is_right_where_it_names_the_same_quantity() -> None:
    gold = _record(_claim("c1", 0), _claim("c2", 20, part_of="c1"), _claim("c3", 40))
    found = _record(_claim("x", 0), _claim("y", 20, part_of="z"), _claim("z", 40))
    assert _figures(gold, found)["part_of_accuracy"] == 2 / 3
    assert _figures(gold, gold)["part_of_accuracy"] == 1.0


def test_sources_need_half_an_overlap_and_types_are_judged_on_the_matched() -> None:
    gold = _record(sources=_SOURCES)
    found = _record(
        sources=(
            Source(id="p1", span=_span(100, 106), type="media"),
            Source(id="p2", span=_span(126, 140), type="medical"),
            Source(id="p3", span=_span(200, 210), type="igo"),
        )
    )
    figures = _figures(gold, found)
    assert (figures["source_precision"], figures["source_recall"]) == (1 / 3, 1 / 2)
    assert figures["source_f1"] == pytest.approx(2 / 5)
    assert figures["source_type_accuracy"] == 0.0


def test_article_types_are_averaged_over_the_types_that_occur() -> None:
    pairs = [
        (_record(name=str(place), type=TypeLabel(label=gold)), _record(name=str(place), type=TypeLabel(label=found)))
        for place, (gold, found) in enumerate(
            [("military", "military"), ("military", "protest"), ("justice", "justice"), ("other", "military")]
        )
    ]
    metrics = score(pairs)
    # military 2·1/(2+2), protest 0, justice 1, other 0
    assert metrics["type_macro_f1"].value == pytest.approx((0.5 + 0 + 1 + 0) / 4)
    assert metrics["type_accuracy"].value == 2 / 4
    assert metrics["type_macro_f1"].n == 4


def test_tags_are_counted_over_all_articles_together() -> None:
    def tagged(*labels: str) -> Prediction:
        return _record(tags=tuple(Tag(label=label) for label in labels))

    pairs = [
        (tagged("civilians", "media_workers"), tagged("civilians")),
        (tagged(), tagged("civilians")),
        (tagged("jihadist_groups"), tagged("jihadist_groups")),
    ]
    metrics = score(pairs)
    assert metrics["tag_f1"].value == pytest.approx(2 * 2 / (3 + 3))
    assert metrics["tag_precision"].value == metrics["tag_recall"].value == pytest.approx(2 / 3)


def test_figures_are_counted_over_articles_together_and_not_averaged() -> None:
    many = _record(*(_claim(f"c{n}", 20 * n) for n in range(9)))
    pairs = [(many, many), (_record(_claim()), _record())]
    assert score(pairs)["claim_recall"].value == 9 / 10


def test_where_there_is_nothing_to_count_the_figure_is_no_number() -> None:
    empty = _record()
    metrics = score([(empty, empty)], n_bootstrap=5)
    for name in ("claim_f1", "full_claim_f1", "value_accuracy", "item_f1", "source_f1", "tag_f1", "part_of_accuracy"):
        assert math.isnan(metrics[name].value), name
        assert math.isnan(metrics[name].low), name
        assert metrics[name].n == 0, name
    assert metrics["type_accuracy"].value == 1.0


def test_no_articles_at_all_give_no_figures() -> None:
    assert all(math.isnan(metric.value) and metric.n == 0 for metric in score([], n_bootstrap=5).values())


def test_what_is_missed_and_what_is_made_up_both_score_zero() -> None:
    full = _record(_claim(), sources=_SOURCES, tags=(Tag(label="civilians"),))
    for pair in ((full, _record()), (_record(), full)):
        figures = _figures(*pair)
        assert figures["claim_f1"] == figures["full_claim_f1"] == figures["source_f1"] == figures["tag_f1"] == 0.0
        assert math.isnan(figures["value_accuracy"])


def test_every_figure_says_how_many_gold_items_it_rests_on() -> None:
    gold = _record(_claim("c1", 0), _claim("c2", 20), _claim("c3", 40), sources=_SOURCES)
    metrics = score([(gold, _record(_claim("c1", 0)))])
    assert metrics["claim_f1"].n == metrics["item_f1"].n == metrics["full_claim_recall"].n == 3
    assert metrics["value_accuracy"].n == metrics["item_matched_accuracy"].n == 1
    assert metrics["source_f1"].n == 2


_PAIRS = [
    (_record(_claim("c1", 0), _claim("c2", 20), name=str(place)), _record(*found, name=str(place)))
    for place, found in enumerate(
        [(_claim("c1", 0),), (_claim("c1", 0), _claim("c2", 20)), (), (_claim("c1", 0), _claim("c2", 90))]
    )
]


def test_intervals_are_the_same_for_the_same_seed_and_others_for_another() -> None:
    first, again, other = (score(_PAIRS, n_bootstrap=200, seed=seed)["claim_f1"] for seed in (3, 3, 4))
    assert first == again
    assert (first.low, first.high) != (other.low, other.high)


def test_without_resamples_there_are_no_intervals() -> None:
    metric = score(_PAIRS)["claim_f1"]
    assert math.isnan(metric.low)
    assert math.isnan(metric.high)


def test_one_article_alone_has_an_interval_of_no_width() -> None:
    metric = score(_PAIRS[:1], n_bootstrap=50)["claim_f1"]
    assert metric.low == metric.value == metric.high


@st.composite
def _pairs(draw: st.DrawFn) -> list[tuple[Prediction, Prediction]]:
    def record(name: str) -> Prediction:
        starts = draw(st.sets(st.integers(0, 5)))
        claims = [_claim(f"c{n}", 20 * n, uncertainty=draw(st.sampled_from(["exact", "vague"]))) for n in starts]
        return _record(*claims, name=name, type=TypeLabel(label=draw(st.sampled_from(ARTICLE_TYPES[:3]))))

    return [(record(str(place)), record(str(place))) for place in range(draw(st.integers(1, 6)))]


@given(pairs=_pairs())
def test_every_figure_lies_between_zero_and_one_and_within_its_interval(
    pairs: list[tuple[Prediction, Prediction]],
) -> None:
    def is_sound(metric: Metric) -> bool:
        return 0.0 <= metric.value <= 1.0 and 0.0 <= metric.low <= metric.high <= 1.0

    metrics = score(pairs, n_bootstrap=30)
    assert all(is_sound(metric) for metric in metrics.values() if not math.isnan(metric.value))
    # Percentiles of few articles may miss a figure far out; that of the claims found is the mean of its resamples.
    many = score(pairs * 8, n_bootstrap=200)["claim_f1"]
    if not math.isnan(many.value):
        assert many.low - 0.02 <= many.value <= many.high + 0.02


@given(pairs=_pairs())
def test_reference_and_prediction_exchanged_exchange_precision_and_recall(
    pairs: list[tuple[Prediction, Prediction]],
) -> None:
    one, other = score(pairs), score([(predicted, reference) for reference, predicted in pairs])
    for name in ("claim", "full_claim", "source", "tag"):
        assert one[f"{name}_precision"].value == pytest.approx(other[f"{name}_recall"].value, nan_ok=True)
        assert one[f"{name}_f1"].value == pytest.approx(other[f"{name}_f1"].value, nan_ok=True)
