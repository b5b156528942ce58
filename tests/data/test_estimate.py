import pytest

from reportedly.data.errors import RecordError
from reportedly.data.estimate import Estimate


def test_whole_numbers_are_kept_as_integers() -> None:
    estimate = Estimate(low=12.0, best=12.5, high=13.0, rule="own/first")
    assert (estimate.low, estimate.best, estimate.high) == (12, 12.5, 13)
    assert isinstance(estimate.low, int)
    assert isinstance(estimate.high, int)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), "12", True, 10**400])
def test_an_estimate_that_is_no_finite_number_is_refused(number: object) -> None:
    with pytest.raises(RecordError, match=r"by rule own/first must be a finite number or null"):
        Estimate(best=number, rule="own/first")  # type: ignore[arg-type]


def test_an_estimate_upside_down_is_refused() -> None:
    with pytest.raises(
        RecordError, match="estimate low 3 by rule own/first lies above high 2; mend the rule's estimate"
    ):
        Estimate(low=3, high=2, rule="own/first")


def test_best_may_lie_outside_as_more_than_25_has_a_low_of_26() -> None:
    assert Estimate(low=26, best=25, rule="literal/as_said").best == 25
