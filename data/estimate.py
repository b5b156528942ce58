"""What a codebook makes of a claim: the numbers that an organisation would enter."""

import sys
from dataclasses import dataclass

from .errors import RecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """The numbers that a codebook gives a claim, beside the value that its words allow.

    Attributes:
        low, best, high: The organisation's numbers, None where it gives none. ``best`` need not lie between the two:
            the literal reading of "more than 25" has 25 and a low of 26.
        rule: ``CODEBOOK/RULE``, the rule that gave them.
        notation: The claim in the codebook's own notation (``6-8``, ``PLURAL``); None where it has none.
    """

    low: float | None = None
    best: float | None = None
    high: float | None = None
    rule: str
    notation: str | None = None

    def __post_init__(self) -> None:
        for name in ("low", "best", "high"):
            number = getattr(self, name)
            if number is None:
                continue
            is_number = isinstance(number, int | float) and not isinstance(number, bool)
            if not is_number or not abs(number) <= sys.float_info.max:
                raise RecordError(f"estimate {name} {number!r} by rule {self.rule} must be a finite number or null")
            if isinstance(number, float) and number.is_integer():
                object.__setattr__(self, name, int(number))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise RecordError(
                f"estimate low {self.low} by rule {self.rule} lies above high {self.high}; mend the rule's estimate"
            )
