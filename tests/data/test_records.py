import copy
import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from reportedly.data import records
from reportedly.data.article import Article
from reportedly.data.errors import RecordError, SourceFileError
from reportedly.data.estimate import Estimate
from reportedly.data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from reportedly.data.records import gold_to_record, prediction_from_record, prediction_to_record, read_gold
from reportedly.data.taxonomy import (
    ACTOR_TAGS,
    ARTICLE_TYPES,
    CLAIM_PARTS,
    FACTUALITIES,
    MEASURES,
    SOURCE_TYPES,
    UNCERTAINTIES,
)
from reportedly.data.value import Value

_SCHEMA = json.loads(Path(records.__file__).with_name("prediction.schema.json").read_text(encoding="utf-8"))
_VALIDATOR = Draft202012Validator(_SCHEMA)

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
_SPANS = st.builds(lambda start, text: Span(start, start + len(text), text), st.integers(0, 10**6), _TEXTS)
_PROBABILITIES = st.integers(0, 10**4).map(lambda score: score / 10**4)
_SCORES = st.none() | _PROBABILITIES
_NUMBERS = st.none() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False, width=32)
_VALUES = st.builds(Value, point=_NUMBERS, low=_NUMBERS) | st.builds(Value, high=_NUMBERS)
_PARTS = st.none() | _SPANS
_NOTATIONS = st.none() | _TEXTS
_ESTIMATES = st.builds(Estimate, low=_NUMBERS, best=_NUMBERS, rule=_TEXTS, notation=_NOTATIONS) | st.builds(
    Estimate, high=_NUMBERS, rule=_TEXTS
)


