import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from reportedly.models import numerals
from reportedly.models.folding import fold
from reportedly.models.numbers import Number, read_number, read_range
from reportedly.models.numerals import load_numerals

_WORD_FILES = sorted(Path(numerals.__file__).parent.glob("numerals_*.json"))
_DIGITS = {"latin": "0123456789", "arabic": "٠١٢٣٤٥٦٧٨٩", "persian": "۰۱۲۳۴۵۶۷۸۹", "devanagari": "०१२३४५६७८९"}


def _read(text: str, language: str) -> tuple[float, float, bool] | None:
    number = read_number(text, language=language)
    return None if number is None else (number.low, number.high, number.is_vague)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("25", 25),
        ("1,500", 1500),
        ("1.500", 1500),
        ("1 500", 1500),
        ("1\u202f500\u202f000", 1_500_000),
        ("1’500", 1500),
        ("12,50,000", 1_250_000),
        ("1.234.567,5", 1_234_567.5),
        ("1,234,567.5", 1_234_567.5),
        ("12.5", 12.5),
        ("51,4", 51.4),
        ("0.125", 0.125),
        ("1.375 million", 1_375_000),
        ("1,375 million", 1_375_000_000),
        ("2bn", 2e9),
        ("30k", 30_000),
        ("$74 million", 74e6),
        ("16.4 million", 16_400_000),
        ("13 thousand 500", 13_500),
        ("½", 0.5),
        ("1½ million", 1_500_000),
        ("30%", 30),
        ("30 per cent", 30),
        ("one hundred per cent", 100),
        ("twenty-five", 25),
        ("twentyfive", 25),
        ("a hundred and twenty", 120),
        ("twelve hundred", 1200),
        ("two thousand, five hundred", 2500),
        ("half a million", 500_000),
        ("a quarter of a million", 250_000),
        ("three quarters of a million", 750_000),
        ("one and a half million", 1_500_000),
        ("one-and-a-half million", 1_500_000),
        ("two million and a half", 2_500_000),
        ("half a dozen", 6),
        ("one-fifth", 0.2),
        ("one quarter of a million", 250_000),
        ("2, 669", 2669),
        ("a dozen", 12),
        ("Two Dozen", 24),
        ("three score", 60),
        ("a couple", 2),
        ("a couple of hundred", 200),
        ("a pair of", 2),
        ("both", 2),
        ("twin", 2),
        ("one", 1),
        ("a", 1),
        ("an", 1),
        ("a single", 1),
        ("some 30", 30),
        ("some hundred", 100),
        ("as many as 20", 20),
        ("at most nine", 9),
        ("no fewer than 12", 12),
        ("No", 0),
        ("none of the 12", 0),
        ("not a single", 0),
        ("nil", 0),
        (" ,25 ", 25),
        ("(25)", 25),
        ("25 people", 25),
        ("twenty twin-engine jets", 20),
        ("3 of 10", 3),
    ],
)
def test_an_english_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text, "en") == (expected, expected, False)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("٢٥", 25),
        ("١٬٥٠٠", 1500),
        ("١٢٫٥", 12.5),
        ("\u200f25\u200e", 25),
        ("40مدنيا", 40),
        ("لـ15", 15),
        ("و800", 800),
        ("3 آلاف", 3000),
        ("75 ألف", 75_000),
        ("11 ألفاً و800", 11_800),
        ("مليون و200 ألف", 1_200_000),
        ("2,5 مليون", 2_500_000),
        ("خمسة وعشرون", 25),
        ("خمس وعشرين", 25),
        ("ثلاثا وخمسين", 53),
        ("أحد عشر", 11),
        ("احدى عشره", 11),
        ("اثنتا عشرة", 12),
        ("اثني عشر", 12),
        ("ثماني عشرة", 18),
        ("ثَلاثَةَ عَشَرَ", 13),
        ("ثـــلاثة", 3),
        ("خمسةعشر", 15),
        ("مئة", 100),
        ("مائه", 100),
        ("ميه", 100),
        ("مئتان", 200),
        ("مائتي", 200),
        ("ثلاثمئة", 300),
        ("ثلاثمائة", 300),
        ("ثلاث مئة", 300),
        ("مئة وخمسة وعشرون ألفا", 125_000),
        ("ألف", 1000),
        ("ألفاً", 1000),
        ("ألفا", 2000),
        ("ألفين", 2000),
        ("ألفا و800", 1800),
        ("مليوناً", 1_000_000),
        ("مليونا", 2_000_000),
        ("مليوني", 2_000_000),
        ("مليون ونصف", 1_500_000),
        ("مليون ونصف المليون", 1_500_000),
        ("مليونان ونصف", 2_500_000),
        ("مليونا ونصف المليون", 1_500_000),
        ("نصف مليون", 500_000),
        ("ربع مليون", 250_000),
        ("ثلاثة أرباع مليون", 750_000),
        ("30 بالمئة", 30),
        ("ثلاثين في المائة", 30),
        ("والعشرين", 20),
        ("لألف", 1000),
        ("المئة", 100),
        ("أحد", 1),
        ("إحدى", 1),
        ("واحد", 1),
        ("كلا", 2),
        ("مرتين", 2),
        ("عشرين مرة", 20),
        ("لا", 0),
        ("دون", 0),
        ("لم يسجل", 0),
        ("صفر", 0),
        ("ما لا يقل عن عشرة", 10),
    ],
)
def test_an_arabic_expression_names_its_number(text: str, expected: float) -> None:
    assert _read(text, "ar") == (expected, expected, False)


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("en", "10 to 15", 10, 15),
        ("en", "10-15", 10, 15),
        ("en", "10 – 15", 10, 15),
        ("en", "10 and 15", 10, 15),
        ("en", "ten to fifteen", 10, 15),
        ("en", "ten-fifteen", 10, 15),
        ("en", "one or two", 1, 2),
        ("en", "10 people to 15", 10, 15),
        ("en", "2 to 3 million", 2e6, 3e6),
        ("en", "$5-10m", 5e6, 10e6),
        ("en", "two or three dozen", 24, 36),
        ("en", "one hundred and two hundred", 100, 200),
        ("en", "five to two hundred", 5, 200),
        ("en", "half a dozen to a dozen", 6, 12),
        ("ar", "10 إلى 15", 10, 15),
        ("ar", "10 و15", 10, 15),
        ("ar", "١٠-١٥", 10, 15),
        ("ar", "خمسة أو ستة", 5, 6),
        ("ar", "عشرة آلاف وخمسة عشر ألفا", 10_000, 15_000),
        ("ar", "15 و20 ألفا", 15_000, 20_000),
        ("ar", "مئة ومئة وعشرين", 100, 120),
    ],
)
def test_two_numbers_that_do_not_make_up_one_are_a_range(language: str, text: str, low: float, high: float) -> None:
    assert _read(text, language) == (low, high, False)


