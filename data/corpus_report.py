"""What a corpus holds, as a Markdown table."""

from collections.abc import Iterable, Mapping
from typing import Any


def render_corpus_report(table: Mapping[str, Mapping[str, Any]]) -> str:
    """One row a phenomenon, one column a language, from ``corpus_table``."""
    rows = [f"| phenomenon | {' | '.join(table)} |", f"| --- |{' ---: |' * len(table)}"]
    columns = list(table.values())
    for name, first in columns[0].items():
        if isinstance(first, Mapping):
            rows += [_row(f"{name}: {label}", (column[name][label] for column in columns)) for label in first]
        else:
            rows.append(_row(name.replace("_", " "), (column[name] for column in columns)))
    return "\n".join(rows) + "\n"


def _row(name: str, numbers: Iterable[int]) -> str:
    return f"| {name} | {' | '.join(f'{number:,}' for number in numbers)} |"