@st.composite
def _predictions(draw: st.DrawFn) -> Prediction:
    sources = tuple(
        Source(
            id=f"s{number}",
            span=draw(_SPANS),
            type=draw(st.sampled_from(SOURCE_TYPES)),
            same_as=f"s{draw(st.integers(0, number - 1))}" if number and draw(st.booleans()) else None,
            score=draw(_SCORES),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    attributions = st.none() | st.builds(
        Attribution, source=st.sampled_from([source.id for source in sources] or ["s0"]), cue=_PARTS
    )
    claims = tuple(
        Claim(
            id=f"c{number}",
            quantity=draw(_SPANS),
            implicit=draw(st.booleans()),
            **{name: draw(_PARTS) for name in CLAIM_PARTS},
            uncertainty=draw(st.sampled_from(UNCERTAINTIES)),
            value=draw(_VALUES),
            measure=draw(st.sampled_from(MEASURES)),
            factuality=draw(st.sampled_from(FACTUALITIES)),
            part_of=f"c{draw(st.integers(0, number - 1))}" if number and draw(st.booleans()) else None,
            attribution=draw(attributions) if sources else None,
            score=draw(_SCORES),
            estimate=draw(st.none() | _ESTIMATES),
        )
        for number in range(draw(st.integers(0, 3)))
    )
    scores = draw(st.dictionaries(st.sampled_from(ARTICLE_TYPES), _PROBABILITIES))
    return Prediction(
        id=draw(_TEXTS),
        language=draw(st.sampled_from(["en", "ar", "und"])),
        type=TypeLabel(label=draw(st.sampled_from(ARTICLE_TYPES)), score=draw(_SCORES), scores=scores),
        tags=tuple(
            Tag(label=label, score=draw(_SCORES)) for label in draw(st.lists(st.sampled_from(ACTOR_TAGS), unique=True))
        ),
        sources=sources,
        claims=claims,
        model=draw(st.none() | _TEXTS),
    )


@given(_predictions())
def test_a_prediction_survives_json_and_its_record_is_valid(prediction: Prediction) -> None:
    record = json.loads(json.dumps(prediction_to_record(prediction), ensure_ascii=False))
    _VALIDATOR.validate(record)
    assert prediction_from_record(record) == prediction


def test_the_schema_is_the_contract_and_names_the_labels_of_the_taxonomy() -> None:
    Draft202012Validator.check_schema(_SCHEMA)
    properties = _SCHEMA["properties"]
    claim = properties["claims"]["items"]["properties"]
    assert tuple(properties["type"]["properties"]["label"]["enum"]) == ARTICLE_TYPES
    assert tuple(properties["tags"]["items"]["properties"]["label"]["enum"]) == ACTOR_TAGS
    assert tuple(properties["sources"]["items"]["properties"]["type"]["enum"]) == SOURCE_TYPES
    assert tuple(claim["uncertainty"]["enum"]) == UNCERTAINTIES
    assert tuple(claim["measure"]["enum"]) == MEASURES
    assert tuple(claim["factuality"]["enum"]) == FACTUALITIES


def test_scores_are_rounded_and_absent_ones_left_out(annotated: tuple[Article, Prediction]) -> None:
    type_ = TypeLabel(label="other", score=2 / 3, scores={"other": 2 / 3, "military": 1 / 3})
    record = prediction_to_record(Prediction(id="a", language="en", type=type_, tags=(Tag(label="civilians"),)))
    assert record["type"] == {"label": "other", "score": 0.6667, "scores": {"other": 0.6667, "military": 0.3333}}
    assert record["tags"] == [{"label": "civilians"}]
    assert "model" not in record
    assert '"score"' not in json.dumps(prediction_to_record(annotated[1]))


def test_without_a_codebook_there_is_no_word_of_estimates(annotated: tuple[Article, Prediction]) -> None:
    assert "estimate" not in json.dumps(prediction_to_record(annotated[1]))


def test_a_gold_record_has_text_and_meta_and_no_scores_or_estimates(annotated: tuple[Article, Prediction]) -> None:
    article, gold = annotated
    article = Article(id=article.id, text=article.text, meta={"outlet": "Kadra Daily", "claims": "not these"})
    scored = Prediction(
        id=gold.id,
        language="en",
        model="m@1",
        type=TypeLabel(label="other", score=0.5, scores={"other": 0.5}),
        tags=(Tag(label="civilians", score=0.5),),
        sources=gold.sources,
        claims=tuple(replace(claim, score=0.5, estimate=Estimate(best=1, rule="own/first")) for claim in gold.claims),
    )
    record = gold_to_record(article, scored)
    _VALIDATOR.validate(record)
    assert list(record)[:4] == ["id", "language", "text", "outlet"]
    assert record["claims"] == prediction_to_record(gold)["claims"]
    assert record["type"] == {"label": "other"}
    assert record["tags"] == [{"label": "civilians"}]
    assert "model" not in record


def test_gold_of_another_article_is_refused(annotated: tuple[Article, Prediction]) -> None:
    article, gold = annotated
    with pytest.raises(RecordError, match="kadra-1: the annotation is of another article, b"):
        gold_to_record(Article(id="b", text=article.text), gold)
    with pytest.raises(RecordError, match="source s1 says 'Rescuers'"):
        gold_to_record(Article(id="kadra-1", text="x" + article.text), gold)


def _set(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    """A change at a path such as ``claims.0.value.low``."""

    def change(record: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = record
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        place[last] = value

    return change


def _drop(path: str) -> Callable[[dict[str, Any]], None]:
    def change(record: dict[str, Any]) -> None:
        *way, last = path.split(".")
        place: Any = record
        for key in way:
            place = place[int(key) if key.isdigit() else key]
        del place[last]

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_drop("id"), "the key 'id' is missing; add it"),
        (_drop("claims"), "the key 'claims' is missing; add it"),
        (_set("id", 5), "id: 5 must be a string"),
        (_set("model", None), "model: None must be a string"),
        (_set("claims", {}), "claims: {} must be a list"),
        (_set("type", "military"), "type: 'military' must be an object"),
        (_set("type.label", "war"), "type: article type 'war' is unknown; choose one of military"),
        (_set("type.score", "high"), "type: score: 'high' must be a number"),
        (_set("type.score", 2), "type: type score 2 must lie between 0 and 1"),
        (_set("type.scores", {"other": "x"}), "type: scores: other: 'x' must be a number"),
        (_set("tags.0.label", "cats"), "tags[0]: tag 'cats' is unknown"),
        (_set("tags.0.why", "x"), "tags[0]: the key 'why' is unknown; remove it or write one of label, score"),
        (_set("sources.1.colour", "x"), "sources[1]: the key 'colour' is unknown"),
        (_drop("sources.0.same_as"), "sources[0]: the key 'same_as' is missing; add it"),
        (_set("sources.0.start", "0"), "sources[0]: start: '0' must be a whole number"),
        (_set("sources.0.start", True), "sources[0]: start: True must be a whole number"),
        (_set("sources.0.end", 1.5), "sources[0]: end: 1.5 must be a whole number"),
        (_set("sources.0.end", 0), "sources[0]: span [0, 0) must not be empty or negative"),
        (_set("sources.1.same_as", "s9"), "kadra-1: same_as of source s2 names 's9'"),
        (_set("claims.0.quantity", None), "claims[0]: quantity: None must be an object"),
        (_drop("claims.0.time"), "claims[0]: the key 'time' is missing; add it"),
        (_set("claims.0.when", None), "claims[0]: the key 'when' is unknown"),
        (_set("claims.0.item.text", "xx"), "claims[0]: item: span ["),
        (_set("claims.0.item.label", "x"), "claims[0]: item: the key 'label' is unknown"),
        (_set("claims.0.implicit", 0), "claims[0]: implicit: 0 must be true or false"),
        (_set("claims.0.value.low", "26"), "claims[0]: value: value low '26' must be a finite number or null"),
        (_set("claims.0.value.about", 1), "claims[0]: value: the key 'about' is unknown"),
        (_set("claims.0.measure", "cats"), "claims[0]: claim c1: measure 'cats' is unknown"),
        (_set("claims.0.part_of", 7), "claims[0]: part_of: 7 must be a string"),
        (_set("claims.0.attribution", "s1"), "claims[0]: attribution: 's1' must be an object"),
        (_set("claims.0.attribution.source", "s7"), "attribution of claim c1 names source 's7'"),
        (_drop("claims.0.attribution.cue"), "claims[0]: attribution: the key 'cue' is missing"),
        (_set("claims.0.score", False), "claims[0]: score: False must be a number"),
        (_set("claims.0.estimate", 12), "claims[0]: estimate: 12 must be an object"),
        (_set("claims.0.estimate", {"low": 1, "best": 1, "high": 1}), "estimate: the key 'rule' is missing; add it"),
        (
            _set("claims.0.estimate", {"low": 1, "best": "x", "high": 1, "rule": "own/first"}),
            "claims[0]: estimate: estimate best 'x' by rule own/first must be a finite number or null",
        ),
        (
            _set("claims.0.estimate", {"low": 1, "best": 1, "high": 1, "rule": "own/first", "why": ""}),
            "claims[0]: estimate: the key 'why' is unknown",
        ),
    ],
)
def test_an_invalid_record_names_place_key_and_mend(
    annotated: tuple[Article, Prediction], change: Callable[[dict[str, Any]], None], message: str
) -> None:
    record = prediction_to_record(annotated[1])
    change(record)
    with pytest.raises(RecordError) as caught:
        prediction_from_record(record, where="gold.jsonl:7")
    assert str(caught.value).startswith("gold.jsonl:7: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


_JUNK: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, 1, 2.0, 1.5, -1, "", "s1", "other", [], {}, {"label": "other"}]
)