@pytest.mark.parametrize(
    ("language", "text", "low"),
    [
        ("en", "dozens", 24),
        ("en", "scores", 40),
        ("en", "tens", 20),
        ("en", "hundreds", 200),
        ("en", "THOUSANDS", 2000),
        ("en", "tens of thousands", 20_000),
        ("en", "hundreds of thousands", 200_000),
        ("en", "millions", 2_000_000),
        ("en", "several", 2),
        ("en", "some", 2),
        ("en", "a few", 2),
        ("en", "a few dozen", 24),
        ("en", "several hundred", 200),
        ("en", "many thousands", 2000),
        ("en", "a large number of", 2),
        ("en", "a series of", 2),
        ("en", "a handful", 2),
        ("en", "several of the 30", 2),
        ("en", "twenty-odd", 20),
        ("en", "dozens to hundreds", 24),
        ("en", "10 to several hundred", 10),
        ("en", "tens of thousands 7.62 rounds", 20_000),
        ("ar", "عشرات", 24),
        ("ar", "بالعشرات", 24),
        ("ar", "عدة عشرات من", 24),
        ("ar", "المئات", 200),
        ("ar", "آلاف", 2000),
        ("ar", "عشرات الآلاف", 20_000),
        ("ar", "مئات الآلاف", 200_000),
        ("ar", "ملايين", 2_000_000),
        ("ar", "بضع مئات", 200),
        ("ar", "بضعة وعشرون", 20),
        ("ar", "عدداً من", 2),
        ("ar", "عدة", 2),
        ("ar", "بعض", 2),
        ("ar", "العديد من", 2),
        ("ar", "مجموعة من", 2),
        ("ar", "كمية كبيرة من", 2),
        ("ar", "كثير من", 2),
    ],
)
def test_a_vague_expression_has_the_low_bound_of_the_contract(language: str, text: str, low: float) -> None:
    assert _read(text, language) == (low, low, True)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", " — "),
        ("en", "the number"),
        ("en", "an unknown number"),
        ("en", "every"),
        ("en", "23.10.2016"),
        ("en", "123456789012345678"),
        ("ar", "عددهم"),
        ("ar", "عدد غير معروف من"),
        ("ar", "كل"),
        ("ar", "بالمئة"),
        ("ar", "جندي"),
        ("xx", "twelve"),
        ("../en", "twelve"),
    ],
)
def test_words_without_a_number_give_none(language: str, text: str) -> None:
    assert read_number(text, language=language) is None


def test_digits_are_read_in_a_language_without_words() -> None:
    assert _read("10 - 15", "und") == (10, 15, False)


def test_a_regional_code_has_the_words_of_its_language() -> None:
    assert _read("twelve", "en-GB") == (12, 12, False)


