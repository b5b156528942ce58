"""From atoms to the single numbers that they make up."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .numerals import MOST_DIGITS, Atom, Kind, Numerals

Gap = tuple[Kind, ...]
"""What stands between two figures, each kind of atom once."""

FIGURE_KINDS: frozenset[Kind] = frozenset({"number", "digits", "scale", "fraction", "vague"})
"""The atoms that figures are made of."""

# What may stand between the summands of a number, between a number and its scale, and before a fraction.
_SUM_GAPS: frozenset[Gap] = frozenset({(), ("and",), ("hyphen",), ("comma",), ("comma", "and")})
_PRODUCT_GAPS: frozenset[Gap] = frozenset({(), ("hyphen",), ("odd",), ("of",), ("of", "alone")})
_FRACTION_GAPS: frozenset[Gap] = frozenset({(), ("and",), ("hyphen",), ("and", "alone")})
# What may stand between an article and the word that takes its number away ("un très grand nombre").
_ARTICLE_GAPS: frozenset[Gap] = frozenset({(), ("other",)})


@dataclass(slots=True)
class Part:
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
        decimals: The digits read after its decimal point; None where it has none.
        is_closed: Whether nothing may be added to it.
        is_rough: Whether it is a scale word alone that says "about" by itself.
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
    decimals: str | None = None
    is_closed: bool = False
    is_rough: bool = False
    first: int = 0

    def take_share(self, share: float) -> None:
        """Make it a share of what it was, to which nothing can be added: three quarters."""
        self.value = self.base = self.value * share
        self.unit = 0


@dataclass(slots=True)
class Figure:
    """One number.

    Attributes:
        parts: Its summands, the greatest first.
        gap: What stands between the figure before and this one.
        is_vague: Whether it is only a low bound.
        takes_scale: Whether a scale may multiply it; not so for the "some" of "some hundred".
        end: One past the position of its last atom.
    """

    parts: list[Part]
    gap: Gap
    is_vague: bool = False
    takes_scale: bool = True
    end: int = 0

    @property
    def is_bare_vague(self) -> bool:
        """Whether it is a vague word alone (several), not one that names a size (dozens)."""
        return self.is_vague and self.parts[-1].unit == 0 and self.parts[-1].scale == 1

    @property
    def value(self) -> float:
        """The sum of its parts."""
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
        self._gap: Gap = ()
        self._position = 0
        self.figures: list[Figure] = []

    def read(self, atoms: Iterable[Atom]) -> list[Figure]:
        for self._position, atom in enumerate(atoms):
            if atom.kind in ("number", "digits"):
                self._read_number(atom)
            elif atom.kind == "scale":
                self._read_scale(atom)
            elif atom.kind == "fraction":
                self._read_fraction(atom)
            elif atom.kind == "vague":
                self._drop_article()
                self._open(Part(2, 2, 0), is_vague=True, takes_scale=atom.is_vague)
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

    def _open(self, part: Part, *, is_vague: bool = False, takes_scale: bool = True) -> None:
        part.first = self._position
        self.figures.append(Figure([part], self._gap, is_vague or "odd" in self._gap, takes_scale))

    def _last(self, gaps: frozenset[Gap]) -> Figure | None:
        """The figure that the next atom can continue over the present gap."""
        is_open = self.figures and self._gap in gaps and not self.figures[-1].parts[-1].is_closed
        return self.figures[-1] if is_open else None

    def _append(self, figure: Figure, part: Part) -> None:
        last = figure.parts[-1]
        if last.is_dual:
            # "ألفا وخمسة" is an accusative thousand: the dual would be ألفان here.
            last.value = last.base = last.scale
            last.is_dual = False
        part.first = self._position
        figure.parts.append(part)

    def _read_number(self, atom: Atom) -> None:
        is_word = atom.kind == "number"
        if self._read_decimals(atom):
            return
        unit = _unit(atom.value) if is_word else 1
        part = Part(
            atom.value, atom.value, unit, is_word=is_word, is_article=atom.is_article, is_closed=atom.is_closing
        )
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
            figure.parts[-1] = Part(value, value, 1, is_word=True, first=figure.parts[-1].first)
            self._split_where_greater(figure)
        else:
            self._open(part)

    def _read_decimals(self, atom: Atom) -> bool:
        """Read what follows a decimal point in words: digit by digit (point two five) or as one number (virgule 25)."""
        figure = self.figures[-1] if self.figures else None
        if figure is None or figure.is_vague or atom.value != int(atom.value):
            return False
        last = figure.parts[-1]
        if self._gap == ("point",) and last.scale == 1 and last.value == int(last.value):
            last.decimals = ""
        elif self._gap or last.decimals is None or atom.value > 9:
            return False
        last.decimals += f"{atom.value:.0f}"
        last.value = last.base = int(last.value) + float(f"0.{last.decimals[:MOST_DIGITS]}")
        last.unit = 0
        return True

    def _fits(self, last: Part, value: float) -> bool:
        return 0 < value < last.unit and ("comma" not in self._gap or last.unit >= 1000)

    def _is_unit_before_ten(self, last: Part, atom: Atom) -> bool:
        return (
            self._has_unit_before_ten
            and self._gap == ("and",)
            and (last.is_word and 1 <= last.value <= 9)
            and (atom.kind == "number" and 20 <= atom.value <= 90 and atom.value % 10 == 0)
        )

    def _split_where_greater(self, figure: Figure) -> None:
        """Make the last part a figure of its own where it does not fit below the one before: 100 and 200."""
        if len(figure.parts) > 1 and figure.parts[-1].value >= figure.parts[-2].unit:
            # Such a part was joined over an "and" or nothing; an "and" is what a range needs.
            part = figure.parts.pop()
            figure.end = part.first
            self.figures.append(Figure([part], ("and",)))

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
        part = Part(
            atom.alone,
            base,
            0 if atom.is_vague else atom.value,
            scale=atom.value,
            is_dual=is_dual,
            is_rough=atom.is_rough and not atom.is_vague,
            is_closed=atom.is_closing,
        )
        if figure is not None and not atom.is_vague and self._fits(figure.parts[-1], atom.alone):
            self._append(figure, part)
        else:
            self._open(part, is_vague=atom.is_vague)

    def _is_one_of(self, figure: Figure) -> bool:
        """Whether an *of* takes a plain number out of more: one of hundreds, not dozens of hundreds."""
        last = figure.parts[-1]
        return "of" in self._gap and last.scale == 1 and last.unit > 0

    def _multiply(self, figure: Figure, atom: Atom) -> bool:
        """Multiply the summands below the scale; False where there are none."""
        last = figure.parts[-1]
        if not figure.takes_scale:
            return False
        if last.has_fraction and last.scale == atom.value:
            # "A million and a half million" names the scale twice.
            return True
        if atom.value < 1:
            self._take_share(figure, atom.value)
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
        is_rough = atom.is_rough and figure.parts[first].is_article
        figure.parts[first:] = [
            Part(least, value, unit, scale=atom.value, is_rough=is_rough, first=figure.parts[first].first)
        ]
        self._split_where_greater(figure)
        return True

    def _take_share(self, figure: Figure, share: float) -> None:
        """Read the shares of one: three quarters; two and three quarters; две целых пять сотых."""
        last = figure.parts[-1]
        if last.decimals is not None:
            last.value = last.base = int(last.value) + int(last.decimals) * share
            return
        last.take_share(share)
        before = self.figures[-2] if len(self.figures) > 1 else None
        is_added = figure.gap == ("and",) and len(figure.parts) == 1 and last.value < 1
        if before is not None and is_added and not before.is_vague and before.parts[-1].unit == 1:
            self.figures.pop()
            before.parts[-1].value += last.value
            before.parts[-1].base = before.parts[-1].value

    def _read_fraction(self, atom: Atom) -> None:
        figure = self._last(_FRACTION_GAPS)
        if figure is None or figure.is_vague or figure.value < 1:
            self._open(Part(atom.value, atom.value, 0))
            return
        last = figure.parts[-1]
        if self._gap in ((), ("hyphen",)):
            # "One third", "one-fifth".
            last.take_share(atom.value)
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


def read_figures(atoms: list[Atom], *, numerals: Numerals) -> list[Figure]:
    """The figures in a run of atoms, in their order."""
    for position, atom in enumerate(atoms[:-1]):
        if atom.before_scale is not None and atoms[position + 1].kind == "scale":
            atoms[position] = Atom("digits", atom.before_scale)
    return _FigureReader(has_unit_before_ten=numerals.has_unit_before_ten).read(atoms)
