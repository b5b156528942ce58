"""What words beside a number say about it: "at least", "ما لا يقل عن", "не более", "o más".

The phrases are in ``hedges.json``, a table a language: ``before`` and ``after`` the number, by uncertainty class, and
the ``negations`` that turn a comparison round. What opens a range is in the languages' numerals.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

from .folding import fold
from .numerals import load_numerals, remember

WORD = re.compile(r"[^\W\d_]+|\d+")
"""A word of folded text, or a run of digits; both the phrases and the texts they are looked for in are cut with it."""

_NEGATED = {"more_than": "at_most", "less_than": "at_least", "at_least": "less_than", "at_most": "more_than"}
# Words that also stand beside a comparison they do not negate: "no at least" is never written, "not nearly" means far
# below. Only comparisons proper are turned round.
_TURNED = ("more_than", "less_than")

Phrases = Mapping[str, tuple[tuple[tuple[str, ...], str], ...]]
_Beginnings = tuple[tuple[tuple[str, ...], str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hedges:
    """The hedges of a language, as folded words.

    Attributes:
        before: By first word, the phrases that stand before a number, each with its class, the longest first.
        after: The same for phrases that stand after a number or after what is counted.
        prefixes: Letters that may be written together with a phrase's first word.
    """

    before: Phrases
    after: Phrases
    prefixes: tuple[str, ...]
    _known: tuple[dict[str, _Beginnings], dict[str, _Beginnings]] = field(default_factory=lambda: ({}, {}), repr=False)

    def match(self, words: Sequence[str], position: int, *, is_after: bool = False) -> "HedgeMatch | None":
        """The longest phrase that begins at ``position``."""
        word, known = words[position], self._known[is_after]
        for phrase, uncertainty, n_attached in known[word] if word in known else self._learn(word, is_after=is_after):
            end = position + len(phrase)
            if len(phrase) == 1 or tuple(words[position + 1 : end]) == phrase[1:]:
                return HedgeMatch(uncertainty=uncertainty, end=end, n_attached=n_attached)
        return None

    def _learn(self, word: str, *, is_after: bool) -> _Beginnings:
        """The phrases that ``word`` may begin, with their classes and the letters attached to the word."""
        phrases = self.after if is_after else self.before
        forms = [word, *(word[len(p) :] for p in self.prefixes if word.startswith(p) and len(word) > len(p) + 1)]
        beginnings = tuple(
            (phrase, uncertainty, len(word) - len(form))
            for form in forms
            for phrase, uncertainty in phrases.get(form, ())
        )
        return remember(self._known[is_after], word, beginnings)


@dataclass(frozen=True, slots=True, kw_only=True)
class HedgeMatch:
    """A hedge found among words.

    Attributes:
        uncertainty: Its class.
        end: One past the position of its last word.
        n_attached: How many letters before its first word are written together with it.
    """

    uncertainty: str
    end: int
    n_attached: int


@lru_cache(maxsize=4096)
def read_hedge(modifier: str, *, language: str) -> str | None:
    """The uncertainty class that a modifier's words name.

    Stray words around a known phrase are overlooked. Of several phrases one that opens a range wins over a bound, and
    a bound over "about"; of several bounds the first is taken. "Nearly" and "almost" are ``less_than``, قرابة and نحو
    ``approximate``: the contract's decisions.

    Args:
        modifier: Text of the modifier span.
        language: ISO 639-1 code.

    Returns:
        ``approximate``, ``at_least``, ``more_than``, ``at_most``, ``less_than`` or ``range``; None where the words
        are not known.
    """
    hedges = load_hedges(language)
    words = WORD.findall(fold(modifier))
    found: list[str] = []
    position = 0
    while position < len(words):
        matches = [match for after in (False, True) if (match := hedges.match(words, position, is_after=after))]
        longest = max(matches, key=lambda match: match.end, default=None)
        if longest is not None:
            found.append(longest.uncertainty)
        position = position + 1 if longest is None else longest.end
    if "range" in found:
        return "range"
    return next((uncertainty for uncertainty in found if uncertainty != "approximate"), found[0] if found else None)


@lru_cache(maxsize=64)
def load_hedges(language: str) -> Hedges:
    """The hedges of a language by its ISO 639-1 code (``ar``, also ``ar-SY``); none for a language without a table."""
    file = resources.files(__name__.rpartition(".")[0]).joinpath("hedges.json")
    code = re.split(r"[-_]", language.lower())[0]
    table = json.loads(file.read_text(encoding="utf-8")).get(code, {"negations": [], "before": {}, "after": {}})
    numerals = load_numerals(language)
    before = [(phrase, uncertainty) for uncertainty, phrases in table["before"].items() for phrase in phrases]
    # A phrase written out in the table outweighs one that a negation makes.
    before += [
        (f"{negation} {phrase}", _NEGATED[uncertainty])
        for negation in table["negations"]
        for phrase, uncertainty in before
        if uncertainty in _TURNED
    ]
    after = [(phrase, uncertainty) for uncertainty, phrases in table["after"].items() for phrase in phrases]
    ranges = [(phrase, "range") for phrase in numerals.range_modifiers]
    return Hedges(
        before=_by_first_word([*before, *ranges]),
        after=_by_first_word(after),
        prefixes=tuple(prefix for prefix, _ in numerals.attached),
    )


def _by_first_word(entries: Sequence[tuple[str, str]]) -> Phrases:
    phrases: dict[str, dict[tuple[str, ...], str]] = {}
    for phrase, uncertainty in entries:
        words = tuple(WORD.findall(fold(phrase)))
        phrases.setdefault(words[0], {}).setdefault(words, uncertainty)
    return {first: tuple(sorted(found.items(), key=lambda entry: -len(entry[0]))) for first, found in phrases.items()}
