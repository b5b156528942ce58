"""Where in a running text the words stand that bound its numbers."""

import re
from bisect import bisect_left
from collections.abc import Set
from dataclasses import dataclass

from .folded_text import CLAUSE_END, FoldedText
from .folding import CURRENCY_SIGNS
from .hedges import HedgeMatch, Hedges
from .numerals import Numerals
from .running_text import RunningText

_ABBREVIATED = re.compile(r"(?:^|(?<=\s))(?:ca|c|approx|min|max|env|aprox|прибл|ок)$")
_HEDGE_GAP = re.compile(rf"[^\S\n]*['\"{CURRENCY_SIGNS}-]?[^\S\n]*")
_FARTHEST_HEDGE = 3
_FARTHEST_SUBJECT = 4
_FARTHEST_CHANGE = 8


@dataclass(frozen=True, slots=True)
class FigurePlaces:
    """Where in a folded text figures stand.

    Attributes:
        begins: Where they begin, an article before them included.
        stops: Where they end.
        range_joints: Where words begin that may join two ends of a range.
    """

    begins: frozenset[int]
    stops: frozenset[int]
    range_joints: frozenset[int]


@dataclass(frozen=True, slots=True)
class Hedge:
    """A hedge of the folded text: its half-open range and its class."""

    start: int
    end: int
    uncertainty: str


def hedges_before(
    folded: FoldedText, figures: FigurePlaces, *, hedges: Hedges, lists: RunningText, numerals: Numerals
) -> dict[int, Hedge]:
    """The hedges before a number, or before such a hedge, by the place where the next thing begins."""
    found: dict[int, Hedge] = {}
    if not figures.begins:
        return found
    begins = set(figures.begins)
    for position in range(len(folded.words) - 1, -1, -1):
        match = hedges.match(folded.words, position)
        if match is None or _is_joint(folded, figures, position):
            continue
        start, end = folded.starts[position] + match.n_attached, folded.ends[match.end - 1]
        is_dotted = folded.view[end : end + 1] == "." and _ABBREVIATED.search(folded.view[start:end])
        gap = _HEDGE_GAP.match(folded.view, end + 1 if is_dotted else end)
        beyond = end if gap is None else gap.end()
        if beyond not in begins and end not in begins:
            beyond = _inner_begin(folded, figures, match.end)
        if match.uncertainty != "range" and (subject := _behind_subject(folded, begins, match, lists=lists)) >= 0:
            beyond = subject
        ends_change = match.end == position + 1 and folded.words[position] in lists.change_ends
        if ends_change and follows_change(folded, start, lists=lists, numerals=numerals):
            # "Возросло до 58" says where the change ended, and bounds nothing.
            continue
        if beyond in begins:
            found[beyond] = Hedge(start, end, match.uncertainty)
            begins.update((start, folded.starts[position]))
    # "כעשרים": the hedge is written together with the number.
    for inner in figures.begins.difference(folded.starts, found):
        start = folded.word_start(inner)
        if 0 < inner - start < 3 and (attached := hedges.match([folded.view[start:inner]], 0)):
            found[inner] = Hedge(start, inner, attached.uncertainty)
    return found


def _inner_begin(folded: FoldedText, figures: FigurePlaces, position: int) -> int:
    """Where a number begins inside the word at ``position``, behind attached letters; -1 where none does."""
    if position >= len(folded.words) or folded.view[folded.ends[position - 1] : folded.starts[position]].strip():
        return -1
    start = folded.starts[position]
    return next((place for place in range(start + 1, start + 4) if place in figures.begins), -1)


def _behind_subject(folded: FoldedText, begins: Set[int], match: HedgeMatch, *, lists: RunningText) -> int:
    """Where the number begins behind the subject of a hedge that is a verb: "تجاوز عدد القتلى 150"; -1 for none."""
    first = match.end
    if first >= len(folded.words) or folded.words[first] not in lists.totals:
        return -1
    for position in range(first + 1, min(first + 1 + _FARTHEST_SUBJECT, len(folded.words))):
        if not folded.is_together(position - 1, position):
            break
        if folded.starts[position] in begins:
            return folded.starts[position]
    return -1


def follows_change(folded: FoldedText, place: int, *, lists: RunningText, numerals: Numerals) -> bool:
    """Whether a verb or noun of change stands before ``place`` of the view in its clause."""
    position = bisect_left(folded.starts, place)
    for back in range(position - 1, max(-1, position - 1 - _FARTHEST_CHANGE), -1):
        if any(form.startswith(lists.change) for form in numerals.without_prefixes(folded.words[back])):
            return True
        if back and folded.view[folded.ends[back - 1] : folded.starts[back]].strip(" "):
            return False
    return False


def _is_joint(folded: FoldedText, figures: FigurePlaces, position: int) -> bool:
    """Whether a word joins the number before it to the one after: the "to" of "10 to 15"."""
    if folded.starts[position] not in figures.range_joints or position == 0:
        return False
    end = folded.ends[position - 1]
    return end in figures.stops and not folded.view[end : folded.starts[position]].strip()


def hedges_after(
    folded: FoldedText,
    figures: FigurePlaces,
    *,
    hedges: Hedges,
    lists: RunningText,
    numerals: Numerals,
    before: dict[int, Hedge],
) -> dict[int, Hedge]:
    """The hedges behind a number, or behind what it counts, by the place where the number ends."""
    found: dict[int, Hedge] = {}
    if not figures.stops:
        return found
    # Letters attached to a hedge ("and more than", وأكثر من) are part of its word.
    starts_before = {folded.word_start(hedge.start) for hedge in before.values()}
    for position in range(1, len(folded.words)):
        match = hedges.match(folded.words, position, is_after=True)
        if match is None or folded.starts[position] in starts_before:
            continue
        inner = [hedges.match(folded.words, place) for place in range(position + 1, match.end)]
        if any(longer is not None and longer.end > match.end for longer in inner):
            # "And more than" belongs to what follows.
            continue
        hedge = Hedge(folded.starts[position] + match.n_attached, folded.ends[match.end - 1], match.uncertainty)
        for back in range(1, _FARTHEST_HEDGE + 2):
            end = folded.ends[position - back] if back <= position else -1
            gap = folded.view[max(end, 0) : hedge.start if back == 1 else folded.starts[position - back + 1]]
            if end < 0 or CLAUSE_END.search(gap):
                break
            if end in figures.stops:
                if back == 1 or _may_stand_apart(folded, hedge, position, lists=lists, numerals=numerals):
                    found.setdefault(end, hedge)
                break
    return found


def _may_stand_apart(
    folded: FoldedText, hedge: Hedge, position: int, *, lists: RunningText, numerals: Numerals
) -> bool:
    """Whether a hedge may stand behind what is counted: "10 people at least", "on kişiden fazla"; not any "more"."""
    if hedge.uncertainty in ("approximate", "at_least", "at_most"):
        return True
    word = folded.words[position]
    if word in lists.beside_number:
        return False
    is_last = folded.view[hedge.end : hedge.end + 1] in ("", ".", "\n")
    # What is compared with stands in a case of its own: "on kişiden fazla".
    return is_last or folded.words[position - 1].endswith(numerals.closing_endings)
