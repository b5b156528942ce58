"""The JSON form of predictions and gold: the contract's ``prediction.schema.json``, in and out."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from .article import Article
from .errors import RecordError, SourceFileError
from .estimate import Estimate
from .prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from .rows import Row, json_lines_rows, plain_value
from .source_files import Lines, SourceFile, open_bytes, unreadable
from .taxonomy import CLAIM_PARTS
from .value import Value

SCORE_DIGITS = 4
_Read = TypeVar("_Read")
_RECORD_KEYS = frozenset({"id", "language", "model", "type", "tags", "sources", "claims"})
_SPAN_KEYS = ("start", "end", "text")
_SOURCE_KEYS = ("id", *_SPAN_KEYS, "type", "same_as")
_CLAIM_KEYS = (
    "id",
    "quantity",
    "implicit",
    *CLAIM_PARTS,
    "uncertainty",
    "value",
    "measure",
    "factuality",
    "part_of",
    "attribution",
)


def prediction_to_record(prediction: Prediction) -> dict[str, Any]:
    """The prediction as plain JSON values; scores rounded to four digits, absent scores, model, estimates left out."""
    record: dict[str, Any] = {"id": prediction.id, "language": prediction.language}
    if prediction.model is not None:
        record["model"] = prediction.model
    record["type"] = {"label": prediction.type.label} | _score(prediction.type.score)
    if prediction.type.scores:
        record["type"]["scores"] = {
            label: round(float(score), SCORE_DIGITS) for label, score in prediction.type.scores.items()
        }
    record["tags"] = [{"label": tag.label} | _score(tag.score) for tag in prediction.tags]
    record["sources"] = [
        {"id": source.id, **_span(source.span), "type": source.type, "same_as": source.same_as} | _score(source.score)
        for source in prediction.sources
    ]
    record["claims"] = [_claim(claim) for claim in prediction.claims]
    return record


def gold_to_record(article: Article, gold: Prediction) -> dict[str, Any]:
    """The gold form: the record with the article's text and meta, without scores, estimates and model.

    Raises:
        RecordError: Where the two have different ids, or a span does not slice back to its text.
    """
    if article.id != gold.id:
        raise RecordError(f"{gold.id}: the annotation is of another article, {article.id}; pair them by id")
    gold.check_text(article.text)
    record = prediction_to_record(gold)
    record.pop("model", None)
    for scored in (record["type"], *record["tags"], *record["sources"], *record["claims"]):
        scored.pop("score", None)
        scored.pop("scores", None)
        scored.pop("estimate", None)
    meta = {key: value for key, value in article.meta.items() if key not in record and key != "text"}
    return {"id": record.pop("id"), "language": record.pop("language"), "text": article.text} | meta | record


def _score(score: float | None) -> dict[str, Any]:
    return {} if score is None else {"score": round(float(score), SCORE_DIGITS)}


def _span(span: Span) -> dict[str, Any]:
    return {"start": span.start, "end": span.end, "text": span.text}


def _claim(claim: Claim) -> dict[str, Any]:
    record: dict[str, Any] = {"id": claim.id, "quantity": _span(claim.quantity), "implicit": claim.implicit}
    for name in CLAIM_PARTS:
        part = claim.part(name)
        record[name] = None if part is None else _span(part)
    record["uncertainty"] = claim.uncertainty
    record["value"] = {"point": claim.value.point, "low": claim.value.low, "high": claim.value.high}
    record["measure"] = claim.measure
    record["factuality"] = claim.factuality
    record["part_of"] = claim.part_of
    if claim.attribution is None:
        record["attribution"] = None
    else:
        cue = claim.attribution.cue
        record["attribution"] = {"source": claim.attribution.source, "cue": None if cue is None else _span(cue)}
    if claim.estimate is not None:
        record["estimate"] = estimate_to_record(claim.estimate)
    return record | _score(claim.score)


def estimate_to_record(estimate: Estimate) -> dict[str, Any]:
    """The estimate as plain JSON values; an absent notation left out."""
    record = {"low": estimate.low, "best": estimate.best, "high": estimate.high, "rule": estimate.rule}
    return record if estimate.notation is None else record | {"notation": estimate.notation}


def prediction_from_record(record: Mapping[str, Any], *, where: str = "record") -> Prediction:
    """Read and validate a record of the contract's form.

    Further keys beside the contract's (``text``, ``outlet`` …) are passed over; unknown keys further in are errors.
    The spans are not compared with a text here: see ``Prediction.check_text``.

    Args:
        record: The JSON object.
        where: File and line, or whatever names the record in messages.

    Raises:
        RecordError: Naming ``where``, the key and what to write there.
    """
    with _under(where):
        known = {key: value for key, value in _object(record).items() if key in _RECORD_KEYS}
        fields = _object(known, ("id", "language", "type", "tags", "sources", "claims"), ("model",))
        return Prediction(
            id=_at(fields, "id", _string),
            language=_at(fields, "language", _string),
            model=_at(fields, "model", _string) if "model" in fields else None,
            type=_at(fields, "type", _read_type),
            tags=_each(fields, "tags", _read_tag),
            sources=_each(fields, "sources", _read_source),
            claims=_each(fields, "claims", _read_claim),
        )


@contextmanager
def _under(where: str) -> Iterator[None]:
    """Puts the place in front of every error raised inside; nested places add up to a path."""
    try:
        yield
    except RecordError as error:
        raise RecordError(f"{where}: {error}") from None


def _object(value: Any, required: tuple[str, ...] = (), optional: tuple[str, ...] | None = None) -> Mapping[str, Any]:
    """Check an object and its keys; ``optional`` None allows any."""
    if not isinstance(value, Mapping):
        raise RecordError(f"{value!r} must be an object")
    for key in required:
        if key not in value:
            raise RecordError(f"the key {key!r} is missing; add it")
    if optional is not None:
        for key in value:
            if key not in required and key not in optional:
                raise RecordError(
                    f"the key {key!r} is unknown; remove it or write one of {', '.join(required + optional)}"
                )
    return value


def _at(fields: Mapping[str, Any], key: str, read: Callable[[Any], _Read]) -> _Read:
    with _under(key):
        return read(fields[key])


def _each(fields: Mapping[str, Any], key: str, read: Callable[[Any], _Read]) -> tuple[_Read, ...]:
    items = fields[key]
    if not isinstance(items, list | tuple):
        raise RecordError(f"{key}: {items!r} must be a list")
    found = []
    for number, item in enumerate(items):
        with _under(f"{key}[{number}]"):
            found.append(read(item))
    return tuple(found)


def _string(value: Any) -> str:
    if not isinstance(value, str):
        raise RecordError(f"{value!r} must be a string")
    return value


def _optional_string(value: Any) -> str | None:
    return None if value is None else _string(value)


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise RecordError(f"{value!r} must be true or false")
    return value


def _integer(value: Any) -> int:
    # 5.0 is an integer to JSON Schema, and to tables that hold missing numbers.
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise RecordError(f"{value!r} must be a whole number")
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RecordError(f"{value!r} must be a number")
    return value


def _read_score(fields: Mapping[str, Any]) -> float | None:
    return _at(fields, "score", _number) if "score" in fields else None


def _read_scores(value: Any) -> dict[str, float]:
    scores = _object(value)
    return {label: _at(scores, label, _number) for label in scores}


def _read_type(value: Any) -> TypeLabel:
    fields = _object(value, ("label",), ("score", "scores"))
    scores = _at(fields, "scores", _read_scores) if "scores" in fields else {}
    return TypeLabel(label=_at(fields, "label", _string), score=_read_score(fields), scores=scores)


def _read_tag(value: Any) -> Tag:
    fields = _object(value, ("label",), ("score",))
    return Tag(label=_at(fields, "label", _string), score=_read_score(fields))


def _read_span(value: Any) -> Span:
    fields = _object(value, _SPAN_KEYS, ())
    return Span(_at(fields, "start", _integer), _at(fields, "end", _integer), _at(fields, "text", _string))


def _read_optional_span(value: Any) -> Span | None:
    return None if value is None else _read_span(value)


def _read_source(value: Any) -> Source:
    fields = _object(value, _SOURCE_KEYS, ("score",))
    return Source(
        id=_at(fields, "id", _string),
        span=_read_span({key: fields[key] for key in _SPAN_KEYS}),
        type=_at(fields, "type", _string),
        same_as=_at(fields, "same_as", _optional_string),
        score=_read_score(fields),
    )


def _read_value(value: Any) -> Value:
    fields = _object(value, ("point", "low", "high"), ())
    return Value(point=fields["point"], low=fields["low"], high=fields["high"])


def _read_estimate(value: Any) -> Estimate | None:
    # A table holds the absent estimate, and the absent notation, as null.
    if value is None:
        return None
    fields = _object(value, ("low", "best", "high", "rule"), ("notation",))
    return Estimate(
        low=fields["low"],
        best=fields["best"],
        high=fields["high"],
        rule=_at(fields, "rule", _string),
        notation=_at(fields, "notation", _optional_string) if "notation" in fields else None,
    )


def _read_attribution(value: Any) -> Attribution | None:
    if value is None:
        return None
    fields = _object(value, ("source", "cue"), ())
    return Attribution(source=_at(fields, "source", _string), cue=_at(fields, "cue", _read_optional_span))


def _read_claim(value: Any) -> Claim:
    fields = _object(value, _CLAIM_KEYS, ("score", "estimate"))
    return Claim(
        id=_at(fields, "id", _string),
        quantity=_at(fields, "quantity", _read_span),
        implicit=_at(fields, "implicit", _truth),
        **{part: _at(fields, part, _read_optional_span) for part in CLAIM_PARTS},
        uncertainty=_at(fields, "uncertainty", _string),
        value=_at(fields, "value", _read_value),
        measure=_at(fields, "measure", _string),
        factuality=_at(fields, "factuality", _string),
        part_of=_at(fields, "part_of", _optional_string),
        attribution=_at(fields, "attribution", _read_attribution),
        score=_read_score(fields),
        estimate=_at(fields, "estimate", _read_estimate) if "estimate" in fields else None,
    )


def read_gold(path: str | Path) -> Iterator[tuple[Article, Prediction] | RecordError]:
    """Read gold: JSON Lines of records with ``text``, gzipped or not.

    Yields:
        The article and its annotation, further keys in ``Article.meta``; in place of a bad record a RecordError
        that names file and line: wrong keys, spans that do not slice back to their text, ids that stand twice.

    Raises:
        SourceFileError: Where the file cannot be read (further).
    """
    file = SourceFile(path=Path(path), name=str(path), format="jsonl")
    places: dict[str, str] = {}
    place = file.name
    try:
        with open_bytes(file) as stream:
            for row in json_lines_rows(Lines(stream, name=file.name, encoding="utf-8"), name=file.name):
                if isinstance(row, RecordError):
                    yield row
                    continue
                place = row.place
                try:
                    pair = _read_pair(row)
                    first = places.setdefault(pair[0].id, place)
                    if first != place:
                        raise RecordError(f"{place}: id {pair[0].id!r} stands already at {first}; make the ids unique")
                    yield pair
                except RecordError as error:
                    yield error
    except SourceFileError:
        raise
    except (EOFError, zlib.error) as error:
        raise SourceFileError(f"{place}: after this the gzip data break off ({error}); copy the file again") from None
    except OSError as error:
        raise unreadable(place, error) from None


def _read_pair(row: Row) -> tuple[Article, Prediction]:
    gold = prediction_from_record(row.values, where=row.place)
    with _under(row.place):
        text = _at(_object(row.values, ("text",)), "text", _string)
        gold.check_text(text)
        meta = {
            key: plain_value(value) for key, value in row.values.items() if key not in _RECORD_KEYS and key != "text"
        }
        return Article(id=gold.id, text=text, language=gold.language, meta=meta), gold
