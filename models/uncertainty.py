"""The rule by which a claim's uncertainty class and its words are brought to agree."""

from .hedges import read_hedge
from .numbers import read_number, read_range
from .numerals import load_numerals

_BOUNDS = ("at_least", "more_than", "at_most", "less_than")


def reconcile_uncertainty(
    uncertainty: str, *, quantity: str, modifier: str | None, implicit: bool, language: str
) -> str:
    """The class of a claim, from the class that a model gave and the words that it marked. The first case decides.

    1. ``unknown`` stays: no words can tell that a number is not known.
    2. An implicit count is ``exact``, unless a modifier bounds it.
    3. A quantity with two ends is a ``range``, unless its modifier is a bound (at least 10 to 15).
    4. The class of the modifier's words wins, where they have one; words that open a range (between) only with a
       quantity of two ends, for "from 17" may be half of a change.
    5. A vague numeral makes ``exact`` and ``range`` into ``vague``; a plain number makes ``vague`` into ``exact``;
       words that only name a number (the number, an unknown number) are ``unknown``; a numeral that says "about" by
       itself (French une trentaine) makes ``exact`` into ``approximate``.
    6. Else the model's class stays: the words that bound a number may stand where it marked none.

    Args:
        uncertainty: The model's class, one of ``UNCERTAINTIES``.
        quantity: Text of the quantity span.
        modifier: Text of the modifier span; None where the claim has none.
        implicit: Whether the count is only implied.
        language: ISO 639-1 code.
    """
    if uncertainty == "unknown":
        return uncertainty
    hedge = None if modifier is None else read_hedge(modifier, language=language)
    if implicit:
        return hedge if hedge not in (None, "range") else "exact"
    number = (read_range if hedge == "range" else read_number)(quantity, language=language)
    if number is not None and number.low < number.high:
        return hedge if hedge in _BOUNDS else "range"
    if hedge is not None and (hedge != "range" or number is None):
        return hedge
    if number is None:
        is_unsaid = any(atom.kind == "unknown" for atom in load_numerals(language).atoms(quantity))
        return "unknown" if is_unsaid else uncertainty
    if number.is_vague and uncertainty in ("exact", "range"):
        return "vague"
    if number.is_rough and uncertainty in ("exact", "vague"):
        return "approximate"
    return "exact" if uncertainty == "vague" and not number.is_vague else uncertainty
