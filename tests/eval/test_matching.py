import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.prediction import Prediction, Source, Span, TypeLabel
from reportedly.eval.matching import HALF, match_spans, same_attribution, same_part


def _span(start: int, end: int) -> Span:
    return Span(start, end, "x" * (end - start))


_SPANS = st.lists(
    st.tuples(st.integers(0, 12), st.integers(1, 6)).map(lambda pair: _span(pair[0], pair[0] + pair[1])), max_size=6
)


def _best_first(reference: list[Span], predicted: list[Span], least: float) -> list[tuple[int, int]]:
    """Takes the best pair that is left, again and again."""
    pairs = {(a, b): reference[a].overlap(predicted[b]) for a in range(len(reference)) for b in range(len(predicted))}
    matched = []
    while pairs:
        pair = min(pairs, key=lambda pair: (-pairs[pair], pair))
        if pairs[pair] <= 0 or pairs[pair] < least:
            break
        matched.append(pair)
        pairs = {(a, b): overlap for (a, b), overlap in pairs.items() if a != pair[0] and b != pair[1]}
    return sorted(matched)


@given(reference=_SPANS, predicted=_SPANS, least=st.sampled_from([0.0, 0.5, 1.0]))
def test_matching_takes_the_best_pair_left_again_and_again(
    reference: list[Span], predicted: list[Span], least: float
) -> None:
    assert match_spans(reference, predicted, least=least) == _best_first(reference, predicted, least)


@given(reference=_SPANS, predicted=_SPANS)
def test_no_span_is_matched_twice_and_every_pair_overlaps(reference: list[Span], predicted: list[Span]) -> None:
    matched = match_spans(reference, predicted)
    assert len({a for a, _ in matched}) == len({b for _, b in matched}) == len(matched)
    assert all(reference[a].overlap(predicted[b]) > 0 for a, b in matched)


@given(spans=st.sets(st.integers(0, 30)).map(lambda starts: [_span(start, start + 1) for start in sorted(starts)]))
def test_spans_match_themselves(spans: list[Span]) -> None:
    assert match_spans(spans, spans, least=1.0) == [(place, place) for place in range(len(spans))]


def test_the_best_overlap_wins_over_the_first() -> None:
    assert match_spans([_span(0, 4), _span(4, 10)], [_span(3, 10)]) == [(1, 0)]


def test_of_equal_overlaps_the_earlier_span_wins() -> None:
    assert match_spans([_span(0, 2)], [_span(0, 1), _span(1, 2)]) == [(0, 0)]


def test_spans_that_only_touch_do_not_match() -> None:
    assert match_spans([_span(0, 2)], [_span(2, 4)]) == []


def test_a_match_may_be_asked_to_overlap_by_half() -> None:
    assert match_spans([_span(0, 4)], [_span(2, 6)], least=HALF) == []
    assert match_spans([_span(0, 4)], [_span(2, 4)], least=HALF) == [(0, 0)]


def test_best_first_need_not_give_the_most_matches() -> None:
    # The second gold span and the first prediction overlap most; that leaves the two others without a partner.
    assert match_spans([_span(0, 4), _span(4, 8)], [_span(2, 8), _span(7, 12)]) == [(1, 0)]


def test_many_spans_are_matched_in_no_time() -> None:
    spans = [_span(10 * place, 10 * place + 6) for place in range(20_000)]
    begun = time.perf_counter()
    assert len(match_spans(spans, spans)) == 20_000
    assert time.perf_counter() - begun < 5


@pytest.mark.parametrize(
    ("reference", "predicted", "is_same"),
    [
        (None, None, True),
        (_span(0, 4), None, False),
        (None, _span(0, 4), False),
        (_span(0, 4), _span(0, 4), True),
        (_span(0, 4), _span(2, 4), True),
        (_span(0, 4), _span(3, 4), False),
        (_span(0, 4), _span(0, 9), False),
    ],
)
def test_a_part_is_right_where_both_are_absent_or_overlap_by_half(
    reference: Span | None, predicted: Span | None, is_same: bool
) -> None:
    assert same_part(reference, predicted) is is_same


def _record(*sources: tuple[str, int, int, str | None]) -> Prediction:
    made = tuple(
        Source(id=name, span=_span(start, end), type="monitor", same_as=earlier)
        for name, start, end, earlier in sources
    )
    return Prediction(id="a", language="en", type=TypeLabel(label="other"), sources=made)


_GOLD = _record(("s1", 0, 10, None), ("s2", 20, 30, "s1"), ("s3", 40, 50, None))


@pytest.mark.parametrize(
    ("reference", "predicted", "is_same"),
    [
        (None, None, True),
        ("s1", None, False),
        (None, "p1", False),
        ("s1", "p1", True),
        # By same_as, either way round.
        ("s1", "p2", True),
        ("s2", "p1", True),
        ("s1", "p3", False),
        ("s3", "p1", False),
        # A span that is no gold mention, and one that overlaps by less than half.
        ("s1", "p4", False),
        ("s1", "p5", False),
    ],
)
def test_an_attribution_is_right_where_the_span_is_any_mention_of_the_same_source(
    reference: str | None, predicted: str | None, is_same: bool
) -> None:
    found = _record(
        ("p1", 0, 8, None), ("p2", 21, 30, None), ("p3", 40, 50, None), ("p4", 60, 65, None), ("p5", 8, 14, None)
    )
    assert same_attribution(_GOLD, found, reference, predicted) is is_same
