"""Where a running text denies a count ("no casualties"), and where it says that a number is not known."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence, Set

from .folded_text import CLAUSE_END, FoldedText
from .numerals import Atom, Numerals
from .running_text import RunningText

_FARTHEST_COUNTED = 4
_FARTHEST_UNSAID = 8
_LONGEST_DENIAL = 3


def zeros(
    folded: FoldedText, *, lists: RunningText, numerals: Numerals, masked: Set[int], unsaid: Sequence[tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """The half-open ranges of the view that deny a count.

    Args:
        folded: The text.
        lists: The words of its language.
        numerals: Its numerals.
        masked: Places that belong to hedges.
        unsaid: What ``unsaid_numbers`` found: "no information on the number" denies no count.
    """
    known = {start for start, _ in unsaid}
    for position, word in enumerate(folded.words):
        if word not in lists.zero_words or folded.starts[position] in masked:
            continue
        for length in range(_LONGEST_DENIAL, 0, -1):
            after = position + length
            if after > len(folded.words) or not folded.is_together(position, after - 1):
                continue
            phrase = " ".join(folded.words[position:after])
            is_denial = (
                phrase in lists.zero
                or (phrase in lists.zero_before and _counts_next(folded, after, lists=lists, numerals=numerals))
                or (phrase in lists.zero_after and _counts_before(folded, position, lists=lists, numerals=numerals))
            )
            if is_denial and known.isdisjoint(folded.starts[position : after + _FARTHEST_COUNTED]):
                yield folded.starts[position], folded.ends[after - 1]
                break


def _is_counted(word: str, *, lists: RunningText, numerals: Numerals) -> bool:
    return any(form.startswith(lists.counted) for form in numerals.without_prefixes(word))


def _counts_next(folded: FoldedText, position: int, *, lists: RunningText, numerals: Numerals) -> bool:
    """Whether one of the next words of the clause is a noun that zero words are said of, and no news before it."""
    for place in range(position, min(position + _FARTHEST_COUNTED, len(folded.words))):
        word = folded.words[place]
        if not folded.is_together(place - 1, place) or word.startswith(lists.no_news):
            return False
        if _is_counted(word, lists=lists, numerals=numerals):
            return True
    return False


def _counts_before(folded: FoldedText, position: int, *, lists: RunningText, numerals: Numerals) -> bool:
    """Whether one of the words before is such a noun, and only news of it is not denied: "данных о погибших нет"."""
    is_counted = False
    for place in range(position - 1, max(-1, position - 1 - _FARTHEST_COUNTED), -1):
        if not folded.is_together(place, place + 1):
            break
        if folded.words[place].startswith(lists.no_news):
            return False
        is_counted = is_counted or _is_counted(folded.words[place], lists=lists, numerals=numerals)
    return is_counted


def unsaid_numbers(
    folded: FoldedText, atoms: Sequence[tuple[Atom, int, int]], *, lists: RunningText
) -> list[tuple[int, int]]:
    """The half-open ranges of the view that name a number of which the clause says that it is not known."""
    if not lists.unsaid:
        return []
    named = [(start, end) for atom, start, end in atoms if atom.kind == "unknown"]
    covered = {place for start, end in named for place in range(start, end)}
    named += [
        (start, end)
        for word, start, end in zip(folded.words, folded.starts, folded.ends, strict=True)
        if word in lists.totals and start not in covered
    ]
    found: list[tuple[int, int]] = []
    for start, end in sorted(named):
        # One clause names one number, however often: "sayısı … bilinmiyor".
        is_new = not found or CLAUSE_END.search(folded.view, found[-1][1], start) is not None
        if is_new and _is_unsaid(folded, start, lists=lists):
            found.append((start, end))
    return found


def _is_unsaid(folded: FoldedText, start: int, *, lists: RunningText) -> bool:
    """Whether the clause around the word at ``start`` says that a number is not known, and gives none in digits."""
    first = last = bisect_right(folded.ends, start)
    while first > 0 and last - first < 3 and folded.is_together(first - 1, first):
        first -= 1
    while last + 1 < len(folded.words) and last - first < _FARTHEST_UNSAID and folded.is_together(last, last + 1):
        last += 1
    clause = " ".join(folded.words[first : last + 1])
    if any(character.isdigit() for character in clause):
        return False
    return any(f" {stem}" in f" {clause}" for stem in lists.unsaid)
