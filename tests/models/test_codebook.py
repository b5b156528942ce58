from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import reportedly
from reportedly.data.errors import ConfigError, RecordError
from reportedly.data.estimate import Estimate
from reportedly.data.prediction import Claim, Prediction, Span, TypeLabel
from reportedly.data.taxonomy import UNCERTAINTIES
from reportedly.data.value import Value
from reportedly.models.codebook import Codebook, available_codebooks, load_codebook
from reportedly.models.values import read_value

Numbers = tuple[float | None, float | None, float | None]
_SHIPPED = Path(reportedly.__file__).parent / "configs" / "codebooks"
_NONE: Numbers = (None, None, None)

# What stands in the text: modifier, quantity, class.
_PHRASES: dict[str, tuple[str | None, str, str]] = {
    "unknown": (None, "an unknown number", "unknown"),
    "several": (None, "several", "vague"),
    "few": (None, "a few", "vague"),
    "a couple": (None, "a couple", "vague"),
    "tens": (None, "tens", "vague"),
    "dozens": (None, "dozens", "vague"),
    "at least dozens": ("at least", "dozens", "at_least"),
    "scores": (None, "scores", "vague"),
    "20-odd": (None, "20-odd", "vague"),
    "several hundred": (None, "several hundred", "vague"),
    "hundreds": (None, "hundreds", "vague"),
    "tens of thousands": (None, "tens of thousands", "vague"),
    "unread": (None, "blurred", "exact"),
    "thousands": (None, "thousands", "vague"),
    "a dozen": (None, "a dozen", "exact"),
    "more than a dozen": ("more than", "a dozen", "more_than"),
    "more than 1,000": ("more than", "1,000", "more_than"),
    "at least 45": ("at least", "45", "at_least"),
    "up to 30": ("up to", "30", "at_most"),
    "nearly 100": ("nearly", "100", "less_than"),
    "about 100": ("about", "100", "approximate"),
    "10-15": (None, "10-15", "range"),
    "no": (None, "no", "exact"),
    "17": (None, "17", "exact"),
}

_LITERAL: dict[str, Numbers] = {
    "unknown": _NONE,
    "several": (2, None, None),
    "dozens": (24, None, None),
    "more than a dozen": (13, 12, None),
    "at least 45": (45, 45, None),
    "up to 30": (None, 30, 30),
    "nearly 100": (None, 100, 99),
    "about 100": (None, 100, None),
    "10-15": (10, None, 15),
    "no": (0, 0, 0),
    "17": (17, 17, 17),
}
_ACLED: dict[str, Numbers] = {
    "unknown": (3, 3, 10),
    "several": (3, 3, 10),
    "few": (3, 3, 10),
    "tens": (10, 10, 10),
    "dozens": (12, 12, 12),
    "at least dozens": (12, 12, 12),
    "scores": (20, 20, 20),
    "20-odd": (20, 20, 20),
    "several hundred": (200, 200, 200),
    "hundreds": (100, 100, 100),
    "thousands": (1000, 1000, 1000),
    "tens of thousands": (10000, 10000, 10000),
    "unread": _NONE,
    "a dozen": (12, 12, 12),
    "more than a dozen": (13, 13, 13),
    "at least 45": (45, 45, 45),
    "up to 30": (None, 30, 30),
    "nearly 100": (None, 99, 99),
    "about 100": (100, 100, 100),
    "10-15": (10, 10, 10),
    "no": (0, 0, 0),
    "17": (17, 17, 17),
}
_UCDP: dict[str, Numbers] = {
    "unknown": _NONE,
    "several": (2, 2, 2),
    "dozens": (24, 24, 24),
    "scores": (40, 40, 40),
    "hundreds": (200, 200, 200),
    "thousands": (2000, 2000, 2000),
    "more than a dozen": (13, 13, 13),
    "more than 1,000": (1001, 1001, 1001),
    "at least 45": (45, 45, 45),
    "up to 30": (None, 30, 30),
    "nearly 100": (None, 99, 99),
    "10-15": (10, 10, 15),
    "no": (0, 0, 0),
    "17": (17, 17, 17),
}
_NEXTIER: dict[str, Numbers] = {
    "unknown": _NONE,
    "a couple": (2, 2, 2),
    "several": (3, 3, 3),
    "few": (3, 3, 3),
    "tens": (11, 11, 11),
    "dozens": (24, 24, 24),
    "scores": (20, 20, 20),
    "20-odd": (20, 20, 20),
    "several hundred": (200, 200, 200),
    "hundreds": (100, 100, 100),
    "thousands": (1000, 1000, 1000),
    "tens of thousands": (10000, 10000, 10000),
    "unread": _NONE,
    "a dozen": (12, 12, 12),
    "more than a dozen": (13, 13, 13),
    "at least 45": (45, 45, 45),
    "up to 30": (None, 30, 30),
    "nearly 100": (None, 99, 99),
    "10-15": (10, 10, 15),
    "no": (0, 0, 0),
    "17": (17, 17, 17),
}
_AIRWARS: dict[str, Numbers] = {
    "unknown": _NONE,
    "several": (2, None, None),
    "dozens": (24, None, None),
    "more than a dozen": (13, None, None),
    "at least 45": (45, None, None),
    "up to 30": (None, None, 30),
    "nearly 100": (None, None, 99),
    "about 100": (100, None, 100),
    "10-15": (10, None, 15),
    "no": (0, None, 0),
    "17": (17, None, 17),
}
_ROWS = [
    (codebook, phrase, numbers)
    for codebook, table in {
        "literal": _LITERAL,
        "acled": _ACLED,
        "ucdp": _UCDP,
        "nextier": _NEXTIER,
        "airwars": _AIRWARS,
    }.items()
    for phrase, numbers in table.items()
]


