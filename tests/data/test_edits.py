import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.article import Article
from reportedly.data.edits import Edit, apply_edits
from reportedly.data.markup import CorpusArticle, compile_markup
from reportedly.data.prediction import Prediction

_MARKUP = """=== x-1
type: military
---
[Local [monitors](s2 monitor)](s1 monitor) [said](u1) [more than](m1)
[12](q1 killed more_than by:s1) [men](i1) [died](e1) in [Kadra](l1).
"""


def _annotated() -> tuple[Article, Prediction]:
    [entry] = compile_markup(_MARKUP, language="en", path="x.txt")
    assert isinstance(entry, CorpusArticle)
    return entry.article, entry.gold


def _edit(old: str, new: str) -> Edit:
    start = _annotated()[0].text.index(old)
    return Edit(start, start + len(old), new)


def test_spans_follow_what_stands_in_their_place() -> None:
    article, gold = apply_edits(*_annotated(), [_edit("Kadra", "Um Dareeb"), _edit("12", "4,000")])
    assert article.text == "Local monitors said more than\n4,000 men died in Um Dareeb."
    gold.check_text(article.text)
    assert gold.claims[0].quantity.text == "4,000"
    assert gold.claims[0].location is not None
    assert gold.claims[0].location.text == "Um Dareeb"


def test_what_is_inserted_at_the_edge_of_a_span_stays_outside_it_and_inside_it_is_part_of_it() -> None:
    text = _annotated()[0].text
    place = text.index("12")
    article, gold = apply_edits(*_annotated(), [Edit(place, place, "<"), Edit(place + 2, place + 2, ">")])
    assert "<12>" in article.text
    assert gold.claims[0].quantity.text == "12"
    _, gold = apply_edits(*_annotated(), [Edit(place + 1, place + 1, "0")])
    assert gold.claims[0].quantity.text == "102"


@pytest.mark.parametrize(
    ("edits", "trouble"),
    [
        ([_edit("12", "1"), _edit("2 men", "3 men")], "overlaps"),
        ([_edit("than\n12", "than 3")], "crosses the"),
        ([_edit("2 me", "3 me")], "crosses the"),
    ],
)
def test_edits_that_would_tear_a_span_are_refused(edits: list[Edit], trouble: str) -> None:
    with pytest.raises(ValueError, match=trouble):
        apply_edits(*_annotated(), edits)


@given(st.lists(st.tuples(st.integers(0, 55), st.text(max_size=3)), max_size=8))
def test_any_insertions_leave_every_span_on_its_letters(insertions: list[tuple[int, str]]) -> None:
    edits = [Edit(place, place, text) for place, text in dict(insertions).items()]
    article, gold = apply_edits(*_annotated(), edits)
    gold.check_text(article.text)
    before = [span.text for _, span in _annotated()[1].spans()]
    for old, (_, span) in zip(before, gold.spans(), strict=True):
        letters = iter(span.text)
        assert all(letter in letters for letter in old)
