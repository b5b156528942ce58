import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import Number, read_number, read_range
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="fr")
    return None if number is None else (number.low, number.high, number.is_vague)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 500", 1500),
        ("1\u202f500\u202f000", 1_500_000),
        ("1.500", 1500),
        ("12,5", 12.5),
        ("1,5 million", 1_500_000),
        ("2,3 millions de", 2_300_000),
        ("1,375 milliard", 1_375_000_000),
        ("3 Md", 3e9),
        ("25 mille", 25_000),
        ("30 %", 30),
        ("trente pour cent", 30),
        ("Une", 1),
        ("l’un des", 1),
        ("l'une des trente", 1),
        ("un des 12", 1),
        ("une des centaines", 1),
        ("un autre", 1),
        ("un seul", 1),
        ("les deux", 2),
        ("Tous les deux", 2),
        ("vingt et un", 21),
        ("vingt-et-une", 21),
        ("soixante et onze", 71),
        ("soixante-dix-sept", 77),
        ("soixante-quinze", 75),
        ("quatre-vingts", 80),
        ("quatre-vingt-trois", 83),
        ("quatre vingt dix neuf", 99),
        ("quatre-vingt-onze mille", 91_000),
        ("septante-deux", 72),
        ("huitante", 80),
        ("nonante et un", 91),
        ("cent vingt", 120),
        ("deux cents", 200),
        ("deux cent quatre-vingts", 280),
        ("quelque cent", 100),
        ("quelque 300", 300),
        ("mille deux cents", 1200),
        ("douze cents", 1200),
        ("trois cent mille", 300_000),
        ("mille et un", 1001),
        ("un million deux cent mille", 1_200_000),
        ("un million et demi", 1_500_000),
        ("deux millions et demi", 2_500_000),
        ("un demi-million", 500_000),
        ("trois quarts de million", 750_000),
        ("une douzaine", 12),
        ("une demi-douzaine", 6),
        ("d'une dizaine", 10),
        ("deux douzaines", 24),
        ("une quinzaine de", 15),
        ("une vingtaine", 20),
        ("cinquantaine", 50),
        ("une centaine", 100),
        ("un millier", 1000),
        ("une bonne dizaine de", 10),
        ("un total de 52", 52),
        ("une paire de", 2),
        ("pas moins de 40", 40),
        ("aucun", 0),
        ("Aucune", 0),
        ("aucun des 14", 0),
        ("pas de", 0),
        ("pas un seul", 0),
        ("sans", 0),
        ("zéro", 0),
    ],
)
def test_a_french_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (expected, expected, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 à 15", 10, 15),
        ("10 et 15", 10, 15),
        ("10-15", 10, 15),
        ("dix à quinze", 10, 15),
        ("deux ou trois", 2, 3),
        ("une dizaine à une quinzaine", 10, 15),
        ("vingt à trente mille", 20_000, 30_000),
        ("2 à 3 millions", 2e6, 3e6),
        ("cent et deux cents", 100, 200),
        ("une à deux douzaines", 12, 24),
    ],
)
def test_two_french_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("cent et deux mille", 100, 2000),
        ("quinze, vingt ou trente", 15, 30),
        ("deux cents et trois cents", 200, 300),
    ],
)
def test_french_words_known_to_be_a_range_are_cut_in_two(text: str, low: float, high: float) -> None:
    assert read_range(text, language="fr") == Number(low=low, high=high, is_vague=False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("des dizaines", 20),
        ("Plusieurs dizaines de", 20),
        ("des douzaines", 24),
        ("centaines", 200),
        ("quelques centaines", 200),
        ("des milliers", 2000),
        ("des dizaines de milliers de", 20_000),
        ("plusieurs centaines de milliers", 200_000),
        ("des millions", 2_000_000),
        ("quelques milliards de", 2_000_000_000),
        ("plusieurs", 2),
        ("quelques", 2),
        ("quelques-uns des 30", 2),
        ("de nombreux", 2),
        ("un certain nombre de", 2),
        ("un très grand nombre de", 2),
        ("une série de", 2),
        ("une nouvelle vague de", 2),
        ("une poignée de", 2),
        ("beaucoup de", 2),
        ("un groupe de", 2),
        ("un ou plusieurs", 1),
        ("vingt et quelques", 20),
    ],
)
def test_a_vague_french_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize(
    "text",
    [
        "le nombre",
        "Le nombre exact",
        "un nombre indéterminé de",
        "un nombre encore inconnu",
        "combien",
        "tous",
        "pour cent",
        "des civils",
    ],
)
def test_french_words_without_a_number_give_none(text: str) -> None:
    assert read_number(text, language="fr") is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "item", "uncertainty", "measure", "expected"),
    [
        ("une trentaine", None, "blessés", "approximate", "injured", (30, None, None)),
        ("vingt-trois", "au moins", "villageois", "at_least", "killed", (23, 23, None)),
        ("douzaine", "plus d'une", "obus", "more_than", "munitions", (12, 13, None)),
        ("50", "moins de", "maisons", "less_than", "infrastructure", (50, None, 49)),
        ("10 et 15", "entre", "pick-up", "range", "equipment", (None, 10, 15)),
        ("dizaines", None, "familles", "vague", "displaced", (None, 20, None)),
        ("40", "plus de", "kilomètres carrés", "more_than", "other", (40, 40, None)),
        ("3,5 millions", "plus de", "d'euros", "more_than", "money", (3.5e6, 3.5e6, None)),
        ("la moitié", None, "des puits", "exact", "percentage", (50, 50, 50)),
        ("deux tiers", None, "du village", "exact", "percentage", (66.6667, 66.6667, 66.6667)),
        ("trois", "moins de", "tonnes de farine", "less_than", "aid", (3, None, 3)),
        ("Aucun", None, "blessé", "exact", "injured", (0, 0, 0)),
        ("le nombre", None, "disparus", "unknown", "missing", (None, None, None)),
    ],
)
def test_a_french_claim_has_its_value(
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
        language="fr",
    )
    assert (value.point, value.low, value.high) == expected


@pytest.mark.parametrize(
    ("quantity", "item"),
    [
        ("un", "berger"),
        ("Une", "frappe"),
        ("Attentat", "Attentat à la voiture piégée"),
    ],
)
def test_an_implicit_french_count_is_one(quantity: str, item: str) -> None:
    value = read_value(
        quantity, modifier=None, item=item, uncertainty="exact", measure="attacks", implicit=True, language="fr"
    )
    assert value.point == 1


@given(st.integers(0, 9_999_999), st.sampled_from(["fr", "fr_BE", "fr_CH"]))
def test_every_french_number_in_words_reads_back(number: int, country: str) -> None:
    assert _read(num2words(number, lang=country)) == (number, number, False)
