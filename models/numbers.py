"""What number a number expression names: "25", "ten to fifteen", "11 ألفاً و800", "tens of thousands".

Reading goes in three steps: the words become atoms (``numerals.py``), atoms become figures (a figure is one number with
its sums and products: "two hundred and five thousand"), and one or two figures become a ``Number``.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

from .numerals import MOST_DIGITS, Atom, Kind, Numerals, load_numerals

_Gap = tuple[Kind, ...]

FIGURE_KINDS: frozenset[Kind] = frozenset({"number", "digits", "scale", "fraction", "vague"})
"""The atoms that figures are made of."""

# Longer expressions are read anew each time, so that what is kept stays small.
_LONGEST_KEPT = 100
# What may stand between the summands of a number, between a number and its scale, and before a fraction.
_SUM_GAPS: frozenset[_Gap] = frozenset({(), ("and",), ("hyphen",), ("comma",), ("comma", "and")})
_PRODUCT_GAPS: frozenset[_Gap] = frozenset({(), ("hyphen",), ("odd",), ("of",), ("of", "alone")})
_FRACTION_GAPS: frozenset[_Gap] = frozenset({(), ("and",), ("hyphen",), ("and", "alone")})
# What makes two numbers a range without a word that says so ("10-15", "10 and 15").
_RANGE_GAPS: frozenset[_Gap] = frozenset({("and",), ("hyphen",), ("and", "alone")})
# What may stand between an article and the word that takes its number away ("un très grand nombre").
_ARTICLE_GAPS: frozenset[_Gap] = frozenset({(), ("other",)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """The number that an expression names.

    Attributes:
        low: The number; of a range the smaller end; of a vague expression the least it can mean.
        high: The greater end of a range, else equal to ``low``.
        is_vague: Whether the words name no number but only a least one (dozens, several, عشرات).
    """

    low: float
    high: float
    is_vague: bool


@dataclass(slots=True)
class _Part:
    """A summand of a figure.

    Attributes:
        value: Its number.
        base: What a following scale multiplies, if not ``value``: tens are 2 × 10 before "of thousands".
        unit: A following summand must be smaller than this.
        scale: The scale word it ended with, else 1.
        is_word: Whether it is a bare number word.
        is_article: Whether that word is an article too.
        is_dual: Whether it is a scale word that stands for two of it as long as nothing is added.
        has_fraction: Whether a fraction was added to it last.
        first: The position of its first atom.
    """

    value: float
    base: float
    unit: float
    scale: float = 1
    is_word: bool = False
    is_article: bool = False
    is_dual: bool = False
    has_fraction: bool = False
    first: int = 0


@dataclass(slots=True)
class _Figure:
    """One number.

    Attributes:
        parts: Its summands, the greatest first.
        gap: What stands between the figure before and this one.
        is_vague: Whether it is only a low bound.
        takes_scale: Whether a scale may multiply it; not so for the "some" of "some hundred".
        end: One past the position of its last atom.
    """

    parts: list[_Part]
    gap: _Gap
    is_vague: bool = False
    takes_scale: bool = True
    end: int = 0

    @property
    def is_bare_vague(self) -> bool:
        """Whether it is a vague word alone (several), not one that names a size (dozens)."""
        return self.is_vague and self.parts[-1].unit == 0 and self.parts[-1].scale == 1

    @property
    def value(self) -> float:
        # Six decimals hide what floats add to products: 16.4 × 1,000,000.
        return round(sum(part.value for part in self.parts), 6)


def _unit(value: float) -> float:
    """The greatest power of ten that divides ``value``; 1 for fractions."""
    unit = 1
    while value and value % (unit * 10) == 0:
        unit *= 10
    return unit


class _FigureReader:
    """Reads atoms from left to right into figures."""

    def __init__(self, *, has_unit_before_ten: bool) -> None:
        self._has_unit_before_ten = has_unit_before_ten
        self._gap: _Gap = ()
        self._position = 0
        self.figures: list[_Figure] = []

    def read(self, atoms: Iterable[Atom]) -> list[_Figure]:
        for self._position, atom in enumerate(atoms):
            if atom.kind in ("number", "digits"):
                self._read_number(atom)
            elif atom.kind == "scale":
                self._read_scale(atom)
            elif atom.kind == "fraction":
                self._read_fraction(atom)
            elif atom.kind == "vague":
                self._drop_article()
                self._open(_Part(2, 2, 0), is_vague=True, takes_scale=atom.is_vague)
            else:
                if atom.kind == "odd" and self.figures and self._gap in ((), ("hyphen",)):
                    self.figures[-1].is_vague = True
                if atom.kind == "unknown":
                    self._drop_article()
                self._widen_gap(atom.kind)
                continue
            self._gap = ()
            self.figures[-1].end = self._position + 1
        return self.figures

    def _widen_gap(self, kind: Kind) -> None:
        # Each kind once, so that a gap stays short. A hyphen beside another joint says nothing of its own:
        # "one-and-a-half", "10- to 15-".
        if kind in self._gap or (kind == "hyphen" and self._gap):
            return
        self._gap = (kind,) if self._gap == ("hyphen",) else (*self._gap, kind)

    def _drop_article(self) -> None:
        """Take back the "un" of "un grand nombre", "un nombre indéterminé" and "une bonne dizaine"."""
        figure = self._last(_ARTICLE_GAPS)
        # What adds to a number is no article: "cent un".
        if figure is not None and figure.parts[-1].is_article and len(figure.parts) == 1:
            self._gap = self.figures.pop().gap

    def _open(self, part: _Part, *, is_vague: bool = False, takes_scale: bool = True) -> None:
        part.first = self._position
        self.figures.append(_Figure([part], self._gap, is_vague or "odd" in self._gap, takes_scale))

    def _last(self, gaps: frozenset[_Gap]) -> _Figure | None:
        """The figure that the next atom can continue over the present gap."""
        return self.figures[-1] if self.figures and self._gap in gaps else None

    def _append(self, figure: _Figure, part: _Part) -> None:
        last = figure.parts[-1]
        if last.is_dual:
            # "ألفا وخمسة" is an accusative thousand: the dual would be ألفان here.
            last.value = last.base = last.scale
            last.is_dual = False
        part.first = self._position
        figure.parts.append(part)

    def _read_number(self, atom: Atom) -> None:
        is_word = atom.kind == "number"
        unit = _unit(atom.value) if is_word else 1
        part = _Part(atom.value, atom.value, unit, is_word=is_word, is_article=atom.is_article)
        if is_word and atom.value >= 1000:
            # A dual such as "مليونان" holds its scale.
            part.scale = 1000.0 ** ((len(str(int(atom.value))) - 1) // 3)
        figure = self._last(_SUM_GAPS)
        if figure is None:
            self._open(part)
        elif figure.parts[-1].unit == 0:
            # After a vague word: بضعة وعشرون is twenty or more; "some 20" and "at most 20" are simply 20.
            self._open(part, is_vague=figure.is_vague and self._gap == ("and",))
        elif self._fits(figure.parts[-1], atom.value):
            self._append(figure, part)
        elif self._is_unit_before_ten(figure.parts[-1], atom):
            value = figure.parts[-1].value + atom.value
            figure.parts[-1] = _Part(value, value, 1, is_word=True, first=figure.parts[-1].first)
            self._split_where_greater(figure)
        else:
            self._open(part)

    def _fits(self, last: _Part, value: float) -> bool:
        return 0 < value < last.unit and ("comma" not in self._gap or last.unit >= 1000)

    def _is_unit_before_ten(self, last: _Part, atom: Atom) -> bool:
        return (
            self._has_unit_before_ten
            and self._gap == ("and",)
            and (last.is_word and 1 <= last.value <= 9)
            and (atom.kind == "number" and 20 <= atom.value <= 90 and atom.value % 10 == 0)
        )

    def _split_where_greater(self, figure: _Figure) -> None:
        """Make the last part a figure of its own where it does not fit below the one before: 100 and 200."""
        if len(figure.parts) > 1 and figure.parts[-1].value >= figure.parts[-2].unit:
            # Such a part was joined over an "and" or nothing; an "and" is what a range needs.
            part = figure.parts.pop()
            figure.end = part.first
            self.figures.append(_Figure([part], ("and",)))

    def _read_scale(self, atom: Atom) -> None:
        if self._gap:
            self._drop_article()
        figure = self._last(_PRODUCT_GAPS)
        if figure is None and self._gap == ("alone",) and self.figures and self.figures[-1].value < 1:
            # "Half a million".
            figure = self.figures[-1]
        if figure is not None and not self._is_one_of(figure) and self._multiply(figure, atom):
            return
        figure = self._last(_SUM_GAPS)
        # "Tens" before "of thousands" are 20, whatever they are alone.
        base = 2 * atom.value if atom.is_vague else atom.alone
        is_dual = not atom.is_vague and atom.alone != atom.value
        part = _Part(atom.alone, base, 0 if atom.is_vague else atom.value, scale=atom.value, is_dual=is_dual)
        if figure is not None and not atom.is_vague and self._fits(figure.parts[-1], atom.alone):
            self._append(figure, part)
        else:
            self._open(part, is_vague=atom.is_vague)

    def _is_one_of(self, figure: _Figure) -> bool:
        """Whether an *of* takes a plain number out of more: one of hundreds, not dozens of hundreds."""
        last = figure.parts[-1]
        return "of" in self._gap and last.scale == 1 and last.unit > 0

    def _multiply(self, figure: _Figure, atom: Atom) -> bool:
        """Multiply the summands below the scale; False where there are none."""
        last = figure.parts[-1]
        if not figure.takes_scale:
            return False
        if last.has_fraction and last.scale == atom.value:
            # "A million and a half million" names the scale twice.
            return True
        if atom.value < 1:
            last.value = last.base = last.value * atom.value
            last.unit = 0
            return True
        first = len(figure.parts)
        while first and figure.parts[first - 1].base < atom.value:
            first -= 1
        if first == len(figure.parts):
            return False
        factor = sum(part.base for part in figure.parts[first:])
        value = factor * atom.value
        # "Several dozens" are no fewer than dozens.
        least = max(value, atom.alone) if last.unit == 0 and atom.is_vague else value
        unit = 0 if figure.is_vague else atom.value
        figure.parts[first:] = [_Part(least, value, unit, scale=atom.value, first=figure.parts[first].first)]
        self._split_where_greater(figure)
        return True

    def _read_fraction(self, atom: Atom) -> None:
        figure = self._last(_FRACTION_GAPS)
        if figure is None or figure.is_vague or figure.value < 1:
            self._open(_Part(atom.value, atom.value, 0))
            return
        last = figure.parts[-1]
        if self._gap in ((), ("hyphen",)):
            # "One third", "one-fifth".
            last.value = last.base = last.value * atom.value
            last.unit = 0
            return
        if last.is_dual:
            last.value, last.is_dual = last.scale, False
        last.value += atom.value * last.scale
        last.base = last.value
        last.has_fraction = True


def split_into_figures(atoms: Sequence[Atom], *, numerals: Numerals) -> list[tuple[int, int]]:
    """Where the single numbers in a run of atoms stand: half-open ranges of positions, in their order.

    Joints (and, to, of) between two numbers belong to neither, nor does an article that gives way to a vague word.
    """
    figures = _FigureReader(has_unit_before_ten=numerals.has_unit_before_ten).read(atoms)
    ranges = []
    for figure in figures:
        end = figure.end
        while atoms[end - 1].kind not in FIGURE_KINDS:
            end -= 1
        ranges.append((figure.parts[0].first, end))
    return ranges


def _figures(atoms: list[Atom], numerals: Numerals) -> list[_Figure]:
    for position, atom in enumerate(atoms[:-1]):
        if atom.before_scale is not None and atoms[position + 1].kind == "scale":
            atoms[position] = Atom("digits", atom.before_scale)
    return _FigureReader(has_unit_before_ten=numerals.has_unit_before_ten).read(atoms)


def _ends(low: _Figure, high: _Figure) -> tuple[float, float]:
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


def _is_range(first: _Figure, second: _Figure) -> bool:
    return "range" in second.gap or (second.gap in _RANGE_GAPS and not first.is_vague and not second.is_vague)


def _choose(figures: list[_Figure]) -> Number:
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
    return Number(low=figure.value, high=figure.value, is_vague=figure.is_vague)


def _read(atoms: list[Atom], figures: list[_Figure]) -> Number | None:
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
    return _read(atoms, _figures(atoms, numerals))


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
    figures = _figures(atoms, numerals)
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


def _halves(atoms: list[Atom], numerals: Numerals) -> list[_Figure]:
    """The two figures that one figure falls into at an "and", the smaller one first; none where it does not."""
    for position, (atom, following) in enumerate(pairwise(atoms)):
        if atom.kind == "and" and following.kind in ("number", "digits", "scale", "fraction"):
            before, after = _figures(atoms[:position], numerals), _figures(atoms[position + 1 :], numerals)
            if len(before) == len(after) == 1 and before[0].value < after[0].value:
                return [*before, *after]
    return []
