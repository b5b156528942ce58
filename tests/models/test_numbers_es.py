import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import Number, read_number, read_range
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="es")
    return None if number is None else (number.low, number.high, number.is_vague)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.500", 1500),
        ("1 500", 1500),
        ("12,5", 12.5),
        ("1,5 millones", 1_500_000),
        ("1.5 millones de", 1_500_000),
        ("2.000 millones", 2_000_000_000),
        ("mil millones", 1_000_000_000),
        ("3 mil 200", 3200),
        ("25 mil", 25_000),
        ("2 mil 500 millones", 2_500_000_000),
        ("30%", 30),
        ("el 30 por ciento", 30),
        ("cien por cien", 100),
        ("Un", 1),
        ("una", 1),
        ("uno de los", 1),
        ("una de las 12", 1),
        ("uno de miles", 1),
        ("otro", 1),
        ("un solo", 1),
        ("ambos", 2),
        ("los dos", 2),
        ("veintiún", 21),
        ("veintiuna", 21),
        ("Veintidós", 22),
        ("treinta y una", 31),
        ("treinta y un mil", 31_000),
        ("treintaicinco", 35),
        ("cuarenta y siete", 47),
        ("cien", 100),
        ("ciento veinte", 120),
        ("doscientas", 200),
        ("quinientas mil", 500_000),
        ("setecientos ochenta y nueve", 789),
        ("mil doscientos", 1200),
        ("dos mil quinientas", 2500),
        ("un millón doscientos mil", 1_200_000),
        ("un millón y medio", 1_500_000),
        ("dos millones y medio", 2_500_000),
        ("medio millón", 500_000),
        ("tres cuartos de millón", 750_000),
        ("media docena", 6),
        ("una docena de", 12),
        ("docena y media", 18),
        ("dos docenas", 24),
        ("una decena", 10),
        ("una veintena", 20),
        ("una buena docena", 12),
        ("más de un millar", 1000),
        ("un total de 52", 52),
        ("un centenar", 100),
        ("medio centenar", 50),
        ("un millar", 1000),
        ("un par de", 2),
        ("unos 40", 40),
        ("unas cien", 100),
        ("unos mil", 1000),
        ("una media de 30", 30),
        ("no menos de 15", 15),
        ("ningún", 0),
        ("Ninguna", 0),
        ("ninguno de los 14", 0),
        ("ni un solo", 0),
        ("sin", 0),
        ("No hay", 0),
        ("cero", 0),
    ],
)
def test_a_spanish_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (expected, expected, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 a 15", 10, 15),
        ("10 y 15", 10, 15),
        ("10-15", 10, 15),
        ("de diez a quince", 10, 15),
        ("diez y quince", 10, 15),
        ("dos o tres", 2, 3),
        ("siete u ocho", 7, 8),
        ("mil y dos mil", 1000, 2000),
        ("cien y ciento cincuenta", 100, 150),
        ("dos a tres millones", 2e6, 3e6),
        ("10 a 15 mil", 10_000, 15_000),
        ("una o dos docenas", 12, 24),
    ],
)
def test_two_spanish_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("mil y dos mil", 1000, 2000),
        ("cien y dos mil", 100, 2000),
        ("15, 20 o 30", 15, 30),
        ("dos, tres", 2, 3),
    ],
)
def test_spanish_words_known_to_be_a_range_are_cut_in_two(text: str, low: float, high: float) -> None:
    assert read_range(text, language="es") == Number(low=low, high=high, is_vague=False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("decenas", 20),
        ("docenas", 24),
        ("Varias docenas de", 24),
        ("unas decenas", 20),
        ("cientos", 200),
        ("varios centenares", 200),
        ("algunos cientos de", 200),
        ("miles", 2000),
        ("unos miles de", 2000),
        ("varios miles", 2000),
        ("decenas de miles de", 20_000),
        ("cientos de miles", 200_000),
        ("millones", 2_000_000),
        ("miles de millones de", 2_000_000_000),
        ("varios", 2),
        ("algunas", 2),
        ("unos cuantos", 2),
        ("unas pocas", 2),
        ("unos", 2),
        ("numerosos", 2),
        ("un gran número de", 2),
        ("una serie de", 2),
        ("una nueva oleada de", 2),
        ("un puñado de", 2),
        ("varios de los 30", 2),
        ("uno o varios", 1),
        ("treinta y tantos", 30),
        ("veintitantos", 20),
    ],
)
def test_a_vague_spanish_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize(
    "text",
    [
        "el número",
        "El número exacto",
        "un número indeterminado de",
        "una cantidad desconocida",
        "cuántos",
        "todos",
        "por ciento",
        "civiles",
    ],
)
def test_spanish_words_without_a_number_give_none(text: str) -> None:
    assert read_number(text, language="es") is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "item", "uncertainty", "measure", "expected"),
    [
        ("una veintena", None, "heridos", "approximate", "injured", (20, None, None)),
        ("veintitrés", "al menos", "aldeanos", "at_least", "killed", (23, 23, None)),
        ("docena", "más de una", "cohetes", "more_than", "munitions", (12, 13, None)),
        ("cincuenta", "menos de", "viviendas", "less_than", "infrastructure", (50, None, 49)),
        ("10 y 15", "entre", "camionetas", "range", "equipment", (None, 10, 15)),
        ("decenas", None, "familias", "vague", "displaced", (None, 20, None)),
        ("40", "más de", "kilómetros cuadrados", "more_than", "other", (40, 40, None)),
        ("3,5 millones", "más de", "euros", "more_than", "money", (3.5e6, 3.5e6, None)),
        ("la mitad", None, "de los pozos", "exact", "percentage", (50, 50, 50)),
        ("un tercio", None, "del pueblo", "exact", "percentage", (33.3333, 33.3333, 33.3333)),
        ("la mitad", None, "los vecinos", "exact", "people", (None, None, None)),
        ("tres", "menos de", "toneladas de harina", "less_than", "aid", (3, None, 3)),
        ("Ningún", None, "herido", "exact", "injured", (0, 0, 0)),
        ("el número", None, "desaparecidos", "unknown", "missing", (None, None, None)),
    ],
)
def test_a_spanish_claim_has_its_value(
    quantity: str,
    modifier: str | None,
    item: str,
    uncertainty: str,
    measure: str,
    expected: tuple[float | None, ...],
) -> None:
    value = read_value(
        quantity,
        modifier=modifier,
        item=item,
        uncertainty=uncertainty,
        measure=measure,
        implicit=False,
        language="es",
    )
    assert (value.point, value.low, value.high) == expected


@pytest.mark.parametrize(
    ("quantity", "item"),
    [
        ("un", "pastor"),
        ("Una", "granada"),
        ("Ataque", "Ataque con dron"),
    ],
)
def test_an_implicit_spanish_count_is_one(quantity: str, item: str) -> None:
    value = read_value(
        quantity, modifier=None, item=item, uncertainty="exact", measure="attacks", implicit=True, language="es"
    )
    assert value.point == 1


@given(st.integers(0, 9_999_999))
def test_every_spanish_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number, lang="es")) == (number, number, False)
