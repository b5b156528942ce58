"""Every number expression of a running text, with its offsets: what ``reportedly numbers`` prints.

No network takes part. Words whose meaning in running text differs from that in a marked span: ``running_text.py``.

Left out: articles and singulars that only imply one, dates written in digits, clock times, ordinals, and digits that
are part of a name (T-72, 4G). Years and days of a month are left in, for they look like any other number.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..data.estimate import Estimate
from ..data.prediction import Claim, Span
from ..data.records import estimate_to_record
from ..data.value import Value
from .denial_search import unsaid_numbers, zeros
from .figures import FIGURE_KINDS, split_into_figures
from .folded_text import CLAUSE_END, fold_text
from .folding import CURRENCY_SIGNS
from .hedge_search import FigurePlaces, follows_change, hedges_after, hedges_before
from .hedges import WORD, load_hedges
from .numbers import Number, read_number, read_range
from .numerals import Atom, Numerals, load_numerals
from .running_text import load_running_text
from .uncertainty import reconcile_uncertainty
from .values import read_value

if TYPE_CHECKING:
    from .codebook import Codebook

# What may stand between a number's words.
_GAP = re.compile(r"[^\S\n]*")
# Dates and clock times in digits, and ordinals.
_NO_NUMBER = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?![\d])|\d{1,2}:\d{2}(?::\d{2})?|\d+(?:st|nd|rd|th|er|e|eme|g)\b"
)
# Ordinals that folding would turn into cardinals: 47-й is 47th, 10-и is ten.
_ORDINAL = re.compile(r"\d+-(?:й|я|е|го|ая|ой|ый|ом|ую|му|у|а|ї|ої|ій|ша|гу)(?!\w)")
# What may stand before the digits of a name (T72, F-16, Миг-29); a longer word in small letters has only lost its
# space (killed10).
_GLUED = re.compile(
    r"[A-Za-z\u00c0-\u024f\u0400-\u052f]+$|[A-ZА-Я][A-Za-zА-Яа-я]{0,3}-$|(?<!\w)[\u0621-\u064a\u06a9-\u06cc]{2,4}-$"
)
_SHORTEST_GLUED = 4
# Atoms that stand in no number; a comma may.
_NO_PARTS = frozenset({"other", "comma", "zero", "unknown"})
_LONGEST_ITEM = 60
_PERCENT_SIGNS = ("%", "٪")
# Written together with the noun or number word that they make definite.
_ARTICLES = ("ال", "ה")
_ZERO = Value(point=0, low=0, high=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberExpression:
    """A number expression of a text.

    Attributes:
        quantity: The number expression alone, as the contract bounds a claim's quantity.
        modifier: What bounds it, before or after it; None where nothing does.
        uncertainty: One of ``UNCERTAINTIES``.
        value: What the words allow; of an unknown number, and a share of something uncounted (half of them), nothing.
        estimate: What the codebook makes of it; None where none was asked.
    """

    quantity: Span
    modifier: Span | None
    uncertainty: str
    value: Value
    estimate: Estimate | None = None

    def to_record(self) -> dict[str, Any]:
        """The expression as plain JSON values; an absent estimate left out."""
        record = asdict(self) | {"estimate": None if self.estimate is None else estimate_to_record(self.estimate)}
        return {name: value for name, value in record.items() if name != "estimate" or value is not None}


@dataclass(frozen=True, slots=True)
class _Found:
    """A quantity of the folded text: its half-open range, whether it denies a count, whether it is not known."""

    start: int
    end: int
    is_range: bool = False
    is_unsaid: bool = False
    is_zero: bool = False


def find_numbers(text: str, *, language: str, codebook: "Codebook | None" = None) -> list[NumberExpression]:
    """Every number expression of ``text`` in its order; they never overlap. Time grows with the text's length.

    Args:
        text: Any text; recognition works on a cleaned view (``fold``), the spans refer to ``text`` itself.
        language: ISO 639-1 code; digits are found in every language, words in those that have numerals. For a text
            whose language is not known ask ``detect_number_language``.
        codebook: Gives every expression an estimate, see ``load_codebook``. What a number counts is not known here: to
            conditions on measures it is ``percentage``, ``money`` or ``other``.

    Raises:
        RecordError: Where a rule of the codebook gives a low above its high.
    """
    return _Search(text, language=language, codebook=codebook).expressions()


class _Search:
    """One text's way from its folded view to number expressions."""

    def __init__(self, text: str, *, language: str, codebook: "Codebook | None" = None) -> None:
        self._language = language
        self._codebook = codebook
        self._numerals: Numerals = load_numerals(language)
        self._lists = load_running_text(language)
        self._folded = fold_text(text)
        self._view = self._folded.view
        self._atoms = self._numerals.placed_atoms(self._view)
        if any(atom.kind == "digits" for atom, _, _ in self._atoms):
            no_numbers = [match.span() for match in _NO_NUMBER.finditer(self._view)]
            self._atoms = [
                (atom if self._is_number(atom, start, no_numbers) else Atom("other"), start, end)
                for atom, start, end in self._atoms
            ]
        figures = self._figure_places()
        hedges = load_hedges(language)
        self._before = hedges_before(self._folded, figures, hedges=hedges, lists=self._lists, numerals=self._numerals)
        self._after = hedges_after(
            self._folded, figures, hedges=hedges, lists=self._lists, numerals=self._numerals, before=self._before
        )
        self._masked = self._mask()

    def _figure_places(self) -> FigurePlaces:
        begins = {start for atom, start, _ in self._atoms if atom.kind in FIGURE_KINDS}
        for (atom, start, _), (following, _, _) in pairwise(self._atoms):
            if atom.kind == "alone" and following.kind in ("scale", "fraction", "vague"):
                begins.add(start)
        return FigurePlaces(
            begins=frozenset(begins),
            stops=frozenset(end for atom, _, end in self._atoms if atom.kind in FIGURE_KINDS),
            range_joints=frozenset(start for atom, start, _ in self._atoms if atom.kind == "range"),
        )

    def _is_number(self, atom: Atom, start: int, no_numbers: Sequence[tuple[int, int]]) -> bool:
        if atom.kind != "digits":
            return True
        place = bisect_left(no_numbers, (start + 1,)) - 1
        if place >= 0 and no_numbers[place][0] <= start < no_numbers[place][1]:
            return False
        origin = self._folded.places[start]
        if _ORDINAL.match(self._folded.text, origin):
            return False
        glued = _GLUED.search(self._folded.text[max(0, origin - 2 * _SHORTEST_GLUED) : origin])
        return glued is None or (len(glued.group()) >= _SHORTEST_GLUED and glued.group().islower())

    def _mask(self) -> set[int]:
        """Where atoms begin that belong to hedges; what opens a range may be part of a number ("of") and stays."""
        hedges = [hedge for hedge in (*self._before.values(), *self._after.values()) if hedge.uncertainty != "range"]
        return {place for hedge in hedges for place in range(hedge.start, hedge.end)}

    # Quantities

    def expressions(self) -> list[NumberExpression]:
        unsaid = unsaid_numbers(self._folded, self._atoms, lists=self._lists)
        denied = zeros(self._folded, lists=self._lists, numerals=self._numerals, masked=self._masked, unsaid=unsaid)
        found = [
            *self._unsaid(unsaid),
            *self._numbers(),
            *(_Found(*range_, is_zero=True) for range_ in denied),
            *self._duals(),
        ]
        expressions = []
        end = 0
        for quantity in sorted(found, key=lambda quantity: (quantity.start, -quantity.end)):
            if quantity.start >= end:
                end = quantity.end
                expressions.append(self._expression(quantity))
        return expressions

    def _numbers(self) -> Iterator[_Found]:
        run: list[int] = []
        for place, (atom, start, _) in enumerate(self._atoms):
            is_part = atom.kind not in _NO_PARTS or (atom.kind == "comma" and self._adds(place))
            is_part = is_part and start not in self._masked
            if run and not (is_part and self._touches(self._atoms[run[-1]][2], start)):
                yield from self._run(run)
                run = []
            if is_part:
                run.append(place)
        if run:
            yield from self._run(run)

    def _unsaid(self, ranges: Sequence[tuple[int, int]]) -> Iterator[_Found]:
        """Numbers that are not known, with their article and their "of" where they are no single words."""
        atoms = {(start, end): place for place, (atom, start, end) in enumerate(self._atoms) if atom.kind == "unknown"}
        for start, end in ranges:
            place = atoms.get((start, end))
            if place is not None:
                start, end = self._with_article(place), self._with_of(place)
            yield _Found(start, end, is_unsaid=True)

    def _adds(self, place: int) -> bool:
        """Whether a comma stands within a sum in words: "one thousand, two hundred"."""
        if not 0 < place < len(self._atoms) - 1:
            return False
        before, after = self._atoms[place - 1][0], self._atoms[place + 1][0]
        return before.kind == "scale" and before.value >= 1000 and not before.is_vague and after.kind == "number"

    def _touches(self, end: int, start: int) -> bool:
        """Whether nothing but spaces and attached letters stands between two atoms."""
        word = self._folded.word_start(start)
        return word <= end or _GAP.fullmatch(self._view, end, word) is not None

    def _run(self, run: Sequence[int]) -> Iterator[_Found]:
        """The quantities in a run of atoms without other words between."""
        atoms = [self._atoms[place][0] for place in run]
        figures = [(run[first], run[end - 1]) for first, end in split_into_figures(atoms, numerals=self._numerals)]
        place = 0
        while place < len(figures):
            first, last = figures[place]
            if place + 1 < len(figures) and self._joins(figures[place], figures[place + 1]):
                start, end = self._with_article(first), self._atoms[figures[place + 1][1]][2]
                number = read_range(self._view[start:end], language=self._language)
                if number is not None and (number.is_vague or number.low < number.high):
                    yield _Found(start, end, is_range=True)
                    place += 2
                    continue
            place += 1
            if self._counts(first, last) and not self._is_name(first, last):
                yield _Found(self._with_article(first), self._with_of(last))

    def _joins(self, before: tuple[int, int], after: tuple[int, int]) -> bool:
        """Whether two figures are the ends of a range."""
        joints = {self._atoms[place][0].kind for place in range(before[1] + 1, after[0])} - {"alone", "hyphen"}
        opening = self._before.get(self._with_article(before[0]))
        while opening is not None and opening.uncertainty != "range":
            opening = self._before.get(opening.start)
        if joints == {"range"}:
            return opening is None or not follows_change(
                self._folded, opening.start, lists=self._lists, numerals=self._numerals
            )
        if joints:
            return joints == {"and"} and opening is not None
        return before[1] + 1 < after[0] or self._counts_on(before, after)

    def _counts_on(self, before: tuple[int, int], after: tuple[int, int]) -> bool:
        """Whether two words count on from one another, as "two or three" is said in Persian and Turkish (دو سه)."""
        if before[0] != before[1] or any(
            self._atoms[place][0].kind != "scale" for place in range(after[0] + 1, after[1] + 1)
        ):
            return False
        first, second = self._atoms[before[0]][0], self._atoms[after[0]][0]
        is_words = first.kind == second.kind == "number" and not first.is_article
        return is_words and 0 < first.value < 10 and second.value == first.value + 1

    def _is_name(self, first: int, last: int) -> bool:
        """Whether a word beside a number makes it a name: Resolution 2254, القرار 2254."""
        start, end = self._atoms[first][1], self._atoms[last][2]
        position = bisect_left(self._folded.starts, self._folded.word_start(start))
        if position and start not in self._before and self._folded.is_together(position - 1, position):
            before = self._folded.words[position - 1]
            if not self._lists.named.isdisjoint(self._numerals.without_prefixes(before)):
                return True
            # "The one who": a pronoun.
            if self._view[start:end].isalpha() and self._atoms[last][0].value == 1 and before in self._lists.pronouns:
                return True
        following = bisect_left(self._folded.starts, end)
        return following < len(self._folded.words) and self._names(following, first)

    def _names(self, position: int, first: int) -> bool:
        """Whether the word at ``position``, behind a number, makes it a name or part of a pronoun (one another)."""
        word = self._folded.words[position]
        return word in self._lists.named_after or (self._atoms[first][0].value == 1 and word in self._lists.pronouns)

    def _counts(self, first: int, last: int) -> bool:
        """Whether a single figure is a number in running text."""
        atom, start, end = self._atoms[first]
        if first != last:
            return True
        is_bounded = start in self._before or self._with_article(first) in self._before or end in self._after
        follows = self._atoms[last + 1][0].kind if last + 1 < len(self._atoms) else "other"
        if atom.kind == "fraction" and atom.value != 0.5:
            # "A third of", but not "a third attack".
            return follows == "of" or first == 0 or is_bounded
        word_start = self._folded.word_start(start)
        names = {" ".join(WORD.findall(self._view[place:end])) for place in (start, word_start)}
        if not self._lists.never.isdisjoint((*names, *WORD.findall(self._view[start:end]))):
            return False
        is_left_out = not names.isdisjoint(self._lists.left_out)
        if atom.kind in ("vague", "number") and is_left_out:
            # "A number of" counts, "the number of" (العدد من) does not.
            is_definite = self._view[word_start:start].endswith(_ARTICLES)
            is_of = follows == "of" or self._precedes_plural(end)
            return is_bounded or (is_of and atom.kind == "vague" and not is_definite)
        return is_bounded or not atom.is_article

    def _precedes_plural(self, end: int) -> bool:
        """Whether an indefinite plural follows a word that means "number" and "several": Hebrew מספר חיילים."""
        following = bisect_left(self._folded.starts, end)
        if following >= len(self._folded.words):
            return False
        word = self._folded.words[following]
        return word.endswith(self._lists.indefinite_plurals) and not word.startswith(_ARTICLES)

    def _with_article(self, place: int) -> int:
        """Where the quantity begins that begins with an atom: at its article (a dozen), if it has one."""
        atom, start, _ = self._atoms[place]
        if place and atom.kind in ("scale", "fraction", "vague", "unknown"):
            before, before_start, before_end = self._atoms[place - 1]
            is_article = before.kind == "alone" or before.is_article
            if is_article and before_start not in self._masked and _GAP.fullmatch(self._view, before_end, start):
                return before_start
        return start

    def _with_of(self, place: int) -> int:
        """Where the quantity ends that ends with an atom: the "of" of "a number of" belongs to it, as does "-odd"."""
        atom, _, end = self._atoms[place]
        if [after.kind for after, _, _ in self._atoms[place + 1 : place + 3]] == ["hyphen", "odd"]:
            return self._atoms[place + 2][2]
        if atom.kind in ("vague", "unknown") and place + 1 < len(self._atoms):
            after, start, after_end = self._atoms[place + 1]
            if after.kind == "of" and start not in self._masked and _GAP.fullmatch(self._view, end, start):
                return after_end
        return end

    def _duals(self) -> Iterator[_Found]:
        duals = self._numerals.duals
        if not duals:
            return
        for position, word in enumerate(self._folded.words):
            if word in self._numerals.singulars or word in self._lists.left_out:
                continue
            form = next((form for form in self._numerals.without_prefixes(word) if form in duals), None)
            if form is not None and form not in self._numerals.singulars:
                yield _Found(self._folded.ends[position] - len(form), self._folded.ends[position])

    # Results

    def _expression(self, found: _Found) -> NumberExpression:
        quantity, modifier = self._folded.span(found.start, found.end), self._modifier(found)
        uncertainty = self._uncertainty(found, quantity=quantity, modifier=modifier)
        item, measure = self._item_and_measure(found)
        value = _ZERO
        if not found.is_zero:
            value = read_value(
                quantity.text,
                modifier=modifier.text if modifier else None,
                item=item,
                uncertainty=uncertainty,
                measure=measure,
                implicit=False,
                language=self._language,
            )
        estimate = None
        if self._codebook is not None:
            claim = Claim(
                id=f"at {quantity.start}",
                quantity=quantity,
                modifier=modifier,
                uncertainty=uncertainty,
                value=value,
                measure=measure,
                factuality="asserted",
                implicit=False,
            )
            estimate = self._codebook.estimate(claim, language=self._language)
        return NumberExpression(
            quantity=quantity, modifier=modifier, uncertainty=uncertainty, value=value, estimate=estimate
        )

    def _modifier(self, found: _Found) -> Span | None:
        hedge = self._before.get(found.start)
        if hedge is None or (hedge.uncertainty == "range" and not found.is_range):
            hedge = self._after.get(found.end)
        if hedge is None:
            return None
        first = hedge
        while (outer := self._before.get(first.start)) is not None and (found.is_range or outer.uncertainty != "range"):
            first = outer
        # "Près d'un millier": the apostrophe belongs to the word that it shortens.
        is_elided = hedge.end < found.start and self._view[hedge.end] == "'"
        return self._folded.span(first.start, hedge.end + is_elided)

    def _uncertainty(self, found: _Found, *, quantity: Span, modifier: Span | None) -> str:
        if found.is_unsaid or found.is_zero:
            return "unknown" if found.is_unsaid else "exact"
        number: Number | None = read_number(quantity.text, language=self._language)
        given = "range" if found.is_range else "vague" if number is not None and number.is_vague else "exact"
        return reconcile_uncertainty(
            given,
            quantity=quantity.text,
            modifier=modifier.text if modifier else None,
            implicit=False,
            language=self._language,
        )

    def _item_and_measure(self, found: _Found) -> tuple[str | None, str]:
        """The words behind a number, and its measure as far as the words beside it tell."""
        item, is_percentage = self._item(found.end)
        position = bisect_left(self._folded.starts, found.start) - 1
        sign = self._view[self._folded.ends[position] if position >= 0 else 0 : found.start].strip()
        # "%30", "yüzde 30".
        is_plain = position >= 0 and not sign and found.start not in self._before
        follows_word = is_plain and self._numerals.begins_with_percent(self._folded.words[position])
        if is_percentage or follows_word or sign in _PERCENT_SIGNS:
            return item, "percentage"
        return item, "money" if sign and sign in CURRENCY_SIGNS else "other"

    def _item(self, end: int) -> tuple[str | None, bool]:
        """The words that follow a number in its clause, and whether they say that it is a percentage."""
        following = self._view[end : end + _LONGEST_ITEM]
        stop = CLAUSE_END.search(following)
        following = (following if stop is None else following[: stop.start()]).strip(" -'")
        if following[:1] in _PERCENT_SIGNS:
            return None, True
        return following or None, self._numerals.begins_with_percent(following)