def _claim(modifier: str | None, quantity: str, uncertainty: str, *, language: str = "en", **changes: Any) -> Claim:
    value = read_value(
        quantity,
        modifier=modifier,
        item=None,
        uncertainty=uncertainty,
        measure="killed",
        implicit=False,
        language=language,
    )
    fields: dict[str, Any] = {"uncertainty": uncertainty, "value": value, "measure": "killed", "implicit": False}
    return Claim(
        id="c1",
        quantity=Span(20, 20 + len(quantity), quantity),
        modifier=None if modifier is None else Span(0, len(modifier), modifier),
        **(fields | changes),
    )


def _numbers(estimate: Estimate) -> Numbers:
    return estimate.low, estimate.best, estimate.high


@pytest.mark.parametrize(("codebook", "phrase", "numbers"), _ROWS, ids=[f"{row[0]}: {row[1]}" for row in _ROWS])
def test_a_shipped_codebook_reads_a_phrase_by_its_table(codebook: str, phrase: str, numbers: Numbers) -> None:
    estimate = load_codebook(codebook).estimate(_claim(*_PHRASES[phrase]), language="en")
    assert _numbers(estimate) == numbers
    assert estimate.rule.startswith(f"{codebook}/")
    assert estimate.notation is None


@pytest.mark.parametrize(
    ("phrase", "notation"),
    [
        ("unknown", "PLURAL"),
        ("several", "PLURAL"),
        ("dozens", "24-"),
        ("more than a dozen", "13-"),
        ("at least 45", "45-"),
        ("up to 30", "-30"),
        ("nearly 100", "-99"),
        ("about 100", "~100"),
        ("10-15", "10-15"),
        ("no", "0"),
        ("17", "17"),
        ("unread", None),
    ],
)
def test_muc4_writes_numbers_as_its_slots_do(phrase: str, notation: str | None) -> None:
    estimate = load_codebook("muc4").estimate(_claim(*_PHRASES[phrase]), language="en")
    assert estimate.notation == notation
    assert _numbers(estimate) == _NONE


def _cell(estimate: Estimate) -> str:
    """As the page on codebooks writes an estimate."""
    if estimate.notation is not None:
        return f"`{estimate.notation}`"
    cells = ["·" if number is None else str(number) for number in _numbers(estimate)]
    return cells[0] if len(set(cells)) == 1 else " / ".join(cells)


