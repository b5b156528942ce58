"""Spans that begin and end where words and numbers do, whatever the pieces of the tokenizer.

A piece may end within a word or a number. Half a word is an untidy answer, half a number a wrong one: "1,0" of
"1,083" must never be read as 10, nor "a" of "a quarter of a million" as 1.
"""

import re
import unicodedata

from .numbers import read_number
from .numerals import Kind, load_numerals

_TATWEEL = "ـ"
_APOSTROPHES = frozenset("'’")
_STOPS = ".,;:!?،؛؟"
_FARTHEST = 40
# What Arabic writes together with the next word: and, so; with, to, like; the article.
_CLITICS = re.compile(r"[وف]?[بلك]?(?:ال|ل)?")
_IN_NUMBER = frozenset(".,٬٫'")
_WORD = re.compile(r"(?:\w[\u0610-\u061a\u064b-\u065f\u0670]*)+")
_FOLLOWING_WORDS = re.compile(rf"(?:[ \u00a0-]{_WORD.pattern}){{1,5}}")
_PRECEDING_WORD = re.compile(r"[\w.,٬٫]+[ \u00a0-]$")
_JOINABLE = frozenset({"number", "digits", "scale", "fraction", "of", "and", "alone"})
_MULTIPLYING = frozenset({"scale", "fraction"})


def snap_to_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen ``[start, end)`` to whole words and numbers, without the punctuation at its ends.

    Letters attached in front of an Arabic word may stay out.
    """
    while end - start > 1 and text[end - 1] in _STOPS:
        end -= 1
    while end - start > 1 and text[start] in _STOPS:
        start += 1
    first = start
    while first > 0 and start - first < _FARTHEST and _joined(text, first):
        first -= 1
    if not (first < start and text[start].isalpha() and _CLITICS.fullmatch(text, first, start)):
        start = first
    last = end
    while last < len(text) and last - end < _FARTHEST and _joined(text, last):
        last += 1
    return start, last


def _joined(text: str, place: int) -> bool:
    """Whether no word or number may end between the characters ``place - 1`` and ``place``."""
    left, right = text[place - 1], text[place]
    if unicodedata.combining(right):
        return True
    if left.isalpha() or unicodedata.combining(left):
        # Words hidden from filters: stretched letters with a space between (شـ ـهـ ـيد).
        seam = right == " " and left == _TATWEEL and text[place + 1 : place + 2] == _TATWEEL
        return right.isalpha() or seam or (right in _APOSTROPHES and text[place + 1 : place + 2].isalpha())
    if left in _APOSTROPHES:
        return right.isalpha() and text[place - 2 : place - 1].isalpha()
    if left == " " and right == _TATWEEL:
        return text[place - 2 : place - 1] == _TATWEEL
    if left.isdigit():
        return right.isdigit() or (right in _IN_NUMBER and text[place + 1 : place + 2].isdigit())
    return left in _IN_NUMBER and right.isdigit() and text[place - 2 : place - 1].isdigit()


def complete_number(text: str, start: int, end: int, *, language: str) -> tuple[int, int]:
    """Widen a quantity to the whole number expression around it.

    Words that multiply are taken in: "a" before "quarter of a million", "1.5" before "million", and what stands
    before a span that begins with such a word.

    Args:
        text: The article's text.
        start: First character of the quantity.
        end: One past its last.
        language: ISO 639-1 code.
    """
    numerals = load_numerals(language)
    start, end = snap_to_words(text, start, end)
    if read_number(text[start:end], language=language) is None:
        return start, end
    following = _FOLLOWING_WORDS.match(text, end, end + 80)
    if following is not None:
        for word in reversed(list(_WORD.finditer(following.group()))):
            if _continues([atom.kind for atom in numerals.atoms(following.group()[: word.end()])]):
                end += word.end()
                break
    atoms = numerals.atoms(text[start:end])
    if atoms and atoms[0].kind in _MULTIPLYING:
        before = _PRECEDING_WORD.search(text, max(0, start - _FARTHEST), start)
        if before is not None and {atom.kind for atom in numerals.atoms(before.group())} <= {"number", "digits"}:
            start = before.start()
    return start, end


def _continues(kinds: list[Kind]) -> bool:
    """Whether atoms go on with a number: they multiply it (million), or multiply and add to it (thousand and 800)."""
    kinds = [kind for kind in kinds if kind != "hyphen"]
    if not kinds or not _JOINABLE.issuperset(kinds) or _MULTIPLYING.isdisjoint(kinds):
        return False
    return kinds[-1] in _MULTIPLYING or kinds[-2:-1] == ["and"]
