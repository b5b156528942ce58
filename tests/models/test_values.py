import pytest

from reportedly.data.corpus import load_corpus
from reportedly.data.prediction import Claim
from reportedly.data.taxonomy import MEASURES, UNCERTAINTIES
from reportedly.data.value import Value
from reportedly.models.values import read_value


def _value(
    quantity: str,
    uncertainty: str = "exact",
    *,
    modifier: str | None = None,
    item: str | None = None,
    measure: str = "killed",
    implicit: bool = False,
    language: str = "en",
) -> tuple[float | None, float | None, float | None]:
    value = read_value(
        quantity,
        modifier=modifier,
        item=item,
        uncertainty=uncertainty,
        measure=measure,
        implicit=implicit,
        language=language,
    )
    return value.point, value.low, value.high


@pytest.mark.parametrize(
    ("quantity", "uncertainty", "expected"),
    [
        ("25", "exact", (25, 25, 25)),
        ("twenty-five", "exact", (25, 25, 25)),
        ("٢٥", "exact", (25, 25, 25)),
        ("45", "approximate", (45, None, None)),
        ("45", "at_least", (45, 45, None)),
        ("25", "more_than", (25, 26, None)),
        ("30", "at_most", (30, None, 30)),
        ("30", "less_than", (30, None, 29)),
        ("10 to 15", "range", (None, 10, 15)),
        ("dozens", "vague", (None, 24, None)),
        ("tens of thousands", "vague", (None, 20_000, None)),
        ("a number of", "vague", (None, 2, None)),
        ("a dozen", "more_than", (12, 13, None)),
        ("No", "exact", (0, 0, 0)),
        ("the number", "unknown", (None, None, None)),
        ("25", "unknown", (None, None, None)),
        ("1.5 million", "exact", (1_500_000, 1_500_000, 1_500_000)),
    ],
)
def test_a_claim_has_the_value_of_the_contract(
    quantity: str, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    assert _value(quantity, uncertainty) == expected


@pytest.mark.parametrize(
    ("language", "item", "measure"),
    [
        ("en", "dollars", "money"),
        ("en", None, "percentage"),
        ("en", "kilometres", "distance"),
        ("en", "tonnes of flour", "aid"),
        ("en", "metric tons of wheat", "aid"),
        ("en", "litre", "aid"),
        ("en", "Syrian pounds", "other"),
        ("en", "square miles", "localities"),
        ("ar", "طن من الطحين", "aid"),
        ("ar", "كيلوغراماً من المتفجرات", "munitions"),
        ("ar", "الدونمات", "other"),
        ("ar", "كيلو متر", "other"),
    ],
)
def test_an_amount_keeps_its_bound(language: str, item: str | None, measure: str) -> None:
    assert _value("20", "more_than", item=item, measure=measure, language=language) == (20, 20, None)
    assert _value("20", "less_than", item=item, measure=measure, language=language) == (20, None, 20)


@pytest.mark.parametrize(
    ("language", "item"),
    [
        ("en", "foot soldiers"),
        ("en", "second-hand trucks"),
        ("en", "tents"),
        ("ar", "شاحنة"),
        ("ar", "سيارة محملة بأطنان القمح"),
    ],
)
def test_a_counted_thing_that_mentions_a_unit_is_still_counted(language: str, item: str) -> None:
    assert _value("20", "more_than", item=item, measure="equipment", language=language) == (20, 21, None)


def test_a_unit_inside_the_quantity_makes_it_an_amount() -> None:
    assert _value("five litres", "less_than", measure="aid") == (5, None, 5)
    assert _value("4 ملايين ليتر", "more_than", measure="aid", language="ar") == (4_000_000, 4_000_000, None)


def test_a_share_in_words_is_a_percentage() -> None:
    assert _value("half", "more_than", item="them", measure="percentage") == (50, 50, None)
    assert _value("ثلاثة أرباع", measure="percentage", language="ar") == (75, 75, 75)
    assert _value("0.5", item="%", measure="percentage") == (0.5, 0.5, 0.5)
    assert _value("half a", item="per cent", measure="percentage") == (0.5, 0.5, 0.5)


@pytest.mark.parametrize(
    ("quantity", "uncertainty", "expected"),
    [
        # A range of which one end is marked: the other end is not known.
        ("10", "range", (10, None, None)),
        # Vague words stay vague, whatever the class.
        ("dozens", "exact", (None, 24, None)),
        ("dozens", "approximate", (None, 24, None)),
        ("dozens", "at_least", (None, 24, None)),
        ("hundreds", "more_than", (None, 200, None)),
        ("several hundred", "range", (None, 200, None)),
        ("several hundred", "at_most", (None, None, None)),
        ("hundreds", "less_than", (None, None, None)),
        # Two ends stay two ends, or the one that the class leaves.
        ("10 to 15", "exact", (None, 10, 15)),
        ("10 to 15", "approximate", (None, 10, 15)),
        ("10 to 15", "at_least", (None, 10, None)),
        ("10 to 15", "more_than", (None, 11, None)),
        ("10 to 15", "at_most", (None, None, 15)),
        ("10 to 15", "less_than", (None, None, 14)),
        ("10 to 15", "vague", (None, 10, None)),
        ("some 30", "vague", (None, 30, None)),
    ],
)
def test_where_class_and_words_disagree_the_weaker_is_kept(
    quantity: str, uncertainty: str, expected: tuple[float | None, ...]
) -> None:
    assert _value(quantity, uncertainty) == expected


def test_a_modifier_that_opens_a_range_has_both_ends_read() -> None:
    assert _value("خمسة وعشرين", modifier="ما بين", language="ar") == (None, 5, 20)
    assert _value("خمسة وعشرين", modifier="نحو", uncertainty="approximate", language="ar") == (25, None, None)


@pytest.mark.parametrize("uncertainty", UNCERTAINTIES)
@pytest.mark.parametrize("measure", MEASURES)
def test_no_class_makes_a_number_of_words_without_one(uncertainty: str, measure: str) -> None:
    assert _value("the survivors", uncertainty, measure=measure) == (None, None, None)


@pytest.mark.parametrize("noun", ["a", "an", "Car bomb", "Drone strike", "gunman"])
def test_an_implicit_english_count_is_one(noun: str) -> None:
    assert _value(noun, implicit=True) == (1, 1, 1)


@pytest.mark.parametrize(
    "noun",
    [
        "غارتين",
        "وغارتان",
        "بصاروخين",
        "قتيلان",
        "قتيلَيْنِ",
        "سيدتان",
        "شـ ـهـ ـيـ ـدان",
        "طـــفلين",
        "قذيفتي",
        "سيارتا إسعاف",
        "قاذفي",
        "ابنتيه",
        "شقيقتاه",
        "طفليها",
        "والدين",
        "جنديين",
        "مدنيين",
        "مهندسين أجنبيين",
        "كمينين",
        "فتاتين",
        "حزامين ناسفين",
    ],
)
def test_an_arabic_dual_counts_two(noun: str) -> None:
    assert _value(noun, implicit=True, language="ar") == (2, 2, 2)


@pytest.mark.parametrize(
    "noun",
    [
        "غارة",
        "مدني",
        "مدنياً",
        "قتيلا",
        "طفلاً",
        "شرطي",
        "قيادي",
        "كويتي",
        "راعٍ",
        "فتى",
        "وفتى",
        "فتاة",
        "إنسان",
        "مسكين",
        "جنين",
        "ميدان",
        "سجين",
        "كمين",
        "كميناً",
        "وكمين",
        "سكين",
        "خزان",
        "حصان",
        "جثمان",
        "بيتا",
        "بندقية",
        "صحفية",
        "شخصية",
        "ابنها",
        "هاون",
        "زورق مفخخ",
    ],
)
def test_an_arabic_singular_counts_one(noun: str) -> None:
    assert _value(noun, item=noun, implicit=True, language="ar") == (1, 1, 1)


def test_an_arabic_plural_that_looks_like_a_dual_counts_nothing() -> None:
    assert _value("شبان", implicit=True, language="ar") == (None, None, None)


def test_an_explicit_sound_masculine_plural_is_no_dual() -> None:
    assert _value("مدنيين", language="ar") == (None, None, None)


def test_a_dual_is_read_where_the_claim_was_not_called_implicit() -> None:
    assert _value("غارتين", language="ar") == (2, 2, 2)
    assert _value("مهندسين", item="مهندسين أجنبيين", language="ar") == (2, 2, 2)
    assert _value("يومين", measure="duration", language="ar") == (2, 2, 2)
    assert _value("جندي", item="جندي", language="ar") == (None, None, None)


def test_an_implicit_claim_with_a_plain_number_has_that_number() -> None:
    assert _value("two", item="men", implicit=True) == (2, 2, 2)
    assert _value("12 men", item="12 men", implicit=True) == (12, 12, 12)


def test_an_implicit_noun_that_looks_like_a_number_word_is_a_noun() -> None:
    assert _value("مجموعة", item="مجموعة مسلحة", implicit=True, language="ar") == (1, 1, 1)


def _read_again(claim: Claim, language: str) -> Value:
    return read_value(
        claim.quantity.text,
        modifier=claim.modifier.text if claim.modifier else None,
        item=claim.item.text if claim.item else None,
        uncertainty=claim.uncertainty,
        measure=claim.measure,
        implicit=claim.implicit,
        language=language,
    )


def test_the_corpus_is_read_as_it_is_annotated() -> None:
    n_claims = 0
    differing = []
    for article in load_corpus():
        language = article.article.language or "und"
        for claim in article.gold.claims:
            n_claims += 1
            value = _read_again(claim, language)
            if value != claim.value:
                differing.append(
                    f"{article.path}: {article.article.id} {claim.id} {claim.quantity.text!r} ({claim.uncertainty}): "
                    f"annotated {claim.value}, read {value}"
                )
    assert n_claims > 0
    assert len(differing) <= 0.005 * n_claims, "\n".join(differing)
