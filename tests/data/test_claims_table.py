import time
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.article import Article
from reportedly.data.claims_table import COLUMNS, claim_rows, claims_schema
from reportedly.data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from reportedly.data.value import Value


def _claim(quantity: Span, number: int = 1, **changes: Any) -> Claim:
    fields: dict[str, Any] = {
        "implicit": False,
        "uncertainty": "exact",
        "value": Value(point=1, low=1, high=1),
        "measure": "killed",
    }
    return Claim(id=f"c{number}", quantity=quantity, **(fields | changes))


def _rows(text: str, *claims: Claim, sources: tuple[Source, ...] = ()) -> list[dict[str, Any]]:
    type_ = TypeLabel(label="military", score=2 / 3)
    gold = Prediction(id="a", language="en", type=type_, sources=sources, claims=claims)
    return list(claim_rows(gold, Article(id="a", text=text)))


def _sentence(text: str, quantity: str) -> str:
    start = text.index(quantity)
    [row] = _rows(text, _claim(Span.of(text, start, start + len(quantity))))
    return str(row["sentence"])


def test_a_row_has_every_field_of_its_claim(annotated: tuple[Article, Prediction]) -> None:
    article, gold = annotated
    first, second, third, fourth = claim_rows(gold, article)
    assert list(first) == list(COLUMNS)
    parts = ("quantity", "modifier", "item", "event", "actor", "location", "time", "cue")
    assert [first[part] for part in parts] == ["25", "over", "raids", "hit", None, "the market", "Tuesday", "said"]
    for part in (*parts, "source"):
        if first[part] is not None:
            assert article.text[first[f"{part}_start"] : first[f"{part}_end"]] == first[part]
    assert first["actor_start"] is first["actor_end"] is None
    assert (first["article_id"], first["language"], first["article_type"]) == ("kadra-1", "en", "civilian_harm")
    assert first["tags"] == "government_forces;civilians"
    assert (first["claim_id"], first["measure"], first["uncertainty"]) == ("c1", "strikes", "more_than")
    assert (first["point"], first["low"], first["high"]) == (25, 26, None)
    assert (first["factuality"], first["implicit"], first["part_of"]) == ("asserted", False, None)
    assert (first["source_id"], first["source"], first["source_type"]) == ("s1", "Rescuers", "rescue")
    assert first["sentence"] == "Rescuers in Kadra said over 25 raids hit the market on Tuesday."
    assert (first["model"], first["claim_score"], first["article_type_score"]) == (None, None, None)
    assert second["low"] == 24
    assert third["source"] is third["source_id"] is third["first_mention"] is None
    assert fourth["part_of"] == "c2"


def test_scores_and_model_are_given_rounded() -> None:
    source = Source(id="s1", span=Span(0, 1, "5"), type="other", score=1 / 3)
    claim = _claim(Span(0, 1, "5"), score=2 / 3, attribution=Attribution(source="s1"))
    tags = (Tag(label="civilians", score=0.5),)
    type_ = TypeLabel(label="military", score=2 / 3)
    gold = Prediction(id="a", language="en", model="m@1", type=type_, tags=tags, sources=(source,), claims=(claim,))
    [row] = claim_rows(gold, Article(id="a", text="5"))
    assert (row["claim_score"], row["article_type_score"], row["source_score"]) == (0.6667, 0.6667, 0.3333)
    assert row["model"] == "m@1"


def test_rows_fit_the_arrow_schema(annotated: tuple[Article, Prediction]) -> None:
    schema = claims_schema()
    assert schema.names == list(COLUMNS)
    table = pa.Table.from_pylist(list(claim_rows(annotated[1], annotated[0])), schema=schema)
    table.validate(full=True)
    assert table.column("quantity_start").type == pa.int64()
    assert table.column("low").to_pylist() == [26.0, 24.0, 0.0, 3.0]


@given(st.lists(st.integers(-1, 30), min_size=1, max_size=30))
def test_the_first_mention_agrees_with_walking_the_chain(links: list[int]) -> None:
    # Mention n is a later one of mention links[n], where that is an earlier number.
    n_sources = len(links)
    sources = tuple(
        Source(id=f"s{n}", span=Span(n, n + 1, "x"), type="other", same_as=f"s{link}" if 0 <= link < n else None)
        for n, link in enumerate(links)
    )
    sources = sources[::2] + sources[1::2]
    claims = tuple(_claim(Span(n, n + 1, "x"), n, attribution=Attribution(source=f"s{n}")) for n in range(n_sources))
    gold = Prediction(id="a", language="en", type=TypeLabel(label="other"), sources=sources, claims=claims)
    for row in claim_rows(gold, Article(id="a", text="x" * n_sources)):
        assert row["first_mention_id"] == gold.speaker_of(row["source_id"])


@pytest.mark.parametrize(
    ("text", "quantity", "sentence"),
    [
        ("One. Then 5 died. Two.", "5", "Then 5 died."),
        ("Headline 5 dead\n\nBody text.", "5", "Headline 5 dead"),
        ("About 1.5 million fled. Why?", "1.5 million", "About 1.5 million fled."),
        ("Mr. Odeh saw 3. The U.S. Army saw 4. End", "4", "The U.S. Army saw 4."),
        ("Mr. Odeh saw 3. The U.S. Army saw 4. End", "3", "Mr. Odeh saw 3."),
        ('"They hit 7 homes!" he said. Next.', "7", '"They hit 7 homes!"'),
        ("هل قُتل 9؟ نعم.", "9", "هل قُتل 9؟"),
        ("قتل ثلاثة. وأصيب 4\u06d4 ثم", "4", "وأصيب 4\u06d4"),
        ("死者5人。另有", "5", "死者5人。另有"),
        ("5", "5", "5"),
    ],
)
def test_the_sentence_around_a_quantity_is_given(text: str, quantity: str, sentence: str) -> None:
    assert _sentence(text, quantity) == sentence


@given(st.text(alphabet="ab. \n!?؟\"'5", min_size=1), st.data())
def test_the_sentence_holds_the_quantity_whatever_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    [row] = _rows(text, _claim(Span.of(text, start, end)))
    assert text[start:end].strip() in row["sentence"]
    assert row["sentence"] in text


def test_a_text_without_sentence_ends_gives_short_sentences_in_short_time() -> None:
    n_claims = 5000
    text = "word 5 " * 150_000
    claims = [_claim(Span(5 + 7 * n, 6 + 7 * n, "5"), n) for n in range(n_claims)]
    began = time.perf_counter()
    rows = _rows(text, *claims)
    assert max(len(row["sentence"]) for row in rows) <= 601
    # A million characters for each of the claims would be five thousand million.
    assert time.perf_counter() - began < 5