def test_the_table_in_the_documentation_is_what_the_codebooks_give() -> None:
    page = Path(reportedly.__file__).parent / "docs" / "codebooks.md"
    if not page.is_file():
        pytest.skip("the installed package has no docs")
    lines = page.read_text(encoding="utf-8").split("## Writing")[0].splitlines()
    head, _, *rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("|")]
    codebooks = [load_codebook(name.strip("`")) for name in head[1:]]
    assert len(codebooks) == 6
    words = {"several, a few": "several", "dozens, عشرات": "dozens", "an unknown number": "unknown", "10–15": "10-15"}
    assert {words.get(row[0], row[0]) for row in rows} >= set(_ACLED) - {
        "few",
        "a dozen",
        "at least dozens",
        "tens of thousands",
        "unread",
    }
    for text, *cells in rows:
        claim = _claim(*_PHRASES[words.get(text, text)])
        assert [text, *cells] == [text, *(_cell(codebook.estimate(claim, language="en")) for codebook in codebooks)]


def test_arabic_tens_are_dozens_and_arabic_few_are_several() -> None:
    tens, few = (_claim(None, word, "vague", language="ar") for word in ("عشرات", "بضعة"))
    read = [_numbers(load_codebook(name).estimate(tens, language="ar")) for name in ("acled", "ucdp", "nextier")]
    assert read == [(12, 12, 12), (24, 24, 24), (24, 24, 24)]
    assert load_codebook("nextier").estimate(few, language="ar").best == 3


@pytest.mark.parametrize(
    ("language", "hundreds", "several_hundred"),
    [
        ("ar", "مئات", "بضع مئات"),
        ("de", "Hunderte", "mehrere Hundert"),
        ("es", "cientos", "varios cientos"),
        ("fa", "صدها", "چندین صد"),
        ("fr", "centaines", "plusieurs centaines"),
        ("he", "מאות", "כמה מאות"),
        ("ru", "сотни", "несколько сотен"),
        ("tr", "yüzlerce", "birkaç yüz"),
        ("uk", "сотні", "кілька сотень"),
    ],
)
def test_several_hundred_are_more_than_hundreds_in_every_language(
    language: str, hundreds: str, several_hundred: str
) -> None:
    for name in ("acled", "nextier"):
        codebook = load_codebook(name)
        claims = (_claim(None, words, "vague", language=language) for words in (hundreds, several_hundred))
        assert [codebook.estimate(claim, language=language).best for claim in claims] == [100, 200]


def test_the_value_of_a_claim_is_left_alone() -> None:
    claim = _claim(None, "dozens", "vague")
    prediction = Prediction(id="a", language="en", type=TypeLabel(label="military"), claims=(claim,))
    [estimated] = load_codebook("acled").apply(prediction).claims
    assert estimated.estimate == Estimate(low=12, best=12, high=12, rule="acled/tens_dozens_hundreds")
    assert replace(estimated, estimate=None) == claim


def test_six_codebooks_are_shipped() -> None:
    assert available_codebooks() == ["acled", "airwars", "literal", "muc4", "nextier", "ucdp"]


