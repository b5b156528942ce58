"""What number words mean in running text, where no model has said which of them are quantities.

The words are in ``running_text.json``, a table a language with the keys of ``RunningText``.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .hedges import WORD
from .numerals import fold


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningText:
    """One language's words, folded; of ``counted``, ``change`` and ``unsaid`` the beginnings of words.

    Attributes:
        zero: Phrases that deny a count wherever they stand.
        zero_before: Phrases that deny one only before a ``counted`` noun: "no casualties", but not "no longer".
        zero_words: The first words of both.
        counted: Nouns and participles of those.
        change: Verbs and nouns after which "from 17 to 23" is two numbers and no range.
        left_out: Number words that name no number alone; bounded by a hedge or before "of" (a number of) they do.
        never: Number words that name no number at all.
        unsaid: What tells "an unknown number" from "the number".
    """

    zero: frozenset[str]
    zero_before: frozenset[str]
    zero_words: frozenset[str]
    counted: tuple[str, ...]
    change: tuple[str, ...]
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
    return RunningText(
        zero=frozenset(folded.get("zero", ())),
        zero_before=frozenset(folded.get("zero_before", ())),
        zero_words=frozenset(
            phrase.split()[0] for phrase in (*folded.get("zero", ()), *folded.get("zero_before", ()))
        ),
        counted=folded.get("counted", ()),
        change=folded.get("change", ()),
        left_out=frozenset(folded.get("left_out", ())),
        never=frozenset(folded.get("never", ())),
        unsaid=folded.get("unsaid", ()),
    )
