import pytest
from hypothesis import given
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models.numbers import Number, read_number, read_range
from reportedly.models.values import read_value


def _read(text: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language="tr")
    return None if number is None else (number.low, number.high, number.is_vague)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.500", 1500),
        ("1 500", 1500),
        ("12,5", 12.5),
        ("1,5 milyon", 1_500_000),
        ("2,4 milyar", 2_400_000_000),
        ("25 bin", 25_000),
        ("25 bin 300", 25_300),
        ("25'i", 25),
        ("25’inin", 25),
        ("10'dan fazla", 10),
        ("%30", 30),
        ("yüzde 30", 30),
        ("yüzde otuz", 30),
        ("Bir", 1),
        ("BİR", 1),
        ("biri", 1),
        ("birinin", 1),
        ("içlerinden biri", 1),
        ("tek bir", 1),
        ("ikisi", 2),
        ("her iki", 2),
        ("üçü", 3),
        ("dördünün", 4),
        ("beşer", 5),
        ("on bir", 11),
        ("onbir", 11),
        ("on altı", 16),
        ("yirmi beş", 25),
        ("Yirmibeş", 25),
        ("yirmi yedisi", 27),
        ("KIRK", 40),
        ("elliden", 50),
        ("yüz", 100),
        ("yüzü aşkın", 100),
        ("yüz yirmi", 120),
        ("iki yüz", 200),
        ("ikiyüz elli", 250),
        ("iki yüzden fazla", 200),
        ("bin", 1000),
        ("bine yakın", 1000),
        ("bin beş yüz", 1500),
        ("iki bini", 2000),
        ("on bin", 10_000),
        ("yüz elli bin", 150_000),
        ("bir milyon iki yüz bin", 1_200_000),
        ("bir buçuk", 1.5),
        ("iki buçuk milyon", 2_500_000),
        ("2 buçuk milyon", 2_500_000),
        ("yarım milyon", 500_000),
        ("çeyrek milyon", 250_000),
        ("bir düzine", 12),
        ("yarım düzine", 6),
        ("iki düzine", 24),
        ("bir çift", 2),
        ("en az 15", 15),
        ("hiç", 0),
        ("Hiçbir", 0),
        ("hiçbiri", 0),
        ("hiç kimse", 0),
        ("yok", 0),
        ("kayıpsız", 0),
        ("yaşanmadı", 0),
        ("sıfır", 0),
    ],
)
def test_a_turkish_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text) == (expected, expected, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("10 ila 15", 10, 15),
        ("10 ile 15", 10, 15),
        ("10-15", 10, 15),
        ("on ile on beş", 10, 15),
        ("iki veya üç", 2, 3),
        ("iki ya da üç", 2, 3),
        ("beş-altı", 5, 6),
        ("yüz ile iki yüz", 100, 200),
        ("2 ila 3 milyon", 2e6, 3e6),
        ("on ila on beş bin", 10_000, 15_000),
    ],
)
def test_two_turkish_numbers_are_a_range(text: str, low: float, high: float) -> None:
    assert _read(text) == (low, high, False)


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("beş altı", 5, 6),
        ("on on beş", 10, 15),
        ("iki üç yüz", 200, 300),
        ("10'dan 15'e", 10, 15),
    ],
)
def test_turkish_words_known_to_be_a_range_are_cut_in_two(text: str, low: float, high: float) -> None:
    assert read_range(text, language="tr") == Number(low=low, high=high, is_vague=False)


@pytest.mark.parametrize(
    ("text", "low"),
    [
        ("onlarca", 20),
        ("Düzinelerce", 24),
        ("yüzlerce", 200),
        ("yüzlercesi", 200),
        ("binlerce", 2000),
        ("on binlerce", 20_000),
        ("onbinlerce", 20_000),
        ("10 binlerce", 20_000),
        ("yüz binlerce", 200_000),
        ("100 binlerce", 200_000),
        ("milyonlarca", 2_000_000),
        ("milyarlarca", 2_000_000_000),
        ("birkaç", 2),
        ("bir kaç", 2),
        ("birkaç yüz", 200),
        ("birkaç bin", 2000),
        ("çok sayıda", 2),
        ("birçok", 2),
        ("pek çok", 2),
        ("bazı", 2),
        ("çeşitli", 2),
        ("sayısız", 2),
        ("bir dizi", 2),
        ("bir grup", 2),
        ("az sayıda", 2),
        ("bir veya birkaç", 1),
        ("yirmi küsur", 20),
    ],
)
def test_a_vague_turkish_expression_has_a_low_bound(text: str, low: float) -> None:
    assert _read(text) == (low, low, True)


@pytest.mark.parametrize(
    "text",
    [
        "sayısı",
        "kaç",
        "bilinmeyen sayıda",
        "bir belirsiz sayıda",
        "tüm",
        "yüzde",
        "siviller",
    ],
)
def test_turkish_words_without_a_number_give_none(text: str) -> None:
    assert read_number(text, language="tr") is None


@pytest.mark.parametrize(
    ("quantity", "modifier", "item", "uncertainty", "measure", "expected"),
    [
        ("otuz", "yaklaşık", "yaralı", "approximate", "injured", (30, None, None)),
        ("yirmi üç", "en az", "köylü", "at_least", "killed", (23, 23, None)),
        ("bir düzineden", "fazla", "havan mermisi", "more_than", "munitions", (12, 13, None)),
        ("yüze", "yakın", "ev", "less_than", "infrastructure", (100, None, 99)),
        ("10 ile 15", "arasında", "kamyonet", "range", "equipment", (None, 10, 15)),
        ("on binlerce", None, "aile", "vague", "displaced", (None, 20_000, None)),
        ("40", "aşkın", "kilometrekarelik alan", "more_than", "other", (40, 40, None)),
        ("3,5 milyon", "fazla", "ABD doları", "more_than", "money", (3.5e6, 3.5e6, None)),
        ("yarısı", None, "kuyuların", "exact", "percentage", (50, 50, 50)),
        ("üçte ikisi", None, "köyün", "exact", "percentage", (66.6667, 66.6667, 66.6667)),
        ("dörtte üçü", None, "evlerin", "exact", "percentage", (75, 75, 75)),
        ("üç", "az", "ton un", "less_than", "aid", (3, None, 3)),
        ("yok", None, "yaralı", "exact", "injured", (0, 0, 0)),
        ("sayısı", None, "kayıp", "unknown", "missing", (None, None, None)),
    ],
)
def test_a_turkish_claim_has_its_value(
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
        language="tr",
    )
    assert (value.point, value.low, value.high) == expected


@pytest.mark.parametrize(
    ("quantity", "item"),
    [
        ("bir", "çoban"),
        ("Bir", "mermi"),
        ("Saldırı", "Saldırı"),
    ],
)
def test_an_implicit_turkish_count_is_one(quantity: str, item: str) -> None:
    value = read_value(
        quantity, modifier=None, item=item, uncertainty="exact", measure="attacks", implicit=True, language="tr"
    )
    assert value.point == 1


def _is_written_in_full(number: int) -> bool:
    # num2words leaves the one out of 101,007, 231,500 and the like: "yüzbinyedi" is 100,007.
    return not 100_000 <= number < 1_000_000 or number // 1000 % 10 != 1 or number % 1000 == 0


@given(st.integers(0, 9_999_999).filter(_is_written_in_full), st.booleans())
def test_every_turkish_number_in_words_reads_back(number: int, is_capital: bool) -> None:
    words = num2words(number, lang="tr")
    assert _read(words.replace("i", "İ").upper() if is_capital else words) == (number, number, False)