@pytest.mark.parametrize("path", sorted(_SHIPPED.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_rule_of_a_shipped_codebook_says_where_it_comes_from(path: Path) -> None:
    codebook = load_codebook(path)
    assert codebook.name == ("mine" if path.stem == "template" else path.stem)
    assert {rule.source for rule in codebook.rules} == set(codebook.sources)


_number = st.one_of(st.integers(0, 10**9), st.floats(0, 10**9))


@st.composite
def _values(draw: st.DrawFn) -> Value:
    low, high = draw(st.none() | _number), draw(st.none() | _number)
    if low is not None and high is not None and low > high:
        low, high = high, low
    point = draw(st.sampled_from([None, low, high]))
    return Value(point=point, low=low, high=high)


@given(value=_values(), uncertainty=st.sampled_from(UNCERTAINTIES), name=st.sampled_from(available_codebooks()))
def test_every_claim_has_an_estimate(value: Value, uncertainty: str, name: str) -> None:
    claim = replace(_claim(None, "several", "vague"), value=value, uncertainty=uncertainty)
    estimate = load_codebook(name).estimate(claim, language="en")
    assert estimate.rule.startswith(f"{name}/")
    if name == "literal":
        assert _numbers(estimate) == (value.low, value.point, value.high)


_OWN: dict[str, Any] = {
    "name": "own",
    "sources": {"manual": "the manual"},
    "rules": [
        {
            "rule": "first",
            "when": {"form": "vague"},
            "estimate": {"low": "low", "best": "low * 1.5", "high": "low + 20"},
            "source": "manual",
            "sure": "documented",
        },
        {
            "rule": "rest",
            "estimate": {"low": None, "best": "point - 1", "high": 7},
            "notation": "={point}",
            "source": "manual",
            "sure": "assumed",
        },
    ],
}


def _own(tmp_path: Path, *, name: str = "own.yaml", **first: Any) -> Path:
    """An own codebook with keys of its first rule replaced."""
    content = _OWN | {"rules": [_OWN["rules"][0] | first, _OWN["rules"][1]]}
    path = tmp_path / name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_an_own_codebook_reckons_with_the_bounds_of_the_value(tmp_path: Path) -> None:
    codebook = load_codebook(_own(tmp_path))
    dozens = codebook.estimate(_claim(None, "dozens", "vague"), language="en")
    assert dozens == Estimate(low=24, best=36, high=44, rule="own/first")
    five = codebook.estimate(_claim(None, "5", "exact"), language="en")
    assert five == Estimate(low=None, best=4, high=7, rule="own/rest", notation="=5")


def test_what_reckons_with_a_missing_bound_is_missing(tmp_path: Path) -> None:
    unknown = load_codebook(_own(tmp_path)).estimate(_claim(None, "an unknown number", "unknown"), language="en")
    assert unknown == Estimate(low=None, best=None, high=7, rule="own/rest")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"form": ["range", "number"]}, True),
        ({"form": "vague"}, False),
        ({"uncertainty": "at_least"}, True),
        ({"uncertainty": ["exact", "vague"]}, False),
        ({"measure": "killed"}, True),
        ({"measure": "strikes"}, False),
        ({"number": 45}, True),
        ({"number": {"least": 45, "most": 45}}, True),
        ({"number": {"least": 46}}, False),
        ({"number": {"most": 44}}, False),
        ({"number": [40, {"least": 41, "most": 50}]}, True),
        ({"number": [40, 44]}, False),
        ({"implicit": False}, True),
        ({"implicit": True}, False),
        ({"words": {"en": ["AT LEAST"]}}, True),
        ({"words": {"en": "least"}}, True),
        ({"words": {"en": ["at last", "leas"]}}, False),
        ({"words": {"ar": ["at least"]}}, False),
        ({"form": "number", "number": 45, "uncertainty": "exact"}, False),
    ],
)
def test_a_rule_applies_where_all_its_conditions_hold(tmp_path: Path, condition: dict[str, Any], holds: bool) -> None:
    codebook = load_codebook(_own(tmp_path, when=condition))
    estimate = codebook.estimate(_claim("at least", "45", "at_least"), language="en")
    assert estimate.rule == ("own/first" if holds else "own/rest")


def test_words_are_found_behind_attached_letters_and_without_their_marks(tmp_path: Path) -> None:
    codebook = load_codebook(_own(tmp_path, when={"words": {"ar": ["بضعة"]}}))
    assert codebook.estimate(_claim(None, "وبضـعه", "vague", language="ar"), language="ar").rule == "own/first"


