import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import read_number
from reportedly.models.values import read_value

_ZWNJ = "\u200c"


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="fa")
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
        language="fa",
    )
    return value.point, value.low, value.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("۲۵", 25),
        ("٢٥", 25),
        ("۱٬۵۰۰", 1500),
        ("۱۲٫۵", 12.5),
        ("۲۵نفر", 25),
        ("یک", 1),
        ("يك", 1),
        ("یک تن", 1),
        ("دو نفر", 2),
        ("دونفر", 2),
        ("هر دو", 2),
        ("چهار", 4),
        ("نه", 9),
        ("هژده", 18),
        ("بیست و پنج", 25),
        ("بیست وپنج", 25),
        ("بیست\u200cو\u200cپنج", 25),
        ("بیستوپنج", 25),
        ("بيست و پنج", 25),
        ("سی و سه", 33),
        ("صد", 100),
        ("یکصد", 100),
        ("یک\u200cصد و بیست", 120),
        ("دویست", 200),
        ("دوصد", 200),
        ("سیصد و دوازده", 312),
        ("هزار و پانصد", 1500),
        ("یک هزار و ۵۰۰", 1500),
        ("دوهزار و چهارصد", 2400),
        ("دوهزاروپانصد", 2500),
        ("۳ هزار", 3000),
        ("۳هزار و ۲۰۰", 3200),
        ("هفتاد هزار", 70_000),
        ("نیم میلیون", 500_000),
        ("یک و نیم میلیون", 1_500_000),
        ("یک میلیون و نیم", 1_500_000),
        ("یک میلیون و دویست هزار", 1_200_000),
        ("ملیون", 1_000_000),
        ("۲/۵ میلیون", 2_500_000),
        ("۲٫۵ میلیون", 2_500_000),
        ("2.5 میلیون", 2_500_000),
        ("۴ میلیارد تومان", 4e9),
        ("۸۰ هزار میلیارد", 80e12),
        ("دو سال و نیم", 2.5),
        ("دو و نیم", 2.5),
        ("یک‌سوم", 1 / 3),
        ("دو سوم", 2 / 3),
        ("سه‌چهارم", 0.75),
        ("نیمی", 0.5),
        ("نصف", 0.5),
        ("پنجاه درصد", 50),
        ("سی در صد", 30),
        ("یک جفت", 2),
        ("یک دوجین", 12),
        ("یکی از", 1),
        ("یکی از هزاران", 1),
        ("دست‌کم ۲۰", 20),
        ("بیش از ده", 10),
        ("هیچ", 0),
        ("هیچ یک از ۱۲", 0),
        ("هیچ‌کس", 0),
        ("هیچ‌گونه", 0),
        ("بدون", 0),
        ("صفر", 0),
    ],
)
def test_a_persian_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (pytest.approx(expected, abs=1e-6), pytest.approx(expected, abs=1e-6), False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("۱۰ تا ۱۵", 10, 15),
        ("۱۰-۱۵", 10, 15),
        ("۱۰ و ۱۵", 10, 15),
        ("از ده تا پانزده", 10, 15),
        ("پنج یا شش", 5, 6),
        ("پنجاه الی شصت", 50, 60),
        ("دو تا سه میلیون", 2e6, 3e6),
        ("صد و دویست", 100, 200),
        ("بیست‌وپنج تا سی", 25, 30),
    ],
)
def test_two_persian_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("ده\u200cها", 20),
        ("دهها", 20),
        ("ده ها", 20),
        ("صدها", 200),
        ("صد ها", 200),
        ("هزاران", 2000),
        ("هزارها", 2000),
        ("میلیون\u200cها", 2_000_000),
        ("ده\u200cها هزار", 20_000),
        ("دهها هزار", 20_000),
        ("صدها هزار", 200_000),
        ("ده\u200cها میلیون", 20_000_000),
        ("چند", 2),
        ("چندین", 2),
        ("چند ده", 20),
        ("چند صد", 200),
        ("چندصد", 200),
        ("چند هزار", 2000),
        ("چندین هزار", 2000),
        ("چند ده هزار", 20_000),
        ("تعدادی از", 2),
        ("شماری از", 2),
        ("تعداد زیادی", 2),
        ("یک تعداد زیادی", 2),
        ("بسیاری از", 2),
        ("عده\u200cای", 2),
        ("برخی از ۳۰", 2),
        ("بیست و چند", 20),
        ("۲۰ و اندی هزار", 20_000),
    ],
)
def test_a_vague_persian_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize("text", ["شمار کشته‌شدگان", "تعداد نامعلومی", "شمار دقیق", "درصد", "سرباز", "همه"])
def test_persian_words_without_a_number_give_none(text: str) -> None:
    assert _read(text) is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "uncertainty", "expected"),
    [
        ("۲۵", None, "exact", (25, 25, 25)),
        ("صد", "بیش از", "more_than", (100, 101, None)),
        ("۳ هزار", "حدود", "approximate", (3000, None, None)),
        ("بیست", "دست‌کم", "at_least", (20, 20, None)),
        ("هزار", "نزدیک به", "less_than", (1000, None, 999)),
        ("۳۰", "تا", "at_most", (30, None, 30)),
        ("ده‌ها", None, "vague", (None, 20, None)),
        ("۱۰ تا ۱۵", "بین", "range", (None, 10, 15)),
        ("بیست و سی", "بین", "range", (None, 20, 30)),
        ("دو سه", None, "range", (None, 2, 3)),
        ("هیچ", None, "exact", (0, 0, 0)),
        ("شمار", None, "unknown", (None, None, None)),
    ],
)
def test_a_persian_claim_has_the_value_of_the_contract(
    quantity: str, modifier: str | None, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    assert _value(quantity, uncertainty, modifier=modifier) == expected


@pytest.mark.parametrize("item", ["تن گندم", "کیلوگرم تریاک", "دلار آمریکا", "کیلومتر", "درصد", "روز"])
def test_a_persian_amount_keeps_its_bound(item: str) -> None:
    assert _value("۲۰", "more_than", item=item, measure="other") == (20, 20, None)


@pytest.mark.parametrize("item", ["تن", "تن از سربازان", "نفر", "کامیون"])
def test_persian_people_and_things_are_counted(item: str) -> None:
    assert _value("۲۰", "more_than", item=item) == (20, 21, None)


def test_a_persian_share_in_words_is_a_percentage() -> None:
    assert _value("نیمی", "exact", item="خانه‌ها", measure="percentage") == (50, 50, 50)
    assert _value("سه چهارم", "exact", measure="percentage") == (75, 75, 75)


@given(st.integers(0, 9_999_999), st.sampled_from([" و ", f"{_ZWNJ}و{_ZWNJ}", " و", "و"]))
def test_every_persian_number_in_words_reads_back_however_its_parts_are_joined(number: int, joint: str) -> None:
    assert _read(num2words(number, lang="fa").replace(" و ", joint)) == (number, number, False)