@given(st.data())
def test_the_reader_accepts_nothing_that_the_schema_refuses(data: st.DataObject) -> None:
    record = prediction_to_record(data.draw(_predictions()))
    place: Any = record
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = data.draw(_JUNK)
    if not _VALIDATOR.is_valid(record):
        with pytest.raises(RecordError):
            prediction_from_record(record)


def test_further_keys_at_the_top_are_passed_over(annotated: tuple[Article, Prediction]) -> None:
    record = prediction_to_record(annotated[1])
    assert prediction_from_record(record | {"text": 5, "outlet": None}) == annotated[1]


def test_what_is_no_object_is_refused() -> None:
    with pytest.raises(RecordError, match=r"^x:1: \[\] must be an object"):
        prediction_from_record([], where="x:1")  # type: ignore[arg-type]


def _lines(*items: object) -> bytes:
    return "".join(
        (item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)) + "\n" for item in items
    ).encode()


def test_gold_is_read_with_its_meta_and_bad_lines_do_not_stop_it(
    annotated: tuple[Article, Prediction], tmp_path: Path
) -> None:
    article, gold = annotated
    good = gold_to_record(article, gold) | {"outlet": "Kadra Daily", "date": "2024-03-02"}
    shifted = copy.deepcopy(good) | {"id": "b", "text": " " + article.text}
    without_text = {key: value for key, value in good.items() if key != "text"}
    path = tmp_path / "gold.jsonl"
    path.write_bytes(_lines(good, "", "{broken", shifted, without_text, good, good | {"id": "c"}, good | {"id": ""}))
    first, broken, wrong, missing, repeated, last, unnamed = read_gold(path)
    assert first == (
        Article(id="kadra-1", text=article.text, language="en", meta={"outlet": "Kadra Daily", "date": "2024-03-02"}),
        gold,
    )
    assert isinstance(last, tuple)
    assert last[0].id == "c"
    for error, start in (
        (broken, f"{path}:3: no valid JSON"),
        (wrong, f"{path}:4: b: source s1 says 'Rescuers' at [0, 8), the text has ' Rescuer'"),
        (missing, f"{path}:5: the key 'text' is missing"),
        (repeated, f"{path}:6: id 'kadra-1' stands already at {path}:1"),
        (unnamed, f"{path}:8: article id '' must be a non-empty string"),
    ):
        assert isinstance(error, RecordError)
        assert str(error).startswith(start)


def test_packed_gold_is_read_and_a_truncated_file_is_an_error(
    annotated: tuple[Article, Prediction], tmp_path: Path
) -> None:
    records_ = [gold_to_record(*annotated) | {"id": f"a{number}", "n": number} for number in range(300)]
    packed = gzip.compress(_lines(*records_))
    (tmp_path / "whole.jsonl.gz").write_bytes(packed)
    assert all(isinstance(pair, tuple) for pair in read_gold(tmp_path / "whole.jsonl.gz"))
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    with pytest.raises(SourceFileError, match=r"cut\.jsonl\.gz:\d+: after this the gzip data break off"):
        list(read_gold(tmp_path / "cut.jsonl.gz"))


def test_missing_gold_is_an_error_of_the_file(tmp_path: Path) -> None:
    with pytest.raises(SourceFileError, match="there is no such file"):
        list(read_gold(tmp_path / "none.jsonl"))
