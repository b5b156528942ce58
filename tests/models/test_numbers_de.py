import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import Number, read_number, read_range
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="de")
    return None if number is None else (number.low, number.high, number.is_vague)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.500", 1500),
        ("1 500", 1500),
        ("1’500", 1500),
        ("12,5", 12.5),
        ("1,5 Millionen", 1_500_000),
        ("3 Mio.", 3_000_000),
        ("2,4 Mrd. Euro", 2_400_000_000),
        ("25 Tsd.", 25_000),
        ("25 tausend", 25_000),
        ("30 Prozent", 30),
        ("hundert Prozent", 100),
        ("Ein", 1),
        ("einem", 1),
        ("einer der", 1),
        ("eines der 12", 1),
        ("eine von Hunderten", 1),
        ("eine einzige", 1),
        ("ein weiterer", 1),
        ("beide", 2),
        ("zwo", 2),
        ("dreimal", 3),
        ("fünf", 5),
        ("fuenf", 5),
        ("zwölf", 12),
        ("einundzwanzig", 21),
        ("Zweiundzwanzig", 22),
        ("siebenundsiebzig", 77),
        ("dreißig", 30),
        ("dreissig", 30),
        ("hundert", 100),
        ("einhundert", 100),
        ("hundertzwanzig", 120),
        ("zweihunderteinundzwanzig", 221),
        ("hundertundeins", 101),
        ("tausendfünfhundert", 1500),
        ("eintausendeinhundert", 1100),
        ("zwölfhundert", 1200),
        ("dreizehntausend", 13_000),
        ("achtzigtausend", 80_000),
        ("zweihundertfünfzigtausend", 250_000),
        ("eine Million zweihunderttausend", 1_200_000),
        ("anderthalb", 1.5),
        ("anderthalb Millionen", 1_500_000),
        ("eineinhalb", 1.5),
        ("zweieinhalbtausend", 2500),
        ("zweieinhalb Milliarden", 2_500_000_000),
        ("eine halbe Million", 500_000),
        ("eine Viertelmillion", 250_000),
        ("eine dreiviertel Million", 750_000),
        ("ein Dutzend", 12),
        ("ein halbes Dutzend", 6),
        ("zwei Dutzend", 24),
        ("ein gutes Dutzend", 12),
        ("ein Mann und hundert Frauen", 1),
        ("nicht weniger als 15", 15),
        ("an die 40", 40),
        ("kein", 0),
        ("Keine", 0),
        ("keinerlei", 0),
        ("keiner der 14", 0),
        ("nicht ein einziger", 0),
        ("niemand", 0),
        ("ohne", 0),
        ("null", 0),
    ],
)
def test_a_german_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (expected, expected, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 bis 15", 10, 15),
        ("10 und 15", 10, 15),
        ("10-15", 10, 15),
        ("10–15", 10, 15),
        ("zehn bis fünfzehn", 10, 15),
        ("zehn und fünfzehn", 10, 15),
        ("zwei oder drei", 2, 3),
        ("zwei- bis dreihundert", 200, 300),
        ("zehn- bis fünfzehntausend", 10_000, 15_000),
        ("2 bis 3 Millionen", 2e6, 3e6),
        ("2 Mio. bis 3 Mio.", 2e6, 3e6),
        ("ein bis zwei Dutzend", 12, 24),
        ("hundert bis zweihundert", 100, 200),
    ],
)
def test_two_german_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("fünf und zwanzig", 5, 20),
        ("fünfzig und hundert", 50, 100),
        ("15, 20 oder 30", 15, 30),
    ],
)
def test_german_words_known_to_be_a_range_are_cut_in_two(text: str, low: float, high: float) -> None:
    assert read_range(text, language="de") == Number(low=low, high=high, is_vague=False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("Dutzende", 24),
        ("mehrere Dutzend", 24),
        ("ein paar Dutzend", 24),
        ("Hunderte", 200),
        ("Hunderten von", 200),
        ("einige hundert", 200),
        ("mehrere Hundert", 200),
        ("Tausende", 2000),
        ("Tausender", 2000),
        ("mehrere tausend", 2000),
        ("Zehntausende", 20_000),
        ("mehrere zehntausend", 20_000),
        ("Hunderttausende", 200_000),
        ("mehrere hunderttausend", 200_000),
        ("Zigtausende", 20_000),
        ("Millionen", 2_000_000),
        ("mehrere Milliarden", 2_000_000_000),
        ("mehrere", 2),
        ("einige", 2),
        ("ein paar", 2),
        ("zahlreichen", 2),
        ("viele", 2),
        ("eine Reihe von", 2),
        ("eine große Anzahl von", 2),
        ("eine Handvoll", 2),
        ("einige der 30", 2),
        ("ein oder mehrere", 1),
        ("etliche", 2),
    ],
)
def test_a_vague_german_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize(
    "text",
    [
        "die Zahl",
        "Die genaue Zahl",
        "eine unbekannte Zahl von",
        "eine nicht näher genannte Zahl",
        "wie viele",
        "alle",
        "Prozent",
        "Zivilisten",
    ],
)
def test_german_words_without_a_number_give_none(text: str) -> None:
    assert read_number(text, language="de") is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "item", "uncertainty", "measure", "expected"),
    [
        ("dreißig", "rund", "Verletzte", "approximate", "injured", (30, None, None)),
        ("dreiundzwanzig", "mindestens", "Dorfbewohner", "at_least", "killed", (23, 23, None)),
        ("ein Dutzend", "mehr als", "Granaten", "more_than", "munitions", (12, 13, None)),
        ("fünfzig", "weniger als", "Häuser", "less_than", "infrastructure", (50, None, 49)),
        ("10 und 15", "zwischen", "Geländewagen", "range", "equipment", (None, 10, 15)),
        ("zwanzig und dreißig", "zwischen", "Kämpfer", "exact", "fighters", (None, 20, 30)),
        ("fünf und zwanzig", "zwischen", "Boote", "exact", "equipment", (None, 5, 20)),
        ("Dutzende", None, "Familien", "vague", "displaced", (None, 24, None)),
        ("40", "mehr als", "Quadratkilometer", "more_than", "other", (40, 40, None)),
        ("40", "mehr als", "nautische Meilen", "more_than", "distance", (40, 40, None)),
        ("3,5 Millionen", "mehr als", "US-Dollar", "more_than", "money", (3.5e6, 3.5e6, None)),
        ("die Hälfte", None, "der Brunnen", "exact", "percentage", (50, 50, 50)),
        ("zwei Drittel", None, "des Dorfes", "exact", "percentage", (66.6667, 66.6667, 66.6667)),
        ("drei", "weniger als", "Tonnen Mehl", "less_than", "aid", (3, None, 3)),
        ("Keine", None, "Verletzten", "exact", "injured", (0, 0, 0)),
        ("die Zahl", None, "Vermissten", "unknown", "missing", (None, None, None)),
    ],
)
def test_a_german_claim_has_its_value(
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
        language="de",
    )
    assert (value.point, value.low, value.high) == expected


@pytest.mark.parametrize(
    ("quantity", "item"),
    [
        ("ein", "Hirte"),
        ("Eine", "Drohne"),
        ("Anschlag", "Anschlag auf Tankstelle"),
    ],
)
def test_an_implicit_german_count_is_one(quantity: str, item: str) -> None:
    value = read_value(
        quantity, modifier=None, item=item, uncertainty="exact", measure="attacks", implicit=True, language="de"
    )
    assert value.point == 1


@given(st.integers(0, 9_999_999))
def test_every_german_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number, lang="de")) == (number, number, False)
