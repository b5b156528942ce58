"""What number a number expression names: "25", "ten to fifteen", "11 ألفاً و800", "tens of thousands".

Reading goes in three steps: the words become atoms (``numerals.py``), atoms become figures (``figures.py``; one is one
number with its sums and products: "two hundred and five thousand"), and one or two figures become a ``Number``.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from .figures import Figure, Gap, read_figures
from .numerals import MOST_DIGITS, Atom, Numerals, load_numerals

# Longer expressions are read anew each time, so that what is kept stays small.
_LONGEST_KEPT = 100
# What makes two numbers a range without a word that says so ("10-15", "10 and 15").
_RANGE_GAPS: frozenset[Gap] = frozenset({("and",), ("hyphen",), ("and", "alone")})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The number that an expression names.

    Attributes:
        low: The number; of a range the smaller end; of a vague expression the least it can mean.
        high: The greater end of a range, else equal to ``low``.
        is_vague: Whether the words name no number but only a least one (dozens, several, عشرات).
        is_rough: Whether the words say "about" by themselves (French une trentaine).
    """

    low: float
    high: float
    is_vague: bool
    is_rough: bool = False


def _ends(low: Figure, high: Figure) -> tuple[float, float]:
    """The two ends of a range; a scale of the second that the first shares is applied: 2 to 3 million."""
    last = high.parts[-1]
    is_bare = all(part.scale == 1 for part in low.parts)
    if is_bare and len(high.parts) == 1 and last.scale > 1 and low.value < last.value / last.scale:
        return round(low.value * last.scale, 6), high.value
    return low.value, high.value


def _without_number(atoms: list[Atom]) -> Number | None:
    kinds = {atom.kind for atom in atoms}
    if "unknown" in kinds:
        return None
    if "zero" in kinds:
        return Number(low=0, high=0, is_vague=False)
    alone = max((atom.value for atom in atoms if atom.kind == "alone"), default=None)
    return None if alone is None else Number(low=alone, high=alone, is_vague=False)


def _denies(atoms: list[Atom]) -> bool:
    """Whether a zero word is said of what follows ("none of the 12"), so that it outweighs a number."""
    return any(atom.kind == "zero" and after.kind == "of" for atom, after in pairwise(atoms))


def _is_range(first: Figure, second: Figure) -> bool:
    return "range" in second.gap or (second.gap in _RANGE_GAPS and not first.is_vague and not second.is_vague)


def _choose(figures: list[Figure]) -> Number:
    """The range of the first two figures if they are one; else the first figure, before words like "many" any other."""
    for first, second in pairwise(figures):
        if _is_range(first, second):
            low, high = _ends(first, second)
            if first.is_vague or second.is_vague:
                return Number(low=min(low, high), high=min(low, high), is_vague=True)
            if low < high:
                return Number(low=low, high=high, is_vague=False)
        # "Several of the 30": the vague word is the quantity.
        if not first.is_bare_vague or second.gap[:1] == ("of",):
            return Number(low=first.value, high=first.value, is_vague=first.is_vague)
    figure = next((figure for figure in figures if not figure.is_bare_vague), figures[0])
    return Number(low=figure.value, high=figure.value, is_vague=figure.is_vague, is_rough=figure.parts[-1].is_rough)


def _read(atoms: list[Atom], figures: list[Figure]) -> Number | None:
    if _denies(atoms):
        return Number(low=0, high=0, is_vague=False)
    is_unsaid = any(atom.kind == "unknown" for atom in atoms)
    if not figures or (is_unsaid and all(figure.is_vague for figure in figures)):
        return _without_number(atoms)
    return _choose(figures)


def _singular(atoms: list[Atom]) -> list[Atom]:
    return [replace(atom, alone=atom.value, is_vague=False) if atom.may_be_singular else atom for atom in atoms]


def read_number(text: str, *, language: str, is_bounded: bool = False) -> Number | None:
    """Read the quantity span of a claim, as a model marks it: stray spaces, attached letters, nouns are overlooked.

    Args:
        text: The number expression, with digits of any script or words of the language.
        language: ISO 639-1 code; digits are read in every language, words where ``numerals_LANGUAGE.json`` exists.
        is_bounded: Whether other words are known to bound the number (over, about), so that a form which may be
            singular or plural is singular: Russian "тысячи" is thousands, but "более тысячи" is over a thousand.

    Returns:
        The number, or None where none can be read. Two numbers joined by "and" are a range (10 and 15), unless they
        make up one (a hundred and twenty).
    """
    if text.isascii() and text.isdigit() and len(text) <= MOST_DIGITS:
        number = float(text)
        return Number(low=number, high=number, is_vague=False)
    if len(text) > _LONGEST_KEPT:
        return _read_words(text, language, is_bounded)
    return _read_short_words(text, language, is_bounded)


def _read_words(text: str, language: str, is_bounded: bool) -> Number | None:
    numerals = load_numerals(language)
    atoms = numerals.atoms(text)
    if is_bounded:
        atoms = _singular(atoms)
    return _read(atoms, read_figures(atoms, numerals=numerals))


# The same few numbers stand everywhere in news, and a claim's number is read once for its class, once for its value.
_read_short_words = lru_cache(maxsize=16_384)(_read_words)


def read_range(text: str, *, language: str) -> Number | None:
    """Read words that are known to name a range, as ``read_number`` does, but prefer two ends to one sum.

    "One hundred and two thousand" is then 100 to 2000, and the ends may stand in either order or apart.

    Args:
        text: The number expression.
        language: ISO 639-1 code.

    Returns:
        The range; what ``read_number`` reads where there are no two ends; None where there are more than two with
        other words between (three years and six months to four years).
    """
    numerals = load_numerals(language)
    atoms = _singular(numerals.atoms(text))
    figures = read_figures(atoms, numerals=numerals)
    number = _read(atoms, figures)
    if number is None or number.is_vague or number.low < number.high:
        return number
    if len(figures) == 1:
        figures = _halves(atoms, numerals) or figures
    if len(figures) < 2:
        return number
    if len(figures) > 2 and any("other" in figure.gap for figure in figures[1:]):
        return None
    ends = [end for first, second in pairwise(figures) for end in _ends(first, second)]
    return Number(low=min(ends), high=max(ends), is_vague=False)


def _halves(atoms: list[Atom], numerals: Numerals) -> list[Figure]:
    """The two figures that one figure falls into at an "and", the smaller one first; none where it does not."""
    for position, (atom, following) in enumerate(pairwise(atoms)):
        if atom.kind == "and" and following.kind in ("number", "digits", "scale", "fraction"):
            before, after = (
                read_figures(atoms[:position], numerals=numerals),
                read_figures(atoms[position + 1 :], numerals=numerals),
            )
            if len(before) == len(after) == 1 and before[0].value < after[0].value:
                return [*before, *after]
    return []
