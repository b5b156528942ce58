import pytest

from reportedly.data.corpus import load_corpus
from reportedly.models.hedges import load_hedges, read_hedge
from reportedly.models.uncertainty import reconcile_uncertainty

_LANGUAGES = ("en", "ar", "fr", "es", "ru", "uk", "tr", "fa", "he", "de")


@pytest.mark.parametrize(
    ("language", "modifier", "expected"),
    [
        ("en", "at least", "at_least"),
        ("en", "No fewer than", "at_least"),
        ("en", "not more than", "at_most"),
        ("en", "was more than", "more_than"),
        ("en", "or more", "at_least"),
        ("en", "nearly", "less_than"),
        ("en", "between", "range"),
        ("en", "an estimated", "approximate"),
        ("ar", "ما لا يقل عن", "at_least"),
        ("ar", "مَا لا يَقلّ عَن", "at_least"),
        ("ar", "لا يتجاوز", "at_most"),
        ("ar", "قرابة", "approximate"),
        ("ar", "نحو", "approximate"),
        ("ar", "على الأقل", "at_least"),
        ("ar", "وأكثر من", "more_than"),
        ("ar", "ما بين", "range"),
        ("fr", "pas plus de", "at_most"),
        ("fr", "pas moins de", "at_least"),
        ("es", "o más", "at_least"),
        ("es", "no menos de", "at_least"),
        ("ru", "не менее", "at_least"),
        ("ru", "не более", "at_most"),
        ("uk", "не більше", "at_most"),
        ("tr", "en az", "at_least"),
        ("tr", "dan fazla", "more_than"),
        ("fa", "دست‌کم", "at_least"),
        ("he", "לא פחות מ", "at_least"),
        ("de", "mindestens", "at_least"),
        ("de", "nicht mehr als", "at_most"),
    ],
)
def test_a_modifier_has_the_class_that_its_words_name(language: str, modifier: str, expected: str) -> None:
    assert read_hedge(modifier, language=language) == expected


def test_unknown_words_and_unknown_languages_have_no_class() -> None:
    assert read_hedge("reportedly", language="en") is None
    assert read_hedge("at least", language="sw") is None
    assert read_hedge("", language="en") is None


@pytest.mark.parametrize("language", _LANGUAGES)
def test_every_language_has_words_for_every_bound_before_a_number(language: str) -> None:
    hedges = load_hedges(language)
    before = {uncertainty for phrases in hedges.before.values() for _, uncertainty in phrases}
    assert before == {"approximate", "at_least", "more_than", "at_most", "less_than", "range"}
    assert hedges.after


@pytest.mark.parametrize(
    ("given", "quantity", "modifier", "expected"),
    [
        ("exact", "10", "at least", "at_least"),
        ("more_than", "10", "up to", "at_most"),
        ("exact", "dozens", None, "vague"),
        ("vague", "25", None, "exact"),
        ("exact", "10 to 15", None, "range"),
        ("exact", "10 and 15", "between", "range"),
        ("range", "10 to 15", "at least", "at_least"),
        ("range", "10 to 15", "about", "range"),
        ("exact", "17", "from", "exact"),
        ("unknown", "dozens", "at least", "unknown"),
        ("exact", "the number", None, "unknown"),
        ("more_than", "25", None, "more_than"),
        ("more_than", "25", "beyond words", "more_than"),
    ],
)
def test_words_and_class_are_reconciled_by_the_stated_rule(
    given: str, quantity: str, modifier: str | None, expected: str
) -> None:
    reconciled = reconcile_uncertainty(given, quantity=quantity, modifier=modifier, implicit=False, language="en")
    assert reconciled == expected


def test_an_implicit_count_is_exact_unless_it_is_bounded() -> None:
    def reconciled(modifier: str | None) -> str:
        return reconcile_uncertainty("vague", quantity="a", modifier=modifier, implicit=True, language="en")

    assert reconciled(None) == "exact"
    assert reconciled("at least") == "at_least"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_in_the_corpus_the_words_tell_the_class_whatever_class_a_model_gives(language: str) -> None:
    claims = [claim for article in load_corpus(languages=[language]) for claim in article.gold.claims]

    def n_right(given: str | None) -> int:
        return sum(
            claim.uncertainty
            == reconcile_uncertainty(
                given or claim.uncertainty,
                quantity=claim.quantity.text,
                modifier=claim.modifier.text if claim.modifier else None,
                implicit=claim.implicit,
                language=language,
            )
            for claim in claims
        )

    assert n_right(None) >= 0.999 * len(claims)
    assert n_right("exact") >= 0.98 * len(claims)
