"""The number words of a language, and the cutting of a number expression into atoms.

A language is a file ``numerals_LANGUAGE.json`` beside this module (``und``: of no words); its words are written as
people write them and folded when the file is loaded. Keys, all required; lists hold words or phrases, tables map
a number to its forms:

- ``grouping``: the mark between thousands, ``,`` or ``.``; a space where neither is one.
- ``numbers``: cardinal words. ``alone``: words that count only where no other number stands (a, both, twice). A word
  listed in both (French un) is a number that gives way to a vague or unknown word after it (un grand nombre).
- ``scales``: words that multiply what stands before them (hundred, dozen; quarters). ``plural_scales``: scales that
  are vague where they multiply nothing (hundreds, at least 200); ``low_alone`` gives some of them another low bound.
  A form of both lists (Russian тысячи) is plural alone, but singular where other words bound it (over a thousand).
  ``dual_scales``: scales that mean two of them where they multiply nothing and nothing is added. ``suffixes``:
  scales attached to digits (30k). A scale with a dot (тыс.) is an abbreviation and may be written without it.
- ``fractions``: half, quarter. They are added over an *and* and multiply without one (one third); a fraction that is
  added without an *and* (Turkish buçuk) is one of the ``numbers``.
- ``vague``: words for an unsaid number from two up. ``vague_before_number``: the same, but before a number they only
  say "about" (some 30). ``odd``: words that make the number beside them vague (twenty-odd).
- ``zero``: words that deny a count. ``unknown``: phrases that name a number without giving one.
- ``and``, ``range`` (ten to twelve), ``of``, ``point`` (of decimals in words): joints.
  ``percent``: phrases to overlook.
- ``attached_and``, ``prefixes``: letters that may be written together with the next word; a prefix that is a joint
  too (Hebrew ל, "to") joins.
- ``has_compounds``: number words are written together. ``has_unit_before_ten``: five and twenty is 25.
- ``rough``: scales that say "about" by themselves where they multiply nothing (French une trentaine).
  ``closing_endings``: case endings after which a number is complete (Turkish yirmiden sekize, from 20 to 8).
- A phrase may begin with digits (Turkish 10 binlerce).
- ``range_modifiers``, ``amount_units``, ``amount_unit_singulars``, ``n_unit_words``: as in ``Numerals``. ``dual``:
  how to tell the dual of a noun; its lists are empty where the language has none. Of ``nouns`` the ``sound_plurals``
  have a plural that looks like the oblique dual. ``endings`` make any noun dual that
  is known to be singular or dual, but the ``singulars`` and ``plurals`` listed; ``noun_endings`` (construct state,
  possessives) only the ``nouns`` listed; ``plain_endings`` are the nominative and the oblique one.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from itertools import accumulate, pairwise
from typing import Any, Literal, TypeVar

from .folding import fold

Kind = Literal[
    "number", "digits", "scale", "fraction", "vague", "zero", "unknown", "alone",
    "and", "range", "of", "point", "odd", "hyphen", "comma", "other",
]  # fmt: skip

_TOKEN = re.compile(
    # "2, 669" is a slip for 2,669 where nothing follows; elsewhere it may be a list.
    r"(?P<digits>\d{1,3}(?:[ ']\d{3})+(?!\d)(?:[.,]\d+)?|\d{1,3}(?:, \d{3}){1,4}(?=\W*\Z)|\d+(?:[.,]\d+)*)"
    r"|(?P<word>[^\W\d_]+(?:'[^\W\d_]+)*|&)|(?P<hyphen>[-~]|\.\.+)|(?P<comma>,)|(?P<other>[./:;|])"
)
_MARK = re.compile(r"[.,]")
# Fifteen digits are exact in a float; longer runs are telephone numbers and identifiers, not counts.
MOST_DIGITS = 15
# Of so many words it is kept what was found out about them.
_MOST_KNOWN = 100_000
# The longest German number below a million has 66 letters.
_LONGEST_COMPOUND = 100


@dataclass(frozen=True, slots=True)
class Atom:
    """One piece of a number expression.

    Attributes:
        kind: What it does in the expression.
        value: The number of a number, digits, fraction or ``alone`` word; the factor of a scale.
        alone: What a scale stands for where it multiplies nothing.
        is_vague: Whether that is only a low bound; of a vague word, whether a scale may follow it (several hundred).
        before_scale: Digits: their number where a scale word follows (1.375 million), if that differs.
        is_article: Whether a number word is an article too, which counts nothing before a vague or unknown word.
        may_be_singular: Whether a plural scale looks like a case of its singular.
        is_rough: Whether a scale alone is only about its number.
        is_closing: Whether nothing may be added to a number word.
    """

    kind: Kind
    value: float = 0
    alone: float = 0
    is_vague: bool = False
    before_scale: float | None = None
    is_article: bool = False
    may_be_singular: bool = False
    is_rough: bool = False
    is_closing: bool = False


_HYPHEN, _COMMA, _OTHER = Atom("hyphen"), Atom("comma"), Atom("other")
# A word that neither is a number word nor is made of some.
_NOTHING: tuple[tuple[Atom, ...], tuple[str, ...]] = ((), ())


_Finding = TypeVar("_Finding")


def remember(known: dict[str, _Finding], word: str, found: _Finding) -> _Finding:
    """Keep what was found out about a word, for words come back again and again, within bounds; gives it back."""
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[word] = found
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Numerals:
    """A language's number words, ready for look-up.

    Attributes:
        phrases: By first word, the phrases with what they stand for (None: overlooked), the longest first.
        pieces: The words that may be written together, by their first letter.
        attached: Prefixes in the order they are tried, each with the joints that it holds.
        grouping: The mark between thousands.
        suffixes: Scales that are written directly after digits.
        abbreviations: Folded words after which a dot may stand.
        has_unit_before_ten: Whether "five and twenty" is one number.
        range_modifiers: Folded phrases that open a range.
        amount_units: Folded units of amounts that are no counts.
        amount_unit_singulars: Those that are units only at the end of their phrase ("foot", not of "foot soldiers").
        unit_beginnings: The first words of all of these.
        closing_endings: Folded case endings after which a number is complete.
        n_unit_words: Within so many words the unit of an item stands ("US dollars").
        singulars: Folded nouns that only look like duals.
        plurals: Folded nouns that look like duals and are plurals.
        duals: Folded dual forms of known nouns that no other form looks like.
        loose_duals: Folded forms of known nouns that are dual where the noun is known to be singular or dual.
        dual_endings: Folded endings that make a noun dual which is known to be singular or dual.
    """

    phrases: Mapping[str, tuple[tuple[tuple[str, ...], Atom | None], ...]]
    pieces: Mapping[str, tuple[str, ...]]
    attached: tuple[tuple[str, tuple[Atom, ...]], ...]
    grouping: str
    suffixes: Mapping[str, Atom]
    abbreviations: frozenset[str]
    has_unit_before_ten: bool
    range_modifiers: frozenset[str]
    amount_units: frozenset[str]
    amount_unit_singulars: frozenset[str]
    unit_beginnings: frozenset[str]
    closing_endings: tuple[str, ...]
    n_unit_words: int
    singulars: frozenset[str]
    plurals: frozenset[str]
    duals: frozenset[str]
    loose_duals: frozenset[str]
    dual_endings: tuple[str, ...]
    _resolved: dict[str, tuple[tuple[Atom, ...], tuple[str, ...]]] = field(default_factory=dict, repr=False)
    _units: dict[str, bool] = field(default_factory=dict, repr=False)

    def atoms(self, text: str) -> list[Atom]:
        """Cut ``text`` into atoms in its order; words without a meaning for numbers are ``other``."""
        return [atom for atom, _, _ in self.placed_atoms(fold(text))]

    def placed_atoms(self, folded: str) -> list[tuple[Atom, int, int]]:
        """The atoms of a folded text, each with its half-open range in it; what is overlooked is left out."""
        # Tokens: a text, or none; words are resolved when their turn comes, what else has a text may begin a phrase.
        words: list[str | None] = []
        ready: list[Atom] = []
        places: list[tuple[int, int]] = []
        end = -1
        follows_digits = False
        for match in _TOKEN.finditer(folded):
            kind, token = match.lastgroup, match.group()
            atom = _OTHER
            if kind == "digits":
                atom = read_digits(token, grouping=self.grouping)
            elif kind == "word" and follows_digits and match.start() == end and token in self.suffixes:
                kind, atom = "suffix", self.suffixes[token]
            elif kind == "hyphen":
                atom = _HYPHEN
            elif kind == "comma":
                atom = _COMMA
            elif token == "." and match.start() == end and words and words[-1] in self.abbreviations:
                places[-1] = (places[-1][0], match.end())
                continue
            is_text = kind == "word" or (kind == "digits" and token in self.phrases)
            words.append(token if is_text else None)
            ready.append(atom)
            places.append(match.span())
            end, follows_digits = match.end(), kind == "digits"
        return list(self._atoms_of(words, ready, places))

    def _atoms_of(
        self, words: list[str | None], ready: list[Atom], places: list[tuple[int, int]]
    ) -> Iterator[tuple[Atom, int, int]]:
        position = 0
        while position < len(words):
            word = words[position]
            start, end = places[position]
            if word is None:
                yield ready[position], start, end
                position += 1
                continue
            if ready[position] is _OTHER and self._resolved.get(word) is _NOTHING and word not in self.phrases:
                yield _OTHER, start, end
                position += 1
                continue
            matched = self._longest(word, words, ready, position)
            if matched is None and ready[position] is not _OTHER:
                matched = ready[position], position + 1
            if matched is None:
                joints, pieces = self._resolve(word)
                # The pieces are the end of the word, what is attached its beginning.
                stem = end - sum(map(len, pieces)) if pieces else end
                yield from ((joint, start, stem) for joint in joints)
                start = stem if pieces else start
                if len(pieces) > 1:
                    # Written together: look the pieces up as if there were spaces.
                    ends = list(accumulate(map(len, pieces), initial=start))
                    yield from self._atoms_of(list(pieces), [_OTHER] * len(pieces), list(pairwise(ends)))
                    position += 1
                    continue
                matched = self._longest(pieces[0], words, ready, position) if pieces else None
            atom, position = matched or (_OTHER, position + 1)
            if atom is not None:
                yield atom, start, places[position - 1][1]

    def _longest(
        self, word: str, words: list[str | None], ready: list[Atom], position: int
    ) -> tuple[Atom | None, int] | None:
        """The longest phrase that begins with ``word`` at ``position``, and the position after it."""
        for phrase, atom in self.phrases.get(word, ()):
            after = position + 1
            for part in phrase:
                # Hyphens within a phrase ("quatre-vingt-dix") count as spaces.
                while after < len(words) and ready[after] is _HYPHEN:
                    after += 1
                if after >= len(words) or words[after] != part:
                    break
                after += 1
            else:
                return atom, after
        return None

    def _resolve(self, word: str) -> tuple[tuple[Atom, ...], tuple[str, ...]]:
        """Take attached prefixes off and compounds apart: the joints that were attached, and the known words."""
        known = self._resolved.get(word)
        return remember(self._resolved, word, self._take_apart(word)) if known is None else known

    def _take_apart(self, word: str) -> tuple[tuple[Atom, ...], tuple[str, ...]]:
        stems = [(word[len(prefix) :], joints) for prefix, joints in self.attached if word.startswith(prefix)]
        for stem, joints in stems:
            # One letter is too little to tell: كل is "every", not ك and ل.
            if len(stem) > 1 and stem in self.phrases:
                return joints, (stem,)
        for stem, joints in [(word, ()), *stems]:
            if pieces := self._pieces_of(stem):
                return joints, pieces
        return _NOTHING

    def _pieces_of(self, word: str) -> tuple[str, ...]:
        """The fewest known words that make up ``word`` without a rest, or none; a one-letter *and* only between two."""
        if len(word) > _LONGEST_COMPOUND:
            return ()
        best: list[tuple[str, ...] | None] = [(), *[None] * len(word)]
        for start in range(len(word)):
            before = best[start]
            if before is None:
                continue
            for piece in self.pieces.get(word[start], ()):
                end = start + len(piece)
                if not word.startswith(piece, start) or (len(piece) == 1 and not 0 < start < end < len(word)):
                    continue
                here = best[end]
                # Of as few, later starts leave the longer words first: "achtzig tausend", not "acht zigtausend".
                if here is None or len(before) + 1 <= len(here):
                    best[end] = (*before, piece)
        return best[-1] or ()

    def is_of(self, word: str) -> bool:
        """Whether the folded ``word`` joins a unit to what is measured."""
        return any(not others and atom is not None and atom.kind == "of" for others, atom in self.phrases.get(word, ()))

    def begins_with_percent(self, folded: str) -> bool:
        """Whether a folded text begins with the words for "per cent", which the atoms overlook."""
        word, *others = folded.split(None, 2)[:2] or [""]
        return any(
            atom is None and list(phrase) == others[: len(phrase)] for phrase, atom in self.phrases.get(word, ())
        )

    def may_be_unit(self, word: str) -> bool:
        """Whether the folded ``word``, with or without attached letters, may name or begin a unit of amounts."""
        known = self._units.get(word)
        if known is not None:
            return known
        return remember(self._units, word, not self.unit_beginnings.isdisjoint(self.without_prefixes(word)))

    def without_prefixes(self, word: str) -> Iterator[str]:
        """``word`` itself and what is left of it without each attached prefix that it may have."""
        yield word
        for prefix, _ in self.attached:
            if word.startswith(prefix) and len(word) > len(prefix) + 1:
                yield word[len(prefix) :]


AND = Atom("and")
# The joints that a prefix may be.
_ATTACHED: tuple[Kind, ...] = ("range", "of")


def read_digits(token: str, *, grouping: str) -> Atom:
    """The number of a run of digits with its marks; ``other`` where it is none (dates, versions, identifiers).

    A single mark before exactly three digits groups them, in either style, since counts have no decimals. Only where a
    scale word follows (1.375 million) the mark that does not group in the language is a decimal one.
    """
    token = token.replace(" ", "").replace("'", "")
    whole, *rest = _MARK.split(token)
    if len(token) > MOST_DIGITS + len(rest):
        return _OTHER
    if not rest:
        return Atom("digits", float(whole))
    marks = _MARK.findall(token)
    decimals = ""
    if len(set(marks)) == 2 and marks.count(marks[-1]) == 1:
        *rest, decimals = rest
    elif len(rest) == 1:
        if len(rest[0]) != 3 or len(whole) > 3 or int(whole) == 0:
            return Atom("digits", float(f"{whole}.{rest[0]}"))
        if marks[0] != grouping:
            return Atom("digits", float(whole + rest[0]), before_scale=float(f"{whole}.{rest[0]}"))
    # Groups of two are South Asian (12,50,000).
    if len(whole) > 3 or len(rest[-1]) != 3 or any(len(group) not in (2, 3) for group in rest):
        return _OTHER
    return Atom("digits", float("".join([whole, *rest]) + "." + (decimals or "0")))


def _number(written: str) -> float:
    number = float(Fraction(written))
    return int(number) if number.is_integer() else number


def _atoms_in(data: Mapping[str, Any]) -> Iterator[tuple[str, Atom | None]]:
    joints: tuple[Kind, ...] = ("and", "range", "of", "point", "odd", "zero", "unknown")
    for kind in joints:
        yield from ((phrase, Atom(kind)) for phrase in data[kind])
    yield from ((phrase, None) for phrase in data["percent"])
    yield from ((phrase, Atom("vague", 2, is_vague=True)) for phrase in data["vague"])
    yield from ((phrase, Atom("vague", 2)) for phrase in data["vague_before_number"])
    closing, rough = tuple(map(fold, data["closing_endings"])), set(map(fold, data["rough"]))
    articles = {fold(phrase) for phrases in data["alone"].values() for phrase in phrases}
    for number, phrases in data["numbers"].items():
        for phrase in phrases:
            is_closing = fold(phrase).endswith(closing)
            yield phrase, Atom("number", _number(number), is_article=fold(phrase) in articles, is_closing=is_closing)
    tables: tuple[tuple[str, Kind], ...] = (("alone", "alone"), ("fractions", "fraction"))
    for name, kind in tables:
        for number, phrases in data[name].items():
            yield from ((phrase, Atom(kind, _number(number))) for phrase in phrases)
    lows = {fold(phrase): _number(low) for low, phrases in data["low_alone"].items() for phrase in phrases}
    singulars = {number: set(map(fold, phrases)) for number, phrases in data["scales"].items()}
    # The plural first, since of two meanings of a form the first is kept.
    for name, times, is_vague in (("plural_scales", 2, True), ("scales", 1, False), ("dual_scales", 2, False)):
        for number, phrases in data[name].items():
            scale = _number(number)
            for phrase in phrases:
                alone = lows.get(fold(phrase), scale * times)
                is_case = is_vague and fold(phrase) in singulars.get(number, ())
                is_rough, is_closing = fold(phrase) in rough, fold(phrase).endswith(closing)
                yield (
                    phrase,
                    Atom(
                        "scale",
                        scale,
                        alone,
                        is_vague,
                        may_be_singular=is_case,
                        is_rough=is_rough,
                        is_closing=is_closing,
                    ),
                )


def _dual_forms(nouns: Iterable[str], endings: Iterable[str]) -> set[str]:
    # The feminine ending is ه in the folded view and ت before another ending.
    stems = [noun[:-1] + "ت" if noun.endswith("ه") else noun for noun in map(fold, nouns)]
    return {stem + fold(ending) for stem in stems for ending in endings}


def build_numerals(data: Mapping[str, Any]) -> Numerals:
    """The look-up tables of one language's data, as described at the top of this module."""
    phrases: dict[str, dict[tuple[str, ...], Atom | None]] = {}
    pieces: set[str] = set()
    scales = {phrase for phrases in data["scales"].values() for phrase in phrases}
    for phrase, atom in _atoms_in(data):
        first, *others = fold(phrase).rstrip(".").replace("-", " ").split()
        phrases.setdefault(first, {}).setdefault(tuple(others), atom)
        is_piece = atom is not None and atom.kind in ("number", "scale", "and") and not others
        if data["has_compounds"] and is_piece and (len(first) > 1 or atom == AND):
            pieces.add(first)
    ands = [fold(word) for word in data["attached_and"]]
    joints: dict[str, tuple[Atom, ...]] = {fold(word): (Atom(kind),) for kind in _ATTACHED for word in data[kind]}
    prefixes = [(word, joints.get(word, ())) for word in map(fold, data["prefixes"])]
    after_and = [("", ()), *prefixes]
    attached = [*prefixes, *((word + prefix, (AND, *atoms)) for word in ands for prefix, atoms in after_and)]
    dual = data["dual"]
    feminine = [noun for noun in dual["nouns"] if fold(noun).endswith("ه")]
    duals = _dual_forms([*feminine, *data["amount_units"]], dual["plain_endings"])
    # The oblique of masculines (مسلحين) may be their sound plural: there only the first ending tells.
    duals |= _dual_forms(dual["nouns"], dual["plain_endings"][:1])
    duals |= _dual_forms(set(dual["nouns"]).difference(dual["sound_plurals"]), dual["plain_endings"])
    return Numerals(
        phrases={
            first: tuple(sorted(found.items(), key=lambda entry: -len(entry[0]))) for first, found in phrases.items()
        },
        pieces={
            letter: tuple(piece for piece in sorted(pieces) if piece.startswith(letter))
            for letter in {piece[0] for piece in pieces}
        },
        attached=tuple(sorted(attached, key=lambda entry: len(entry[0]))),
        grouping=data["grouping"],
        suffixes={
            fold(form): Atom("scale", _number(number), _number(number))
            for number, forms in data["suffixes"].items()
            for form in forms
        },
        abbreviations=frozenset(fold(phrase).rstrip(".") for phrase in scales if phrase.endswith(".")),
        has_unit_before_ten=data["has_unit_before_ten"],
        range_modifiers=frozenset(map(fold, data["range_modifiers"])),
        amount_units=frozenset(map(fold, data["amount_units"])),
        amount_unit_singulars=frozenset(map(fold, data["amount_unit_singulars"])),
        unit_beginnings=frozenset(
            fold(unit).split()[0] for unit in (*data["amount_units"], *data["amount_unit_singulars"])
        ),
        closing_endings=tuple(map(fold, data["closing_endings"])),
        n_unit_words=data["n_unit_words"],
        singulars=frozenset(map(fold, dual["singulars"])),
        plurals=frozenset(map(fold, dual["plurals"])),
        duals=frozenset(duals),
        loose_duals=frozenset(_dual_forms(dual["nouns"], [*dual["plain_endings"], *dual["noun_endings"]])),
        dual_endings=tuple(map(fold, dual["endings"])),
    )


@lru_cache(maxsize=64)
def load_numerals(language: str) -> Numerals:
    """The number words of a language by its ISO 639-1 code (``ar``, also ``ar-SY``).

    Languages without a file have those of ``und``, no words at all: digits are read in every language.
    """
    folder = resources.files(__name__.rpartition(".")[0])
    code = re.split(r"[-_]", language.lower())[0]
    file = folder.joinpath(f"numerals_{code}.json")
    # The code becomes part of a file name: nothing but letters may pass.
    if not re.fullmatch(r"[a-z]{2,3}", code) or not file.is_file():
        file = folder.joinpath("numerals_und.json")
    return build_numerals(json.loads(file.read_text(encoding="utf-8")))
