import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.errors import RecordError
from reportedly.data.taxonomy import UNCERTAINTIES
from reportedly.data.value import Value, value_of

_COUNTS = st.integers(0, 10**12)


@pytest.mark.parametrize(
    ("low", "high", "uncertainty", "expected"),
    [
        pytest.param(25, None, "exact", (25, 25, 25), id="25"),
        pytest.param(45, None, "approximate", (45, None, None), id="about 45"),
        pytest.param(45, None, "at_least", (45, 45, None), id="at least 45"),
        pytest.param(25, None, "more_than", (25, 26, None), id="over 25"),
        pytest.param(30, None, "at_most", (30, None, 30), id="up to 30"),
        pytest.param(30, None, "less_than", (30, None, 29), id="fewer than 30"),
        pytest.param(100, None, "less_than", (100, None, 99), id="nearly 100"),
        pytest.param(10, 15, "range", (None, 10, 15), id="10 to 15"),
        pytest.param(24, None, "vague", (None, 24, None), id="dozens"),
        pytest.param(200, None, "vague", (None, 200, None), id="hundreds"),
        pytest.param(2000, None, "vague", (None, 2000, None), id="thousands"),
        pytest.param(20000, None, "vague", (None, 20000, None), id="tens of thousands"),
        pytest.param(2, None, "vague", (None, 2, None), id="several"),
        pytest.param(12, None, "more_than", (12, 13, None), id="more than a dozen"),
        pytest.param(0, None, "exact", (0, 0, 0), id="no casualties"),
        pytest.param(25, None, "unknown", (None, None, None), id="the number is not known"),
        pytest.param(None, None, "exact", (None, None, None), id="no number was read"),
    ],
)
def test_the_words_of_a_count_give_the_interval_of_the_contract(
    low: float | None, high: float | None, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    value = value_of(low, high, uncertainty=uncertainty, is_count=True)
    assert (value.point, value.low, value.high) == expected


@pytest.mark.parametrize(
    ("number", "uncertainty", "expected"),
    [
        pytest.param(30, "more_than", (30, 30, None), id="more than 30%"),
        pytest.param(1.5, "less_than", (1.5, None, 1.5), id="less than 1.5 km"),
        pytest.param(1500000, "more_than", (1500000, 1500000, None), id="more than 1.5 million dollars"),
    ],
)
def test_an_amount_keeps_the_bound_itself(number: float, uncertainty: str, expected: tuple[float | None, ...]) -> None:
    value = value_of(number, None, uncertainty=uncertainty, is_count=False)
    assert (value.point, value.low, value.high) == expected


def test_a_fraction_of_a_counted_thing_has_no_next_whole_number() -> None:
    assert value_of(0.5, None, uncertainty="more_than", is_count=True) == Value(point=0.5, low=0.5)


def test_a_range_of_one_number_ends_where_it_begins() -> None:
    assert value_of(10, None, uncertainty="range", is_count=True) == Value(low=10, high=10)


@given(_COUNTS, _COUNTS, st.sampled_from(UNCERTAINTIES), st.booleans())
def test_an_interval_never_excludes_the_numbers_that_the_words_allow(
    first: int, second: int, uncertainty: str, is_count: bool
) -> None:
    low, high = min(first, second), max(first, second)
    value = value_of(low, high, uncertainty=uncertainty, is_count=is_count)
    allowed = {
        "exact": low,
        "approximate": low,
        "at_least": low,
        "more_than": low + 1,
        "at_most": low,
        "less_than": low - 1,
        "range": high,
        "vague": low,
        "unknown": low,
    }[uncertainty]
    assert value.low is None or value.low <= allowed
    assert value.high is None or allowed <= value.high


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, "5", True, 10**400, [1]])
def test_a_value_that_is_no_finite_number_is_refused(number: object) -> None:
    with pytest.raises(RecordError, match="must be a finite number or null"):
        Value(point=number)  # type: ignore[arg-type]


def test_an_interval_upside_down_is_refused() -> None:
    with pytest.raises(RecordError, match="low 15 lies above high 10"):
        Value(low=15, high=10)


def test_whole_numbers_are_kept_as_integers() -> None:
    value = Value(point=25.0, low=0.5)
    assert isinstance(value.point, int)
    assert isinstance(value.low, float)