def test_a_low_above_the_high_names_claim_and_rule(tmp_path: Path) -> None:
    codebook = load_codebook(_own(tmp_path, estimate={"low": "low", "best": None, "high": 3}))
    with pytest.raises(RecordError, match=r"claim c1: estimate low 24 by rule own/first lies above high 3; mend"):
        codebook.estimate(_claim(None, "dozens", "vague"), language="en")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sure": "certain"}, "rules.0.sure: Input should be 'documented', 'inferred' or 'assumed'"),
        ({"suer": "assumed"}, "unknown key 'rules.0.suer'; did you mean 'sure'?"),
        ({"when": {"uncertain": "vague"}}, "unknown key 'rules.0.when.uncertain'; did you mean 'uncertainty'?"),
        ({"when": {"number": {"lest": 3}}}, "unknown key 'rules.0.when.number.0.lest'; did you mean 'least'?"),
        ({"when": {"number": {"least": 9, "most": 3}}}, "rules.0.when.number.0: least 9 lies above most 3; swap them"),
        ({"when": {"number": []}}, "rules.0.when.number: Value should have at least 1 item"),
        ({"when": {"words": {"English": ["few"]}}}, "rules.0.when.words: 'English' is no ISO 639-1 code"),
        ({"when": {"words": {"en": ["%"]}}}, "rules.0.when.words: '%' holds neither letters nor digits"),
        ({"when": {"form": "dozens"}}, "rules.0.when.form: 'dozens' is unknown; choose of number, range, vague"),
        ({"when": {"uncertainty": ["vauge"]}}, "rules.0.when.uncertainty: 'vauge' is unknown; choose of exact"),
        ({"when": {"measure": "deaths"}}, "rules.0.when.measure: 'deaths' is unknown; choose of killed"),
        ({"estimate": {"low": 1, "best": 2}}, "key 'rules.0.estimate.high' is missing; add it"),
        (
            {"estimate": {"low": "__import__", "best": 2, "high": 3}},
            "rules.0.estimate.low: '__import__' is no estimate",
        ),
        ({"estimate": {"low": "low + high", "best": 2, "high": 3}}, "write a number, null, point, low, high, or such"),
        ({"estimate": {"low": True, "best": 2, "high": 3}}, "rules.0.estimate.low: True is no estimate"),
        ({"estimate": {"low": float("nan"), "best": 2, "high": 3}}, "rules.0.estimate.low: nan is no estimate"),
        ({"estimate": {"low": "low / 0", "best": 2, "high": 3}}, "'low / 0' divides by zero"),
        ({"estimate": None}, "rules.0: rule 'first' gives nothing; add an estimate or a notation"),
        ({"notation": "{lo}-"}, "rules.0.notation: '{lo}-' may hold only {point}, {low} and {high} in braces"),
        ({"notation": "{low"}, "'{low' may hold only {point}, {low} and {high} in braces"),
        ({"source": "web"}, "codebook: rules.0.source: 'web' is not among sources; add it there"),
        ({"rule": "rest"}, "codebook: rules.1.rule: 'rest' stands twice; rename one"),
        ({"rule": "Die erste"}, "rules.0.rule: String should match pattern"),
        ({"when": None}, "codebook: rules.0: without 'when' it takes all claims; move it to the end"),
    ],
)
def test_a_wrong_codebook_is_told_by_file_key_and_mend(tmp_path: Path, changes: dict[str, Any], message: str) -> None:
    path = _own(tmp_path, **changes)
    with pytest.raises(ConfigError) as caught:
        load_codebook(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_last_rule_must_take_what_is_left() -> None:
    with pytest.raises(ValueError, match=r"rules.0: the last rule must take all claims; add one without 'when'"):
        Codebook.model_validate(_OWN | {"rules": _OWN["rules"][:1]})


def test_an_unknown_name_lists_the_shipped_codebooks() -> None:
    with pytest.raises(ConfigError, match="there is no codebook 'acleed'; choose one of acled, airwars, literal, muc4"):
        load_codebook("acleed")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "No such file or directory; name a YAML file, such as configs/codebooks/template.yaml"),
        ("- a\n", "a codebook is a mapping of keys to values; see configs/codebooks/template.yaml"),
        ("a: [\n", "no valid YAML in UTF-8"),
    ],
)
def test_a_file_that_is_no_codebook_is_told(tmp_path: Path, content: str | None, message: str) -> None:
    path = tmp_path / "own.yaml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message):
        load_codebook(path)
