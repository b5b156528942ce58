import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reportedly.models.decoding import Floats, Pointing, TokenSpan, choose_target, decode_layer, sigmoid, softmax
from reportedly.models.roles import BEGIN, INSIDE, OUTSIDE

_LOGITS = st.floats(-8, 8, width=32)


def _probabilities(labels: str) -> Floats:
    """Of outside, begin, inside, from one letter a token: o, b, i."""
    rows = {"o": (0.9, 0.05, 0.05), "b": (0.1, 0.8, 0.1), "i": (0.1, 0.1, 0.8)}
    return np.array([rows[label] for label in labels], dtype=np.float32).reshape(-1, 3)


def _ranges(labels: str, *, threshold: float = 0.5) -> list[tuple[int, int]]:
    return [(span.first, span.last) for span in decode_layer(_probabilities(labels), threshold=threshold)]


def _read_one_by_one(probabilities: Floats, threshold: float) -> list[list[int]]:
    spans: list[list[int]] = []
    was_over = False
    for place, row in enumerate(probabilities):
        is_over = 1.0 - row[OUTSIDE] >= threshold / 2
        if is_over and (not was_over or row[BEGIN] > row[INSIDE]):
            spans.append([place])
        elif is_over:
            spans[-1].append(place)
        was_over = is_over
    return [span for span in spans if any(1.0 - probabilities[place][OUTSIDE] >= threshold for place in span)]


@given(logits=st.lists(st.tuples(_LOGITS, _LOGITS, _LOGITS), max_size=30), threshold=st.floats(0.05, 0.95))
def test_a_layer_is_decoded_as_reading_it_token_by_token_does(
    logits: list[tuple[float, float, float]], threshold: float
) -> None:
    probabilities = softmax(np.array(logits, dtype=np.float32).reshape(-1, 3)) if logits else np.zeros((0, 3), "f4")
    threshold = float(np.float32(threshold))
    found = decode_layer(probabilities, threshold=threshold)
    assert [list(range(span.first, span.last + 1)) for span in found] == _read_one_by_one(probabilities, threshold)
    for span in found:
        mean = np.mean([1.0 - probabilities[place, OUTSIDE] for place in range(span.first, span.last + 1)])
        assert span.score == pytest.approx(float(mean), abs=1e-5)
        assert 0.0 <= span.score <= 1.0


@pytest.mark.parametrize(
    ("labels", "ranges"),
    [
        ("", []),
        ("ooo", []),
        ("obio", [(1, 2)]),
        ("bb", [(0, 0), (1, 1)]),
        ("biib", [(0, 2), (3, 3)]),
        ("ioi", [(0, 0), (2, 2)]),
    ],
)
def test_spans_begin_at_begin_labels_and_after_gaps(labels: str, ranges: list[tuple[int, int]]) -> None:
    assert _ranges(labels) == ranges


def test_a_span_reaches_as_far_as_half_the_threshold_goes_from_a_core_that_reaches_it() -> None:
    within = np.array([0.2, 0.4, 0.7, 0.35, 0.1, 0.4], dtype=np.float32)
    probabilities = np.stack([1 - within, within * 0.2, within * 0.8], axis=1)
    found = decode_layer(probabilities, threshold=0.6)
    assert [(span.first, span.last) for span in found] == [(1, 3)]


def test_neighbouring_spans_of_a_single_layer_are_one() -> None:
    found = decode_layer(_probabilities("biobib"), threshold=0.5, is_single=True)
    assert [(span.first, span.last) for span in found] == [(0, 1), (3, 5)]


def test_a_threshold_no_token_reaches_leaves_nothing() -> None:
    assert _ranges("bib", threshold=0.95) == []


def test_softmax_adds_up_to_one_however_large_the_logits() -> None:
    found = softmax(np.array([[1e4, -1e4, 0.0], [1e30, 1e30, -1e30]], dtype=np.float32))
    assert found.sum(axis=-1) == pytest.approx([1.0, 1.0])
    assert found[1, 0] == pytest.approx(0.5)


