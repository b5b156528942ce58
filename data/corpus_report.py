"""What a corpus holds, as a Markdown table."""

from collections.abc import Mapping
from typing import Any

from .markup import SPLITS
from .taxonomy import LABEL_SETS

_PLAIN = (
    "articles", "claims", "sources", "without_claims", "implicit", "attributed", "part_of", "zero", "unknown",
    "same_as",
)  # fmt: skip


def render_corpus_report(table: Mapping[str, Mapping[str, Any]]) -> str:
    """One row a phenomenon, one column a language, from ``corpus_table``."""
    languages = list(table)
    rows = [f"| phenomenon | {' | '.join(languages)} |", f"| --- |{' ---: |' * len(languages)}"]
    rows += [_row(name.replace("_", " "), [table[language][name] for language in languages]) for name in _PLAIN]
    for group in ("split", *LABEL_SETS):
        labels = SPLITS if group == "split" else LABEL_SETS[group]
        rows += [
            _row(f"{group}: {label}", [table[language][group][label] for language in languages]) for label in labels
        ]
    return "\n".join(rows) + "\n"


def _row(name: str, numbers: list[int]) -> str:
    return f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |"
