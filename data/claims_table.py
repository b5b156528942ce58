"""The flat table of claims: one row a claim, everything known of it, for spreadsheets and data frames."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .article import Article
from .prediction import Claim, Prediction, Source, Span
from .records import SCORE_DIGITS
from .sentences import Sentences
from .taxonomy import CLAIM_PARTS

if TYPE_CHECKING:
    import pyarrow as pa

_PARTS = ("quantity", *CLAIM_PARTS, "cue")
_ESTIMATE = ("low", "best", "high", "rule", "notation")

COLUMNS: dict[str, str] = {
    "article_id": "string",
    "language": "string",
    "model": "string",
    "article_type": "string",
    "article_type_score": "double",
    "tags": "string",
    "claim_id": "string",
    "claim_score": "double",
    "sentence": "string",
    **{
        name: kind
        for part in _PARTS
        for name, kind in ((part, "string"), (f"{part}_start", "int64"), (f"{part}_end", "int64"))
    },
    "implicit": "bool",
    "uncertainty": "string",
    "point": "double",
    "low": "double",
    "high": "double",
    "estimate_low": "double",
    "estimate_best": "double",
    "estimate_high": "double",
    "estimate_rule": "string",
    "estimate_notation": "string",
    "measure": "string",
    "factuality": "string",
    "part_of": "string",
    "source_id": "string",
    "source": "string",
    "source_start": "int64",
    "source_end": "int64",
    "source_type": "string",
    "source_score": "double",
    "first_mention_id": "string",
    "first_mention": "string",
}
"""The columns in order, with their Arrow types."""


def claims_schema() -> "pa.Schema":
    """The Arrow schema of the table; every column may be null but the ids and the quantity."""
    import pyarrow as pa

    required = {"article_id", "language", "claim_id", "quantity", "quantity_start", "quantity_end"}
    return pa.schema([pa.field(name, kind, nullable=name not in required) for name, kind in COLUMNS.items()])


def claim_rows(prediction: Prediction, article: Article) -> Iterator[dict[str, Any]]:
    """One row a claim, in the order of the claims, with every column of ``COLUMNS``.

    ``tags`` are joined by semicolons. ``first_mention`` is the first mention in the ``same_as`` chain of the source,
    the source itself where it has none. ``sentence`` is the sentence around the quantity, at most 300 characters to
    either side. What a claim has not is None.
    """
    sources = {source.id: source for source in prediction.sources}
    firsts = _first_mentions(sources)
    sentences = Sentences(article.text)
    shared = {
        "article_id": prediction.id,
        "language": prediction.language,
        "model": prediction.model,
        "article_type": prediction.type.label,
        "article_type_score": _rounded(prediction.type.score),
        "tags": ";".join(tag.label for tag in prediction.tags),
    }
    for claim in prediction.claims:
        row: dict[str, Any] = dict.fromkeys(COLUMNS) | shared
        row |= {
            "claim_id": claim.id,
            "claim_score": _rounded(claim.score),
            "sentence": sentences.around(claim.quantity).text,
            "implicit": claim.implicit,
            "uncertainty": claim.uncertainty,
            "point": claim.value.point,
            "low": claim.value.low,
            "high": claim.value.high,
            "measure": claim.measure,
            "factuality": claim.factuality,
            "part_of": claim.part_of,
        }
        if claim.estimate is not None:
            row |= {f"estimate_{name}": getattr(claim.estimate, name) for name in _ESTIMATE}
        for role, span in claim.spans():
            row |= _span_cells(role, span)
        yield row | _source_cells(claim, sources, firsts)


def _span_cells(role: str, span: Span) -> dict[str, Any]:
    return {role: span.text, f"{role}_start": span.start, f"{role}_end": span.end}


def _source_cells(claim: Claim, sources: dict[str, Source], firsts: dict[str, str]) -> dict[str, Any]:
    if claim.attribution is None:
        return {}
    source = sources[claim.attribution.source]
    first = sources[firsts[source.id]]
    return _span_cells("source", source.span) | {
        "source_id": source.id,
        "source_type": source.type,
        "source_score": _rounded(source.score),
        "first_mention_id": first.id,
        "first_mention": first.span.text,
    }


def _rounded(score: float | None) -> float | None:
    return None if score is None else round(float(score), SCORE_DIGITS)


def _first_mentions(sources: dict[str, Source]) -> dict[str, str]:
    """The first mention of every source; each link is followed once, however long the chains."""
    firsts: dict[str, str] = {}
    for start in sources:
        chain = [start]
        while chain[-1] not in firsts and (earlier := sources[chain[-1]].same_as) is not None:
            chain.append(earlier)
        first = firsts.get(chain[-1], chain[-1])
        firsts.update(dict.fromkeys(chain, first))
    return firsts
