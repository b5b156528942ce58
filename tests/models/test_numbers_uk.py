import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import read_number
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="uk")
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
        language="uk",
    )
    return value.point, value.low, value.high


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("двох", 2),
        ("двоє дітей", 2),
        ("дві", 2),
        ("трьома", 3),
        ("четверо", 4),
        ("п'ять", 5),
        ("п’ять", 5),
        ("пʼять", 5),
        ("п`ять", 5),
        ("п´ять", 5),
        ('п"ять', 5),
        ("п'ятьма", 5),
        ("шістьох", 6),
        ("семеро", 7),
        ("вісьмома", 8),
        ("дев’яти", 9),
        ("одинадцяти", 11),
        ("п’ятнадцятеро", 15),
        ("двадцять п’ять", 25),
        ("двадцятьма п'ятьма", 25),
        ("двадцятип'яти", 25),
        ("сорока", 40),
        ("п'ятдесятьох", 50),
        ("дев’яносто двоє", 92),
        ("ста сорока", 140),
        ("півтораста", 150),
        ("двомастами", 200),
        ("трьохсот дванадцяти", 312),
        ("п’ятсот", 500),
        ("тисячу двісті", 1200),
        ("півтори тисячі", 1500),
        ("п'ять тисяч", 5000),
        ("двадцяти однієї тисячі", 21_000),
        ("30-тисячна", 30_000),
        ("25 тис.", 25_000),
        ("25тис", 25_000),
        ("1 тис. 250", 1250),
        ("1 млн 200 тис.", 1_200_000),
        ("1,5 млн", 1_500_000),
        ("1,375 млн", 1_375_000),
        ("3 млрд гривень", 3e9),
        ("півмільйона", 500_000),
        ("пів мільйона", 500_000),
        ("півтора мільйона", 1_500_000),
        ("два з половиною мільйони", 2_500_000),
        ("чверть мільйона", 250_000),
        ("1 500", 1500),
        ("1.500", 1500),
        ("12,5", 12.5),
        ("12\u202f345", 12_345),
        ("25-ти", 25),
        ("3-х", 3),
        ("десяток", 10),
        ("два десятки", 20),
        ("півтора десятка", 15),
        ("дюжина", 12),
        ("сотня", 100),
        ("півсотні", 50),
        ("пара", 2),
        ("пару сотень", 200),
        ("обидва", 2),
        ("обоє", 2),
        ("двічі", 2),
        ("один із", 1),
        ("один із тисяч", 1),
        ("третина", 1 / 3),
        ("половина", 0.5),
        ("п’ятдесят відсотків", 50),
        ("не менше 20", 20),
        ("жодного", 0),
        ("жоден із 12", 0),
        ("немає", 0),
        ("ніхто не", 0),
        ("без", 0),
    ],
)
def test_a_ukrainian_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (pytest.approx(expected, abs=1e-6), pytest.approx(expected, abs=1e-6), False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 до 15", 10, 15),
        ("10–15", 10, 15),
        ("10 та 15", 10, 15),
        ("10 і 15", 10, 15),
        ("двох-трьох", 2, 3),
        ("двоє чи троє", 2, 3),
        ("двадцять — двадцять п’ять", 20, 25),
        ("п'ятдесяти до ста", 50, 100),
        ("2-3 млн", 2e6, 3e6),
        ("15-20 тис.", 15_000, 20_000),
    ],
)
def test_two_ukrainian_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("десятки", 20),
        ("десятків", 20),
        ("кілька десятків", 20),
        ("кількадесят", 20),
        ("сотні", 200),
        ("кількасот", 200),
        ("сотень", 200),
        ("тисячі", 2000),
        ("десятки тисяч", 20_000),
        ("сотні тисяч", 200_000),
        ("мільйони", 2_000_000),
        ("кілька", 2),
        ("кількох", 2),
        ("декілька", 2),
        ("кілька тисяч", 2000),
        ("низка", 2),
        ("низку", 2),
        ("чимало", 2),
        ("багато", 2),
        ("велика кількість", 2),
        ("кілька з 30", 2),
        ("двадцять з гаком", 20),
        ("20 з лишком тисяч", 20_000),
    ],
)
def test_a_vague_ukrainian_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize("text", ["кількість загиблих", "невідома кількість", "точне число", "скільки", "солдатів"])
def test_ukrainian_words_without_a_number_give_none(text: str) -> None:
    assert _read(text) is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "uncertainty", "expected"),
    [
        ("тисячі", None, "vague", (None, 2000, None)),
        ("тисячі", "близько", "approximate", (1000, None, None)),
        ("тисячу", "понад", "more_than", (1000, 1001, None)),
        ("сотні", "не менше", "at_least", (100, 100, None)),
        ("десятка", "більше", "more_than", (10, 11, None)),
        ("сотні до тисячі", "від", "range", (None, 100, 1000)),
        ("десяти та п’ятнадцяти", "між", "range", (None, 10, 15)),
        ("двох тисяч", "майже", "less_than", (2000, None, 1999)),
        ("30", "до", "at_most", (30, None, 30)),
        ("Жодного", None, "exact", (0, 0, 0)),
        ("кількість", None, "unknown", (None, None, None)),
    ],
)
def test_a_ukrainian_claim_has_the_value_of_the_contract(
    quantity: str, modifier: str | None, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    assert _value(quantity, uncertainty, modifier=modifier) == expected


@pytest.mark.parametrize("item", ["тонн борошна", "американських доларів", "квадратних кілометрів", "км", "днів"])
def test_a_ukrainian_amount_keeps_its_bound(item: str) -> None:
    assert _value("20", "more_than", item=item, measure="other") == (20, 20, None)
    assert _value("20", "more_than", item="вантажівок із борошном", measure="aid") == (20, 21, None)


def test_a_ukrainian_share_in_words_is_a_percentage() -> None:
    assert _value("половина", "exact", item="будинків", measure="percentage") == (50, 50, 50)
    assert _value("три чверті", "exact", measure="percentage") == (75, 75, 75)


@given(st.integers(0, 9_999_999))
def test_every_ukrainian_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number, lang="uk")) == (number, number, False)


# Beyond these bounds num2words makes up forms that Ukrainian has not: двохста, дев'яностами, стах.
@given(
    st.one_of(
        st.tuples(st.integers(1, 9999), st.sampled_from(["dative", "accusative"])),
        st.tuples(st.integers(1, 199), st.just("genitive")),
        st.tuples(st.integers(1, 89), st.sampled_from(["instrumental", "locative"])),
    )
)
def test_every_ukrainian_number_reads_back_in_its_cases(number_and_case: tuple[int, str]) -> None:
    number, case = number_and_case
    assert _read(num2words(number, lang="uk", case=case)) == (number, number, False)