@given(logit=st.floats(-1e4, 1e4, width=32))
def test_the_logistic_function_stays_between_zero_and_one_without_a_warning(logit: float) -> None:
    [found] = sigmoid(np.array([logit], dtype=np.float32)).tolist()
    assert 0.0 <= found <= 1.0
    assert found == pytest.approx(1.0 / (1.0 + np.exp(-np.float64(max(logit, -700.0)))), abs=1e-6)


def _one_hot(n_tokens: int, place: int, probability: float = 0.9) -> NDArray[np.float32]:
    found = np.full(n_tokens, (1 - probability) / n_tokens, dtype=np.float32)
    found[place] += probability
    return found


def _pointing(n_tokens: int, first: int, last: int, *, somewhere: float = 0.9) -> Pointing:
    return Pointing(start=somewhere * _one_hot(n_tokens, first), end=_one_hot(n_tokens, last), somewhere=somewhere)


def test_start_and_nowhere_share_one_probability() -> None:
    pointing = Pointing.of(np.array([1.0, 2.0], "f4"), np.array([0.0, 5.0], "f4"), 3.0)
    assert pointing.somewhere == pytest.approx(float(pointing.start.sum()), abs=1e-6)
    assert pointing.somewhere == pytest.approx((np.e + np.e**2) / (np.e + np.e**2 + np.e**3), abs=1e-6)
    assert pointing.end.sum() == pytest.approx(1.0)


def test_the_mass_of_a_span_allows_one_token_of_slack_outside_and_none_beyond() -> None:
    span = TokenSpan(4, 5, 1.0)
    near, far = _pointing(12, 3, 6), _pointing(12, 2, 7)
    assert near.mass(span) > 0.6
    assert far.mass(span) < 0.05


def test_the_candidate_with_most_of_the_pointing_is_the_target() -> None:
    candidates = [TokenSpan(0, 1, 0.99), TokenSpan(4, 5, 0.5), TokenSpan(8, 8, 0.7)]
    for free in (True, False):
        assert choose_target(_pointing(12, 4, 5), candidates, threshold=0.5, free=free) == candidates[1]


def test_a_query_that_points_nowhere_has_no_target() -> None:
    pointing = _pointing(12, 4, 5, somewhere=0.4)
    assert choose_target(pointing, [TokenSpan(4, 5, 0.9)], threshold=0.5, free=True) is None
    assert choose_target(pointing, [TokenSpan(4, 5, 0.9)], threshold=0.4, free=True) is not None


def test_a_free_role_gets_the_likeliest_start_and_end_where_no_layer_found_a_span() -> None:
    found = choose_target(_pointing(12, 4, 6), [], threshold=0.5, free=True)
    assert found is not None
    assert (found.first, found.last) == (4, 6)
    assert 0.0 <= found.score <= 1.0


def test_a_free_span_never_ends_before_it_starts() -> None:
    found = choose_target(_pointing(12, 7, 2), [], threshold=0.5, free=True)
    assert found is not None
    assert found.first == 7 <= found.last


def test_a_bound_role_takes_only_spans_that_a_layer_found() -> None:
    pointing = _pointing(12, 4, 6)
    assert choose_target(pointing, [], threshold=0.5, free=False) is None
    assert choose_target(pointing, [TokenSpan(9, 10, 0.9)], threshold=0.5, free=False) is None


def test_nothing_can_be_pointed_to_among_no_tokens() -> None:
    empty = np.zeros(0, dtype=np.float32)
    assert choose_target(Pointing(start=empty, end=empty, somewhere=1.0), [], threshold=0.0, free=True) is None


@given(data=st.data(), n_tokens=st.integers(1, 20))
def test_a_target_always_lies_within_the_tokens(data: st.DataObject, n_tokens: int) -> None:
    logits = [np.array(data.draw(st.lists(_LOGITS, min_size=n_tokens, max_size=n_tokens)), "f4") for _ in range(2)]
    pointing = Pointing.of(*logits, data.draw(_LOGITS))
    first = data.draw(st.integers(0, n_tokens - 1))
    candidates = [TokenSpan(first, data.draw(st.integers(first, n_tokens - 1)), 0.5)]
    found = choose_target(pointing, candidates, threshold=0.1, free=True)
    if found is not None:
        assert 0 <= found.first <= found.last < n_tokens
        assert 0.0 <= found.score <= 1.0
