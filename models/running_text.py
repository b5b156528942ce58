"""What number words mean in running text, where no model has said which of them are quantities.

The words are in ``running_text.json``, a table a language with the keys of ``RunningText``.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .folding import fold
from .hedges import WORD


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningText:
    """One language's words, folded; of ``counted``, ``no_news``, ``change`` and ``unsaid`` the beginnings of words.

    Attributes:
        zero: Phrases that deny a count wherever they stand.
        zero_before: Phrases that deny one only before a ``counted`` noun: "no casualties", but not "no longer".
        zero_words: The first words of both, and of ``zero_after``.
        counted: Nouns and participles of those.
        change: Verbs and nouns after which "from 17 to 23" is two numbers and no range.
        change_ends: Hedges that only say where a change ends ("возросло до 58").
        totals: Nouns that name a number: a verb may bound it (تجاوز عدد القتلى 150), and it
            may be unknown.
        named: Words before a number that is a name (Resolution 2254); ``named_after`` those behind one.
        pronouns: Words beside which a word for one counts nothing (the one, one another).
        beside_number: Hedges behind a number that stand nowhere but beside it (Turkish altında, below).
        zero_after: Phrases that deny the ``counted`` noun before them ("погибших нет").
        no_news: Nouns between a denial and what is counted, where only the news is denied ("no word on casualties").
        indefinite_plurals: Endings of plurals; before one that has no article a ``left_out`` word is "several" (Hebrew
            מספר חיילים).
        left_out: Number words that name no number alone; bounded by a hedge or before "of" (a number of) they do.
        never: Number words that name no number at all.
        unsaid: What tells "an unknown number", or a number that is not known, from "the number".
    """

    zero: frozenset[str]
    zero_before: frozenset[str]
    zero_words: frozenset[str]
    zero_after: frozenset[str]
    counted: tuple[str, ...]
    no_news: tuple[str, ...]
    change: tuple[str, ...]
    change_ends: frozenset[str]
    totals: frozenset[str]
    named: frozenset[str]
    named_after: frozenset[str]
    pronouns: frozenset[str]
    beside_number: frozenset[str]
    indefinite_plurals: tuple[str, ...]
    left_out: frozenset[str]
    never: frozenset[str]
    unsaid: tuple[str, ...]


@lru_cache(maxsize=64)
def load_running_text(language: str) -> RunningText:
    """The words of a language by its ISO 639-1 code; none for a language without a table."""
    file = resources.files(__name__.rpartition(".")[0]).joinpath("running_text.json")
    tables: Mapping[str, Mapping[str, list[str]]] = json.loads(file.read_text(encoding="utf-8"))
    table = tables.get(re.split(r"[-_]", language.lower())[0], {})
    folded = {name: tuple(" ".join(WORD.findall(fold(entry))) for entry in entries) for name, entries in table.items()}

    def words(name: str) -> frozenset[str]:
        return frozenset(folded.get(name, ()))

    denials = words("zero") | words("zero_before") | words("zero_after")
    return RunningText(
        zero=words("zero"),
        zero_before=words("zero_before"),
        zero_words=frozenset(phrase.split()[0] for phrase in denials),
        zero_after=words("zero_after"),
        counted=folded.get("counted", ()),
        no_news=folded.get("no_news", ()),
        change=folded.get("change", ()),
        change_ends=words("change_ends"),
        totals=words("totals"),
        named=words("named"),
        named_after=words("named_after"),
        pronouns=words("pronouns"),
        beside_number=words("beside_number"),
        indefinite_plurals=folded.get("indefinite_plurals", ()),
        left_out=words("left_out"),
        never=words("never"),
        unsaid=folded.get("unsaid", ()),
    )
