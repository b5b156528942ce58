"""Every number expression of a running text, with its offsets: what ``reportedly numbers`` prints.

No network takes part. Words whose meaning in running text differs from that in a marked span: ``running_text.py``.

Left out: articles and singulars that only imply one, dates written in digits, clock times, ordinals, and digits that
are part of a name (T-72, 4G). Years and days of a month are left in, for they look like any other number.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from ..data.estimate import Estimate
from ..data.prediction import Claim, Span
from ..data.records import estimate_to_record
from ..data.value import Value
from .hedges import WORD, Hedges, load_hedges
from .numbers import FIGURE_KINDS, Number, read_number, read_range, split_into_figures
from .numerals import Atom, Numerals, fold_with_places, load_numerals
from .running_text import load_running_text
from .uncertainty import reconcile_uncertainty
from .values import read_value

if TYPE_CHECKING:
    from .codebook import Codebook

# What may stand between a number's words, and between a number and its hedge.
_GAP = re.compile(r"[^\S\n]*")
_HEDGE_GAP = re.compile(r"[^\S\n]*['\"$€£¥₪₺₴₽-]?[^\S\n]*")
# Dates and clock times in digits, and ordinals.
_NO_NUMBER = re.compile(
    r"\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?![\d])|\d{1,2}:\d{2}(?::\d{2})?|\d+(?:st|nd|rd|th|er|eme|g)\b"
)
# What may stand before the digits of a name (T72, F-16, Миг-29); a longer word in small letters has only lost its
# space (killed10).
_GLUED = re.compile(r"[A-Za-zА-Яа-яЁёІіЇїЄєҐґ]+$|[A-ZА-Я][A-Za-zА-Яа-я]{0,3}-$")
_SHORTEST_GLUED = 4
# What folding takes from the end of a word: vowel marks, tatweel, an ending with tanwin (ألفاً).
_OVERLOOKED_TAIL = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+(?:ا(?!\\w))?|ا\u064b(?!\\w)")
# "500m from the border" are metres; "$500m" and "500m people" are millions.
_METRES = re.compile(
    r"(?<![$€£\w])(\d[\d.,]*)m(?=[ -](?:from|away|deep|long|high|wide|tall|below|above|off|north|south|east|west|inside|into"
    r"|radius|range|wall|tunnel|trench)\b)"
)
_CLAUSE = re.compile(r"[\n.,;:!?()\u060c\u061b\u061f]")
_LONGEST_ITEM = 60
_FARTHEST_CHANGE = 8
_FARTHEST_HEDGE = 3
_FARTHEST_COUNTED = 4


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
class _Hedge:
    """A hedge of the folded text: its half-open range and its class."""

    start: int
    end: int
    uncertainty: str


@dataclass(frozen=True, slots=True)
class _Found:
    """A quantity of the folded text: its half-open range, and whether it says that the number is not known."""

    start: int
    end: int
    is_range: bool = False
    is_unsaid: bool = False


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
        self._text = text
        self._language = language
        self._codebook = codebook
        self._numerals: Numerals = load_numerals(language)
        self._lists = load_running_text(language)
        self._view, self._places = fold_with_places(text)
        self._view = _METRES.sub(r"\1 ", self._view)
        matches = list(WORD.finditer(self._view))
        self._words = [match.group() for match in matches]
        self._starts = [match.start() for match in matches]
        self._ends = [match.end() for match in matches]
        self._atoms = self._numerals.placed_atoms(self._view)
        if any(atom.kind == "digits" for atom, _, _ in self._atoms):
            no_numbers = [match.span() for match in _NO_NUMBER.finditer(self._view)]
            self._atoms = [
                (atom if self._is_number(atom, start, no_numbers) else Atom("other"), start, end)
                for atom, start, end in self._atoms
            ]
        # Where figures begin and end, an article before them included, to tell what stands beside them.
        self._begins = {start for atom, start, _ in self._atoms if atom.kind in FIGURE_KINDS}
        for (atom, start, _), (following, _, _) in zip(self._atoms, self._atoms[1:], strict=False):
            if atom.kind == "alone" and following.kind in ("scale", "fraction", "vague"):
                self._begins.add(start)
        self._stops = {end for atom, _, end in self._atoms if atom.kind in FIGURE_KINDS}
        self._range_joints = {start for atom, start, _ in self._atoms if atom.kind == "range"}
        hedges = load_hedges(language)
        self._before = self._hedges_before(hedges)
        self._after = self._hedges_after(hedges)
        self._masked = self._mask()

    def _is_number(self, atom: Atom, start: int, no_numbers: Sequence[tuple[int, int]]) -> bool:
        if atom.kind != "digits":
            return True
        place = bisect_left(no_numbers, (start + 1,)) - 1
        if place >= 0 and no_numbers[place][0] <= start < no_numbers[place][1]:
            return False
        origin = self._places[start]
        glued = _GLUED.search(self._text[max(0, origin - 2 * _SHORTEST_GLUED) : origin])
        return glued is None or (len(glued.group()) >= _SHORTEST_GLUED and glued.group().islower())

    # Hedges

    def _hedges_before(self, hedges: Hedges) -> dict[int, _Hedge]:
        """The hedges before a number, or before such a hedge, by the place where the next thing begins."""
        found: dict[int, _Hedge] = {}
        if not self._begins:
            return found
        begins = set(self._begins)
        for position in range(len(self._words) - 1, -1, -1):
            match = hedges.match(self._words, position)
            if match is None:
                continue
            start, end = self._starts[position] + match.n_attached, self._ends[match.end - 1]
            gap = _HEDGE_GAP.match(self._view, end)
            beyond = end if gap is None else gap.end()
            if beyond not in begins and end not in begins:
                beyond = self._inner_begin(match.end)
            if beyond in begins and not self._is_joint(position):
                found[beyond] = _Hedge(start, end, match.uncertainty)
                begins.update((start, self._starts[position]))
        # "כעשרים": the hedge is written together with the number.
        for inner in self._begins.difference(self._starts, found):
            start = self._word_start(inner)
            if 0 < inner - start < 3 and (match := hedges.match([self._view[start:inner]], 0)):
                found[inner] = _Hedge(start, inner, match.uncertainty)
        return found

    def _inner_begin(self, position: int) -> int:
        """Where a number begins inside the word at ``position``, behind attached letters; -1 where none does."""
        if position >= len(self._words) or self._view[self._ends[position - 1] : self._starts[position]].strip():
            return -1
        start = self._starts[position]
        return next((place for place in range(start + 1, start + 4) if place in self._begins), -1)

    def _is_joint(self, position: int) -> bool:
        """Whether a word joins the number before it to the one after: the "to" of "10 to 15"."""
        if self._starts[position] not in self._range_joints or position == 0:
            return False
        end = self._ends[position - 1]
        return end in self._stops and not self._view[end : self._starts[position]].strip()

    def _hedges_after(self, hedges: Hedges) -> dict[int, _Hedge]:
        """The hedges behind a number, or behind what it counts, by the place where the number ends."""
        found: dict[int, _Hedge] = {}
        if not self._stops:
            return found
        starts_before = {hedge.start for hedge in self._before.values()}
        for position in range(1, len(self._words)):
            match = hedges.match(self._words, position, is_after=True)
            if match is None or self._starts[position] in starts_before:
                continue
            inner = [hedges.match(self._words, place) for place in range(position + 1, match.end)]
            if any(longer is not None and longer.end > match.end for longer in inner):
                # "And more than" belongs to what follows.
                continue
            hedge = _Hedge(self._starts[position] + match.n_attached, self._ends[match.end - 1], match.uncertainty)
            for back in range(1, _FARTHEST_HEDGE + 2):
                end = self._ends[position - back] if back <= position else -1
                gap = self._view[max(end, 0) : hedge.start if back == 1 else self._starts[position - back + 1]]
                if end < 0 or _CLAUSE.search(gap):
                    break
                if end in self._stops:
                    # Far from the number stands only what can stand alone: "10 people at least", not "or more".
                    is_free = hedge.uncertainty in ("at_least", "at_most") and match.end - position > 1
                    if back == 1 or is_free or self._view[hedge.end : hedge.end + 1] in ("", ".", "\n"):
                        found.setdefault(end, hedge)
                    break
        return found

    def _mask(self) -> set[int]:
        """Where atoms begin that belong to hedges; what opens a range may be part of a number ("of") and stays."""
        hedges = [hedge for hedge in (*self._before.values(), *self._after.values()) if hedge.uncertainty != "range"]
        return {place for hedge in hedges for place in range(hedge.start, hedge.end)}

    # Quantities

    def expressions(self) -> list[NumberExpression]:
        found = [*self._numbers(), *self._zeros(), *self._duals()]
        expressions = []
        end = 0
        for quantity in sorted(found, key=lambda quantity: (quantity.start, -quantity.end)):
            if quantity.start >= end:
                end = quantity.end
                expressions.append(self._expression(quantity))
        return expressions

    def _numbers(self) -> Iterator[_Found]:
        run: list[int] = []
        for place, (atom, start, end) in enumerate(self._atoms):
            if atom.kind == "other":
                if run:
                    yield from self._run(run)
                    run = []
                continue
            if run and not self._touches(self._atoms[run[-1]][2], start):
                yield from self._run(run)
                run = []
            if atom.kind == "unknown" and any(stem in self._view[start:end] for stem in self._lists.unsaid):
                yield _Found(self._with_article(place), self._with_of(place), is_unsaid=True)
            is_sum = atom.kind == "comma" and self._adds(place)
            if start in self._masked or (atom.kind in ("comma", "zero", "unknown") and not is_sum):
                yield from self._run(run)
                run = []
            else:
                run.append(place)
        yield from self._run(run)

    def _adds(self, place: int) -> bool:
        """Whether a comma stands within a sum in words: "one thousand, two hundred"."""
        if not 0 < place < len(self._atoms) - 1:
            return False
        before, after = self._atoms[place - 1][0], self._atoms[place + 1][0]
        return before.kind == "scale" and before.value >= 1000 and not before.is_vague and after.kind == "number"

    def _touches(self, end: int, start: int) -> bool:
        """Whether nothing but spaces and attached letters stands between two atoms."""
        word = self._word_start(start)
        return word <= end or _GAP.fullmatch(self._view, end, word) is not None

    def _word_start(self, place: int) -> int:
        """Where the word begins in which ``place`` lies; ``place`` itself where that is none."""
        position = bisect_left(self._starts, place + 1) - 1
        return self._starts[position] if position >= 0 and place < self._ends[position] else place

    def _run(self, run: Sequence[int]) -> Iterator[_Found]:
        """The quantities in a run of atoms without other words between."""
        if not run:
            return
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
            if self._counts(first, last):
                yield _Found(self._with_article(first), self._with_of(last))

    def _joins(self, before: tuple[int, int], after: tuple[int, int]) -> bool:
        """Whether two figures are the ends of a range."""
        joints = {self._atoms[place][0].kind for place in range(before[1] + 1, after[0])} - {"alone", "hyphen"}
        opening = self._before.get(self._with_article(before[0]))
        while opening is not None and opening.uncertainty != "range":
            opening = self._before.get(opening.start)
        if joints == {"range"}:
            return opening is None or not self._follows_change(opening.start)
        return joints == {"and"} and opening is not None if joints else before[1] + 1 < after[0]

    def _follows_change(self, place: int) -> bool:
        """Whether a verb of change stands before ``place`` in the clause."""
        position = bisect_left(self._starts, place)
        for back in range(position - 1, max(-1, position - 1 - _FARTHEST_CHANGE), -1):
            forms = self._numerals.without_prefixes(self._words[back])
            if any(form.startswith(stem) for form in forms for stem in self._lists.change):
                return True
            if back and self._view[self._ends[back - 1] : self._starts[back]].strip(" "):
                return False
        return False

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
        word_start = self._word_start(start)
        names = {" ".join(WORD.findall(self._view[place:end])) for place in (start, word_start)}
        if not self._lists.never.isdisjoint((*names, *WORD.findall(self._view[start:end]))):
            return False
        is_left_out = not names.isdisjoint(self._lists.left_out)
        if atom.kind in ("vague", "number") and is_left_out:
            # "A number of" counts, "the number of" (العدد من) does not.
            is_definite = self._view[word_start:start].endswith(("ال", "ה"))
            return is_bounded or (follows == "of" and atom.kind == "vague" and not is_definite)
        return is_bounded or not atom.is_article

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

    def _zeros(self) -> Iterator[_Found]:
        for position, word in enumerate(self._words):
            if word not in self._lists.zero_words or self._starts[position] in self._masked:
                continue
            for length in (3, 2, 1):
                after = position + length
                phrase = " ".join(self._words[position:after])
                denies = phrase in self._lists.zero_before and self._counts_people_or_harm(after)
                if after <= len(self._words) and (denies or phrase in self._lists.zero):
                    yield _Found(self._starts[position], self._ends[after - 1])
                    break

    def _counts_people_or_harm(self, position: int) -> bool:
        """Whether one of the next words of the clause is a noun that zero words are said of."""
        for place in range(position, min(position + _FARTHEST_COUNTED, len(self._words))):
            if _CLAUSE.search(self._view[self._ends[place - 1] : self._starts[place]]):
                return False
            if any(
                form.startswith(self._lists.counted) for form in self._numerals.without_prefixes(self._words[place])
            ):
                return True
        return False

    def _duals(self) -> Iterator[_Found]:
        duals = self._numerals.duals
        if not duals:
            return
        for position, word in enumerate(self._words):
            if word in self._numerals.singulars or word in self._lists.left_out:
                continue
            form = next((form for form in self._numerals.without_prefixes(word) if form in duals), None)
            if form is not None:
                yield _Found(self._ends[position] - len(form), self._ends[position])

    # Results

    def _span(self, start: int, end: int) -> Span:
        beyond = self._places[end - 1] + 1
        tail = _OVERLOOKED_TAIL.match(self._text, beyond)
        beyond = beyond if tail is None else tail.end()
        return Span.of(self._text, self._places[start], beyond)

    def _expression(self, found: _Found) -> NumberExpression:
        quantity = self._span(found.start, found.end)
        hedge = self._before.get(found.start) or self._after.get(found.end)
        if hedge is not None and hedge.uncertainty == "range" and not found.is_range:
            hedge = None
        modifier = None
        if hedge is not None:
            first = hedge
            while (outer := self._before.get(first.start)) is not None and (
                found.is_range or outer.uncertainty != "range"
            ):
                first = outer
            # "Près d'un millier": the apostrophe belongs to the word that it shortens.
            is_elided = hedge.end < found.start and self._view[hedge.end] == "'"
            modifier = self._span(first.start, hedge.end + is_elided)
        uncertainty = self._uncertainty(found, quantity=quantity, modifier=modifier)
        item, is_percentage = self._item(found.end)
        is_money = self._view[max(0, found.start - 2) : found.start].strip() in ("$", "€", "£", "¥", "₪", "₺", "₴", "₽")
        measure = "percentage" if is_percentage else "money" if is_money else "other"
        value = read_value(
            quantity.text,
            modifier=modifier.text if modifier else None,
            item=item,
            uncertainty=uncertainty,
            measure=measure,
            implicit=False,
            language=self._language,
        )
        found_here = NumberExpression(quantity=quantity, modifier=modifier, uncertainty=uncertainty, value=value)
        if self._codebook is None:
            return found_here
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
        return replace(found_here, estimate=self._codebook.estimate(claim, language=self._language))

    def _uncertainty(self, found: _Found, *, quantity: Span, modifier: Span | None) -> str:
        if found.is_unsaid:
            return "unknown"
        number: Number | None = read_number(quantity.text, language=self._language)
        given = "range" if found.is_range else "vague" if number is not None and number.is_vague else "exact"
        return reconcile_uncertainty(
            given,
            quantity=quantity.text,
            modifier=modifier.text if modifier else None,
            implicit=False,
            language=self._language,
        )

    def _item(self, end: int) -> tuple[str | None, bool]:
        """The words that follow a number in its clause, and whether they say that it is a percentage."""
        following = self._view[end : end + _LONGEST_ITEM]
        stop = _CLAUSE.search(following)
        following = (following if stop is None else following[: stop.start()]).strip(" -'")
        if following[:1] in ("%", "٪"):
            return None, True
        return following or None, self._numerals.begins_with_percent(following)