@pytest.mark.parametrize(
    ("language", "text", "low", "high"),
    [
        ("en", "one hundred and two thousand", 100, 2000),
        ("en", "15 to 10", 10, 15),
        ("en", "10, 12 or 15", 10, 15),
        ("en", "10 to 15 of the 30", 10, 15),
        ("en", "twenty-five", 25, 25),
        ("ar", "خمسة وعشرين", 5, 20),
        ("ar", "خمسة وعشرين وثلاثين", 25, 30),
        ("ar", "9 آلاف أسرة و11 ألف أسرة", 9000, 11_000),
    ],
)
def test_words_known_to_be_a_range_are_cut_in_two(language: str, text: str, low: float, high: float) -> None:
    assert read_range(text, language=language) == Number(low=low, high=high, is_vague=False)


def test_a_range_of_mixed_units_is_not_guessed() -> None:
    assert read_range("2 years and 3 months and 4 years and 5 months", language="en") is None


@given(st.integers(0, 999_999))
def test_every_english_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number), "en") == (number, number, False)


# num2words writes the thousands of 101,000 to 101,999 (201,000 …) as "مائة و ألف ألف", which is no Arabic.
@given(st.integers(0, 999_999).filter(lambda number: number // 1000 == 1 or number // 1000 % 100 != 1))
def test_every_arabic_number_in_words_reads_back(number: int) -> None:
    assert _read(num2words(number, lang="ar"), "ar") == (number, number, False)


@given(
    st.integers(0, 10**14),
    st.sampled_from(sorted(_DIGITS)),
    st.sampled_from(["", ",", ".", " ", "\u00a0", "\u202f", "٬", "’"]),
    st.sampled_from(["en", "ar", "und"]),
)
def test_digits_of_every_script_read_back_with_their_grouping(
    number: int, script: str, mark: str, language: str
) -> None:
    written = f"{number:,}".replace(",", mark).translate(str.maketrans(_DIGITS["latin"], _DIGITS[script]))
    assert _read(written, language) == (number, number, False)


@given(st.integers(0, 10**6), st.integers(0, 99), st.sampled_from([".", ",", "٫"]), st.sampled_from(["en", "ar"]))
def test_one_or_two_decimals_read_back(whole: int, hundredths: int, mark: str, language: str) -> None:
    number = float(f"{whole}.{hundredths:02}")
    assert _read(f"{whole}{mark}{hundredths:02}", language) == (number, number, False)


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from([" to ", "-", " and ", " إلى ", " و"]))
def test_the_ends_of_a_range_of_digits_read_back(low: int, width: int, joint: str) -> None:
    language = "ar" if joint in (" إلى ", " و") else "en"
    assert _read(f"{low}{joint}{low + width}", language) == (low, low + width, False)


@given(st.text(max_size=60), st.sampled_from(["en", "ar", "und"]))
def test_any_text_is_read_without_an_error_and_low_never_exceeds_high(text: str, language: str) -> None:
    number = read_number(text, language=language)
    assert number is None or 0 <= number.low <= number.high < float("inf")


_PIECES = st.sampled_from(["-", ",", "3", "1.5", *load_numerals("en").phrases, *load_numerals("ar").phrases])


@settings(max_examples=500)
@given(st.lists(_PIECES, max_size=12), st.sampled_from(["en", "ar"]))
def test_any_order_of_number_words_is_read_without_an_error(pieces: list[str], language: str) -> None:
    for read in (read_number, read_range):
        number = read(" ".join(pieces), language=language)
        assert number is None or 0 <= number.low <= number.high


@pytest.mark.parametrize("path", _WORD_FILES, ids=lambda path: path.stem)
def test_every_file_of_number_words_has_the_same_keys(path: Path) -> None:
    reference = json.loads(_WORD_FILES[0].read_text(encoding="utf-8"))
    data = json.loads(path.read_text(encoding="utf-8"))
    assert data.keys() == reference.keys()
    assert data["dual"].keys() == reference["dual"].keys()


@pytest.mark.parametrize(
    "path", [path for path in _WORD_FILES if path.stem != "numerals_und"], ids=lambda path: path.stem
)
def test_every_listed_form_of_a_number_reads_as_that_number(path: Path) -> None:
    language = path.stem.partition("_")[2]
    data = json.loads(path.read_text(encoding="utf-8"))
    for number, forms in data["numbers"].items():
        for form in forms:
            assert _read(form, language) == (float(number), float(number), False), form


def test_folding_overlooks_case_accents_hamza_and_invisible_marks() -> None:
    assert fold("Ｔwelve") == "twelve"
    assert fold("veintidós") == "veintidos"
    assert fold("أَرْبَعَـة\u200f") == fold("اربعه")
    assert fold("شـ ـهـ ـيـ ـدان") == "شهيدان"
    assert fold("قت.يل") == "قتيل"


def test_the_words_of_a_language_are_loaded_once() -> None:
    assert load_numerals("ar") is load_numerals("ar")
