"""From a claim's words and class to its value: the contract's table, with the reader of number expressions."""

import re
from dataclasses import replace

from ..data.taxonomy import AMOUNT_MEASURES
from ..data.value import Value, value_of
from .folding import CURRENCY_SIGNS, fold
from .numbers import Number, read_number, read_range
from .numerals import Numerals, load_numerals

_WORD = re.compile(rf"[^\W\d_]+(?:'[^\W\d_]+)*|[{CURRENCY_SIGNS}%]")
_ONE = Number(low=1, high=1, is_vague=False)
_TWO = Number(low=2, high=2, is_vague=False)


def read_value(
    quantity: str,
    *,
    modifier: str | None,
    item: str | None,
    uncertainty: str,
    measure: str,
    implicit: bool,
    language: str,
) -> Value:
    """The value of a claim by the contract's table.

    An implicit count is 1, or 2 where its noun is a dual. Where class and words disagree, the weaker of the two is
    kept, so that no bound is made up:

    - ``range``, but one number is read: the number as ``point`` without bounds, for its other end is not known.
    - Any class, but a vague expression is read: its low bound; nothing at all for ``at_most`` and ``less_than``,
      which take the low bound away.
    - Any class, but a range is read: its ends; ``at_least``, ``more_than`` and ``vague`` keep the lower end only,
      ``at_most`` and ``less_than`` the upper one.
    - ``vague``, but a number is read: the number as low bound.
    - A count, but a share is read ("half of them"): nothing, for it is a share of a number that stands elsewhere.

    Args:
        quantity: Text of the quantity span.
        modifier: Text of the modifier span; None where the claim has none.
        item: Text of the item span; None where the claim has none.
        uncertainty: One of ``UNCERTAINTIES``.
        measure: One of ``MEASURES``.
        implicit: Whether the count is only implied.
        language: ISO 639-1 code.

    Returns:
        The value; all None where no number can be read and for ``unknown``.
    """
    if uncertainty == "unknown":
        return Value()
    numerals = load_numerals(language)
    number = _read(
        quantity, modifier=modifier, item=item, uncertainty=uncertainty, implicit=implicit, language=language
    )
    if number is None:
        return Value()
    item_words = _WORD.findall(fold(item or ""))
    # A quantity span that took its unit along holds it anywhere; the unit of an item heads it.
    is_amount = _is_amount(item_words, numerals, n_words=numerals.n_unit_words) or _is_amount(
        _WORD.findall(fold(quantity)), numerals
    )
    if measure == "percentage" and number.high < 1 and not is_amount and not _has_digits(quantity):
        # A fraction in words ("half", "ثلثي") is a share of a hundred; half a percent is not.
        number = replace(number, low=round(100 * number.low, 6), high=round(100 * number.high, 6))
    is_count = measure not in AMOUNT_MEASURES and not is_amount
    if is_count and 0 < number.low < 1:
        # "Half of them": a share of a number that stands elsewhere, never half a thing.
        return Value()
    return _interval(number, uncertainty=uncertainty, is_count=is_count)


def _read(
    quantity: str, *, modifier: str | None, item: str | None, uncertainty: str, implicit: bool, language: str
) -> Number | None:
    numerals = load_numerals(language)
    is_noun = item is not None and f"{item} ".startswith(f"{quantity.strip()} ")
    # A noun that counts by itself may look like a number word: then only digits are taken for a number.
    if not (implicit and is_noun) or _has_digits(quantity):
        opens_range = modifier is not None and fold(modifier).strip() in numerals.range_modifiers
        if uncertainty == "range" or opens_range:
            number = read_range(quantity, language=language)
        else:
            is_bounded = uncertainty not in ("exact", "vague")
            number = read_number(quantity, language=language, is_bounded=is_bounded)
        if number is not None:
            return number
    words = _WORD.findall(fold(quantity))
    if not words:
        return None
    if implicit or is_noun:
        n_counted = _count_of_noun(words[0], numerals)
        # A noun alone is a count only where the claim is known to be implicit; a dual always is one.
        return {1: _ONE if implicit else None, 2: _TWO}.get(n_counted)
    return _TWO if words[0] in numerals.duals and words[0] not in numerals.singulars else None


def _has_digits(text: str) -> bool:
    return any(character.isdigit() for character in text)


def _count_of_noun(word: str, numerals: Numerals) -> int:
    """1 or 2 for a noun known to be singular or dual, by its ending; 0 for a plural that looks like a dual.

    The rule rests on that knowledge: مهندسين alone might as well be a plural, but the contract makes no implicit claim
    of plurals. What is left are singulars that end like a dual (كمين, ميدان), listed in the data. In construct state
    the masculine dual (قاذفي) looks like any noun in -ي (مدني): there the data lists the nouns that have a dual.
    """
    # The longest form first: والدين is "two parents", not "and the religion".
    for form in numerals.without_prefixes(word):
        if form in numerals.plurals:
            return 0
        if form in numerals.singulars:
            return 1
        if form in numerals.loose_duals:
            return 2
    return 2 if any(word.endswith(ending) and len(word) > len(ending) + 1 for ending in numerals.dual_endings) else 1


def _is_amount(words: list[str], numerals: Numerals, *, n_words: int | None = None) -> bool:
    """Whether the first ``n_words`` of the folded words (None: any) hold a unit of amounts."""
    for word, following in zip(words[:n_words], [*words[1:], None], strict=False):
        if not numerals.may_be_unit(word):
            continue
        for form in numerals.without_prefixes(word):
            if form in numerals.amount_units or f"{form} {following}" in numerals.amount_units:
                return True
            if form in numerals.amount_unit_singulars and (following is None or numerals.is_of(following)):
                return True
    return False


def _interval(number: Number, *, uncertainty: str, is_count: bool) -> Value:
    if number.is_vague:
        return Value() if uncertainty in ("at_most", "less_than") else Value(low=number.low)
    if number.low == number.high:
        if uncertainty == "range":
            return Value(point=number.low)
        return value_of(number.low, number.high, uncertainty=uncertainty, is_count=is_count)
    if uncertainty in ("at_least", "more_than", "vague"):
        return Value(low=value_of(number.low, None, uncertainty=uncertainty, is_count=is_count).low)
    if uncertainty in ("at_most", "less_than"):
        return Value(high=value_of(number.high, None, uncertainty=uncertainty, is_count=is_count).high)
    return Value(low=number.low, high=number.high)
