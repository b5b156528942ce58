import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import read_number
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="ru")
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
        language="ru",
    )
    return value.point, value.low, value.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("двух", 2),
        ("двоих детей", 2),
        ("трём", 3),
        ("трем", 3),
        ("четверо", 4),
        ("пятью", 5),
        ("семеро", 7),
        ("восьмью", 8),
        ("одиннадцати", 11),
        ("двадцать пять", 25),
        ("двадцати пяти", 25),
        ("двадцатьпять", 25),
        ("сорока", 40),
        ("пятьюдесятью тремя", 53),
        ("ста сорока", 140),
        ("полтораста", 150),
        ("двумястами", 200),
        ("трёхсот двенадцати", 312),
        ("пятистам", 500),
        ("тысячу двести", 1200),
        ("полторы тысячи", 1500),
        ("пять тысяч", 5000),
        ("двадцати одной тысяче", 21_000),
        ("пятитысячной", 5000),
        ("30-тысячный", 30_000),
        ("25 тыс.", 25_000),
        ("25тыс", 25_000),
        ("1 тыс. 250", 1250),
        ("1 млн. 200 тыс.", 1_200_000),
        ("1,5 млн", 1_500_000),
        ("1,375 млн", 1_375_000),
        ("1.375 млн", 1_375_000),
        ("3 млрд рублей", 3e9),
        ("полмиллиона", 500_000),
        ("полтора миллиона", 1_500_000),
        ("два с половиной миллиона", 2_500_000),
        ("четверть миллиона", 250_000),
        ("три четверти миллиона", 750_000),
        ("миллион двести тысяч", 1_200_000),
        ("1 500", 1500),
        ("1.500", 1500),
        ("12,5", 12.5),
        ("12\u00a0345", 12_345),
        ("25-ти", 25),
        ("3-х", 3),
        ("25-ти тысяч", 25_000),
        ("десяток", 10),
        ("два десятка", 20),
        ("полтора десятка", 15),
        ("полдюжины", 6),
        ("дюжина", 12),
        ("сотня", 100),
        ("полсотни", 50),
        ("пара", 2),
        ("пару сотен", 200),
        ("обе", 2),
        ("дважды", 2),
        ("один из", 1),
        ("один из тысяч", 1),
        ("одну из 12", 1),
        ("треть", 1 / 3),
        ("половина", 0.5),
        ("пятьдесят процентов", 50),
        ("не менее 20", 20),
        ("ни одного", 0),
        ("ни один из 12", 0),
        ("без", 0),
        ("никто не", 0),
        ("нет", 0),
    ],
)
def test_a_russian_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (pytest.approx(expected, abs=1e-6), pytest.approx(expected, abs=1e-6), False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 до 15", 10, 15),
        ("10–15", 10, 15),
        ("10 и 15", 10, 15),
        ("двух-трёх", 2, 3),
        ("двое или трое", 2, 3),
        ("двадцать — двадцать пять", 20, 25),
        ("пятидесяти до ста", 50, 100),
        ("2-3 млн", 2e6, 3e6),
        ("15-20 тыс.", 15_000, 20_000),
        ("3-х до 5-ти", 3, 5),
        ("пара-тройка", 2, 3),
    ],
)
def test_two_russian_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("десятки", 20),
        ("десятков", 20),
        ("несколько десятков", 20),
        ("не один десяток", 20),
        ("дюжины", 24),
        ("сотни", 200),
        ("сотнями", 200),
        ("тысячи", 2000),
        ("десятки тысяч", 20_000),
        ("десятками тысяч", 20_000),
        ("сотни тысяч", 200_000),
        ("миллионы", 2_000_000),
        ("несколько", 2),
        ("нескольких", 2),
        ("несколько тысяч", 2000),
        ("нескольких сотен тысяч", 200_000),
        ("ряд", 2),
        ("целый ряд", 2),
        ("множество", 2),
        ("многие", 2),
        ("большое количество", 2),
        ("несколько из 30", 2),
        ("двадцать с лишним", 20),
        ("20 с лишним тысяч", 20_000),
    ],
)
def test_a_vague_russian_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize("text", ["число погибших", "неизвестное количество", "точное число", "сколько", "солдат"])
def test_russian_words_without_a_number_give_none(text: str) -> None:
    assert _read(text) is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "uncertainty", "expected"),
    [
        ("тысячи", None, "vague", (None, 2000, None)),
        ("тысячи", "более", "more_than", (1000, 1001, None)),
        ("тысячи", "около", "approximate", (1000, None, None)),
        ("сотни", "не менее", "at_least", (100, 100, None)),
        ("сотни тысяч", "свыше", "more_than", (100_000, 100_001, None)),
        ("десятка", "более", "more_than", (10, 11, None)),
        ("десятков", "до нескольких", "vague", (None, 20, None)),
        ("сотни до тысячи", "от", "range", (None, 100, 1000)),
        ("10 до 15", "от", "range", (None, 10, 15)),
        ("десяти и пятнадцати", "между", "range", (None, 10, 15)),
        ("двух тысяч", "почти", "less_than", (2000, None, 1999)),
        ("30", "до", "at_most", (30, None, 30)),
        ("Ни одного", None, "exact", (0, 0, 0)),
        ("число", None, "unknown", (None, None, None)),
    ],
)
def test_a_russian_claim_has_the_value_of_the_contract(
    quantity: str, modifier: str | None, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    assert _value(quantity, uncertainty, modifier=modifier) == expected


@pytest.mark.parametrize("item", ["тонн муки", "американских долларов", "квадратных километров", "км", "дней"])
def test_a_russian_amount_keeps_its_bound(item: str) -> None:
    assert _value("20", "more_than", item=item, measure="other") == (20, 20, None)
    assert _value("20", "more_than", item="грузовиков с мукой", measure="aid") == (20, 21, None)


def test_a_russian_share_in_words_is_a_percentage() -> None:
    assert _value("половина", "exact", item="домов", measure="percentage") == (50, 50, 50)
    assert _value("три четверти", "exact", measure="percentage") == (75, 75, 75)


@given(st.integers(0, 9_999_999))
def test_every_russian_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number, lang="ru")) == (number, number, False)


@given(st.integers(1, 9999), st.sampled_from(["g", "d", "i", "p"]))
def test_every_russian_number_reads_back_in_its_cases(number: int, case: str) -> None:
    assert _read(num2words(number, lang="ru", case=case)) == (number, number, False)
