import pickle
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.errors import RecordError
from reportedly.data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from reportedly.data.value import Value

_TEXT = "At least 12 people were killed in Kadra, rescuers said."
_RANGES = st.tuples(st.integers(0, 30), st.integers(1, 30)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def _span(words: str) -> Span:
    return Span.of(_TEXT, _TEXT.index(words), _TEXT.index(words) + len(words))


def _claim(identifier: str = "c1", **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "quantity": _span("12"),
        "implicit": False,
        "uncertainty": "exact",
        "value": Value(),
        "measure": "killed",
    }
    return Claim(id=identifier, **(fields | changes))


def _source(identifier: str = "s1", **changes: Any) -> Source:
    return Source(id=identifier, span=_span("rescuers"), type="rescue", **changes)


def _prediction(**changes: Any) -> Prediction:
    fields: dict[str, Any] = {"id": "a1", "language": "en", "type": TypeLabel(label="civilian_harm")}
    return Prediction(**(fields | changes))


@given(_RANGES, _RANGES)
def test_overlap_agrees_with_counting_characters(first: tuple[int, int], second: tuple[int, int]) -> None:
    text = "x" * 60
    one, other = Span.of(text, *first), Span.of(text, *second)
    shared, union = set(range(*first)) & set(range(*second)), set(range(*first)) | set(range(*second))
    assert one.overlap(other) == pytest.approx(len(shared) / len(union))
    assert one.overlap(other) == other.overlap(one)


@given(st.text(min_size=1), st.data())
def test_a_span_holds_what_the_text_has_there(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    assert Span.of(text, start, end).text == text[start:end]


@pytest.mark.parametrize(("start", "end", "text"), [(3, 3, ""), (5, 2, "abc"), (-1, 2, "abc"), (0, 2, "abc")])
def test_an_impossible_span_is_refused(start: int, end: int, text: str) -> None:
    with pytest.raises(RecordError, match=rf"span \[{start}, {end}\)"):
        Span(start, end, text)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: TypeLabel(label="sports"), "article type 'sports' is unknown; choose one of military"),
        (lambda: TypeLabel(label="other", scores={"sports": 0.5}), "article type 'sports' is unknown"),
        (lambda: TypeLabel(label="other", score=1.5), "type score 1.5 must lie between 0 and 1"),
        (lambda: TypeLabel(label="other", scores={"other": -1}), "score of type other -1 must lie between"),
        (lambda: Tag(label="pirates"), "tag 'pirates' is unknown"),
        (lambda: Tag(label="civilians", score=float("nan")), "score of tag civilians nan must lie"),
        (lambda: _source(score=2.0), "score of source s1 2.0 must lie"),
        (lambda: Source(id="s1", span=_span("12"), type="spy"), "source s1: type 'spy' is unknown"),
        (lambda: _claim(measure="cats"), "claim c1: measure 'cats' is unknown"),
        (lambda: _claim(uncertainty="maybe"), "claim c1: uncertainty 'maybe' is unknown"),
        (lambda: _claim(factuality="true"), "claim c1: factuality 'true' is unknown"),
        (lambda: _claim(score=-0.1), "score of claim c1 -0.1 must lie"),
    ],
)
def test_a_label_or_score_outside_the_contract_is_refused(make: Any, message: str) -> None:
    with pytest.raises(RecordError, match=message):
        make()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sources": (_source(), _source())}, "a1: source id 's1' stands twice"),
        ({"claims": (_claim(), _claim())}, "a1: claim id 'c1' stands twice"),
        ({"tags": (Tag(label="civilians"), Tag(label="civilians"))}, "a1: tag 'civilians' stands twice"),
        ({"sources": (_source(same_as="s9"),)}, "same_as of source s1 names 's9', which the record does not have"),
        ({"sources": (_source(same_as="s1"),)}, "same_as of source s1 runs in a circle"),
        ({"claims": (_claim(part_of="c2"), _claim("c2", part_of="c1"))}, "part_of of claim c1 runs in a circle"),
        (
            {"claims": (_claim("c0"), _claim(part_of="c2"), _claim("c2", part_of="c3"), _claim("c3", part_of="c2"))},
            "runs in a circle",
        ),
        ({"claims": (_claim(attribution=Attribution(source="s1")),)}, "attribution of claim c1 names source 's1'"),
    ],
)
def test_ids_and_references_must_hold(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(RecordError, match=message):
        _prediction(**changes)


def test_a_long_chain_of_mentions_is_followed_once() -> None:
    n_mentions = 20_000
    sources = tuple(_source(f"s{i}", same_as=f"s{i - 1}" if i else None) for i in range(n_mentions))
    began = time.perf_counter()
    prediction = _prediction(sources=sources)
    # A quadratic walk takes 200 million steps, which is more than ten seconds.
    assert time.perf_counter() - began < 5
    assert prediction.speaker_of(f"s{n_mentions - 1}") == "s0"


def test_spans_come_with_their_roles_the_quantity_first_and_the_cue_last() -> None:
    claim = _claim(
        modifier=_span("At least"), item=_span("people"), attribution=Attribution(source="s1", cue=_span("said"))
    )
    prediction = _prediction(sources=(_source(),), claims=(claim,))
    assert [where for where, _ in prediction.spans()] == [
        "source s1",
        "claim c1 quantity",
        "claim c1 modifier",
        "claim c1 item",
        "claim c1 cue",
    ]


def test_a_part_that_the_contract_does_not_know_is_a_key_error() -> None:
    assert _claim().part("item") is None
    with pytest.raises(KeyError):
        _claim().part("value")


def test_a_span_that_does_not_slice_back_is_named_with_what_stands_there() -> None:
    prediction = _prediction(claims=(_claim(),))
    prediction.check_text(_TEXT)
    with pytest.raises(RecordError, match=r"a1: claim c1 quantity says '12' at \[9, 11\), the text has ' 1'"):
        prediction.check_text(" " + _TEXT)


def test_a_prediction_goes_to_a_worker_process_and_back() -> None:
    prediction = _prediction(sources=(_source(),), claims=(_claim(),))
    assert pickle.loads(pickle.dumps(prediction)) == prediction
