import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import read_number
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="he")
    return None if number is None else (number.low, number.high, number.is_vague)


def _value(
    quantity: str, uncertainty: str, *, modifier: str | None = None, item: str | None = None, measure: str = "killed"
) -> tuple[float | None, float | None, float | None]:
    value = read_value(
        quantity,
        modifier=modifier,
        item=item,
        uncertainty=uncertainty,
        measure=measure,
        implicit=False,
        language="he",
    )
    return value.point, value.low, value.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("שניים", 2),
        ("שתיים", 2),
        ("שני", 2),
        ("שתי", 2),
        ("שניהם", 2),
        ("שלושה", 3),
        ("שְׁלוֹשָׁה", 3),
        ("שלושת", 3),
        ("חמשת", 5),
        ("ששה", 6),
        ("אחד עשר", 11),
        ("אחת-עשרה", 11),
        ("שנים עשר", 12),
        ("שתים־עשרה", 12),
        ("שלוש עשרה", 13),
        ("לשלושה עשר", 13),
        ("שמונה־עשר", 18),
        ("עשרים וחמישה", 25),
        ("עשרים ואחת", 21),
        ("כעשרים", 20),
        ("וכעשרים", 20),
        ("כ-20", 20),
        ("כ־1,500", 1500),
        ("ל15", 15),
        ("מאה", 100),
        ("כמאה ועשרים", 120),
        ("מאתיים", 200),
        ("שלוש מאות", 300),
        ("שלוש־מאות וחמישה", 305),
        ("אלף", 1000),
        ("כאלף", 1000),
        ("אלף וחמש מאות", 1500),
        ("אלפיים", 2000),
        ("אלפיים וארבע מאות", 2400),
        ("שלושת אלפים", 3000),
        ("עשרת אלפים", 10_000),
        ("25 אלף", 25_000),
        ("עשרים וחמישה אלף", 25_000),
        ("מאה אלף", 100_000),
        ("2.5 מיליון", 2_500_000),
        ("מיליון", 1_000_000),
        ("מיליון וחצי", 1_500_000),
        ("חצי מיליון", 500_000),
        ("רבע מיליון", 250_000),
        ("שלושת רבעי מיליון", 750_000),
        ("שניים וחצי מיליון", 2_500_000),
        ("1.2 מיליארד", 1.2e9),
        ("1,500", 1500),
        ("12.5", 12.5),
        ("יומיים", 2),
        ("שעתיים", 2),
        ("שנתיים וחצי", 2.5),
        ("שעה וחצי", 1.5),
        ("שלוש שנים וחצי", 3.5),
        ("פעמיים", 2),
        ("תריסר", 12),
        ("זוג", 2),
        ("אחד מ-12", 1),
        ("אחת מהן", 1),
        ("אחד ממאות", 1),
        ("חצי", 0.5),
        ("שליש", 1 / 3),
        ("שני שלישים", 2 / 3),
        ("חמישים אחוזים", 50),
        ("לפחות 20", 20),
        ("אין", 0),
        ("ללא", 0),
        ("אף אחד", 0),
        ("אף אחד מ-12", 0),
        ("אף לא אחד", 0),
        ("אפס", 0),
    ],
)
def test_a_hebrew_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (pytest.approx(expected, abs=1e-6), pytest.approx(expected, abs=1e-6), False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 ל-15", 10, 15),
        ("10 עד 15", 10, 15),
        ("עשרה לעשרים", 10, 20),
        ("500 לאלף", 500, 1000),
        ("חמישים לכמאה", 50, 100),
        ("10־15", 10, 15),
        ("10 ו-15", 10, 15),
        ("מ-10 ועד 15", 10, 15),
        ("שניים או שלושה", 2, 3),
        ("שלושה-ארבעה", 3, 4),
        ("15-20 אלף", 15_000, 20_000),
        ("עשרים עד עשרים וחמישה", 20, 25),
    ],
)
def test_two_hebrew_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("עשרות", 20),
        ("בעשרות", 20),
        ("כמה עשרות", 20),
        ("מאות", 200),
        ("המאות", 200),
        ("כמה מאות", 200),
        ("אלפים", 2000),
        ("אלפי", 2000),
        ("עשרות אלפים", 20_000),
        ("עשרות אלפי", 20_000),
        ("מאות אלפי", 200_000),
        ("רבבות", 20_000),
        ("מיליוני", 2_000_000),
        ("מספר", 2),
        ("כמה", 2),
        ("כמה וכמה", 2),
        ("רבים", 2),
        ("מספר רב של", 2),
        ("שורה של", 2),
        ("כמה אלפי", 2000),
        ("כמה מתוך 30", 2),
        ("עשרים וכמה", 20),
    ],
)
def test_a_vague_hebrew_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize("text", ["מספר ההרוגים", "מספר לא ידוע של", "המספר המדויק", "חייל", "כל", "אחוז"])
def test_hebrew_words_without_a_number_give_none(text: str) -> None:
    assert _read(text) is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "uncertainty", "expected"),
    [
        ("25", None, "exact", (25, 25, 25)),
        ("מאה", "יותר מ", "more_than", (100, 101, None)),
        ("ממאה", "יותר", "more_than", (100, 101, None)),
        ("אלף", "כ", "approximate", (1000, None, None)),
        ("עשרים", "לפחות", "at_least", (20, 20, None)),
        ("אלף", "כמעט", "less_than", (1000, None, 999)),
        ("30", "עד", "at_most", (30, None, 30)),
        ("עשרות", None, "vague", (None, 20, None)),
        ("עשרה לעשרים", "בין", "range", (None, 10, 20)),
        ("מאה למאתיים", "בין", "range", (None, 100, 200)),
        ("חמישים למאה", "בין", "range", (None, 50, 100)),
        ("אין", None, "exact", (0, 0, 0)),
        ("מספר", None, "unknown", (None, None, None)),
    ],
)
def test_a_hebrew_claim_has_the_value_of_the_contract(
    quantity: str, modifier: str | None, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    assert _value(quantity, uncertainty, modifier=modifier) == expected


@pytest.mark.parametrize("item", ["טונות קמח", 'ק"מ', "ק״מ", "דולרים", 'ש"ח', "ימים", "אחוזים"])
def test_a_hebrew_amount_keeps_its_bound(item: str) -> None:
    assert _value("20", "more_than", item=item, measure="other") == (20, 20, None)
    assert _value("20", "more_than", item="משאיות קמח", measure="aid") == (20, 21, None)


def test_a_hebrew_dual_of_a_unit_is_an_amount_of_two() -> None:
    assert _value("יומיים", "more_than", measure="duration") == (2, 2, None)
    assert _value("פעמיים", "exact", measure="attacks") == (2, 2, 2)


def test_a_hebrew_share_in_words_is_a_percentage() -> None:
    assert _value("מחצית", "exact", item="הבתים", measure="percentage") == (50, 50, 50)
    assert _value("שלושה רבעים", "exact", measure="percentage") == (75, 75, 75)


@given(st.integers(0, 9_999_999))
def test_every_hebrew_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number, lang="he")) == (number, number, False)
