"""The interval of numbers that the words of a claim allow."""

import sys
from dataclasses import dataclass

from .errors import RecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """What the words of a claim allow, never a guess.

    Attributes:
        point: The number named, or None (ranges, vague and unknown numbers).
        low: Lower bound, or None where the words give none.
        high: Upper bound, or None where the words give none.
    """

    point: float | None = None
    low: float | None = None
    high: float | None = None

    def __post_init__(self) -> None:
        for name in ("point", "low", "high"):
            number = getattr(self, name)
            if number is None:
                continue
            is_number = isinstance(number, int | float) and not isinstance(number, bool)
            # The largest float, not isfinite: that cannot take integers beyond it.
            if not is_number or not abs(number) <= sys.float_info.max:
                raise RecordError(f"value {name} {number!r} must be a finite number or null")
            if isinstance(number, float) and number.is_integer():
                object.__setattr__(self, name, int(number))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise RecordError(f"value low {self.low} lies above high {self.high}")


def value_of(low: float | None, high: float | None, *, uncertainty: str, is_count: bool) -> Value:
    """The contract's table: from the number(s) read and the uncertainty class to an interval.

    Args:
        low: The number read; the smaller one of a range; None where no number could be read.
        high: The greater number of a range, else the same as ``low`` or None.
        uncertainty: One of ``UNCERTAINTIES``.
        is_count: Whether whole things are counted. "More than 25" then begins at 26; for amounts
            (money, percentages, distances, durations, weights) the bound itself is kept.
    """
    if uncertainty == "unknown" or low is None:
        return Value()
    # "More than half a building" and other fractions have no next whole number: the bound stays.
    step = 1 if is_count and float(low).is_integer() else 0
    if uncertainty == "range":
        return Value(low=low, high=low if high is None else high)
    if uncertainty == "vague":
        return Value(low=low)
    bounds: dict[str, tuple[float | None, float | None]] = {
        "exact": (low, low),
        "approximate": (None, None),
        "at_least": (low, None),
        "more_than": (low + step, None),
        "at_most": (None, low),
        "less_than": (None, low - step),
    }
    lower, upper = bounds[uncertainty]
    return Value(point=low, low=lower, high=upper)
