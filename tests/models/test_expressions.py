import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from num2words import num2words

from reportedly.data.languages import detect_language
from reportedly.models.codebook import load_codebook
from reportedly.models.expressions import NumberExpression, find_numbers
from reportedly.models.folding import fold, fold_with_places
from reportedly.models.number_language import detect_number_language

_PROBES = Path(__file__).parent / "number_probes"
_LANGUAGES = ("en", "ar", "fr", "es", "ru", "uk", "tr", "fa", "he", "de")

Reading = tuple[float | None, float | None, float | None, str]


def _reading(expression: NumberExpression) -> Reading:
    value = expression.value
    return value.point, value.low, value.high, expression.uncertainty


def _read(text: str, language: str) -> list[Reading]:
    return [_reading(expression) for expression in find_numbers(text, language=language)]


def _texts(text: str, language: str) -> list[tuple[str, str | None]]:
    found = find_numbers(text, language=language)
    return [(number.quantity.text, number.modifier.text if number.modifier else None) for number in found]


@dataclass(frozen=True)
class Probe:
    """A newsroom phrase and its numbers; ``!`` before it in its file says that the reader is known to miss it."""

    language: str
    form: str
    phrase: str
    expected: tuple[Reading, ...]
    is_missed: bool


def _parse_reading(written: str) -> Reading:
    *numbers, uncertainty = written.split()
    point, low, high = (None if number == "-" else float(number) for number in numbers)
    return point, low, high, uncertainty


def _probes() -> Iterator[Probe]:
    for path in sorted(_PROBES.glob("*.txt")):
        form = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if line.startswith("# "):
                form = line[2:]
                continue
            phrase, _, expected = line.removeprefix("! ").rpartition(" |")
            readings = tuple(_parse_reading(part) for part in expected.split(" ; ") if part.strip())
            yield Probe(path.stem, form, phrase, readings, line.startswith("! "))


_MISSED = pytest.mark.xfail(strict=True, reason="listed as missed in docs/numbers.md")


@pytest.mark.parametrize(
    "probe",
    [
        pytest.param(probe, id=f"{probe.language}-{probe.phrase}", marks=_MISSED if probe.is_missed else ())
        for probe in _probes()
    ],
)
def test_a_newsroom_phrase_has_its_values(probe: Probe) -> None:
    assert tuple(_read(probe.phrase, probe.language)) == probe.expected


def test_the_documented_coverage_is_that_of_the_probes() -> None:
    probes = list(_probes())
    forms = list(dict.fromkeys(probe.form for probe in probes))
    rows = [f"| language | all | {' | '.join(forms)} |"]
    for language in _LANGUAGES:
        of_language = [probe for probe in probes if probe.language == language]
        assert len(of_language) >= 60
        groups = [of_language, *([probe for probe in of_language if probe.form == form] for form in forms)]
        cells = [f"{sum(not probe.is_missed for probe in group)}/{len(group)}" for group in groups]
        rows.append(f"| {language} | {' | '.join(cells)} |")
    documented = (Path(__file__).parents[2] / "docs" / "numbers.md").read_text(encoding="utf-8").splitlines()
    assert [row for row in rows if row not in documented] == []


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "Up to a dozen of them; 10 people at least.", [("a dozen", "Up to"), ("10", "at least")]),
        ("en", "between about 30 and 40 men", [("30 and 40", "between about")]),
        ("en", "a number of men", [("a number of", None)]),
        ("ar", "وأكثر من خمسين", [("خمسين", "أكثر من")]),
        ("ar", "ثـ ـلا\u200bثَةُ شهداء", [("ثـ ـلا\u200bثَةُ", None)]),
        ("ar", "ارتفع العدد من نحو 60 إلى 70", [("60", "نحو"), ("70", None)]),
        ("ar", "خـ.ـمـ.ـسة جرحى", [("خـ.ـمـ.ـسة", None)]),
        ("he", "יותר מ-20", [("20", "יותר מ")]),
        ("he", "כעשרים", [("עשרים", "כ")]),
        ("tr", "100'den fazla", [("100", "den fazla")]),
        ("fr", "près d'un millier d'hommes", [("un millier", "près d'")]),
        ("en", "killed10 and hurt2O", [("10", None), ("2O", None)]),
        ("en", "some 500m from the wall", [("500", "some")]),
        ("ru", "дeсять убитых, 2 тыс. 250 домов", [("дeсять", None), ("2 тыс. 250", None)]),
        ("ar", "خمسة عشر ألفاً تقريباً", [("خمسة عشر ألفاً", "تقريباً")]),
        ("tr", "yirmiden sekize düştü", [("yirmiden", None), ("sekize", None)]),
    ],
)
def test_spans_are_those_of_the_original_text(language: str, text: str, expected: list[tuple[str, str | None]]) -> None:
    assert _texts(text, language) == expected
    for number in find_numbers(text, language=language):
        assert text[number.quantity.start : number.quantity.end] == number.quantity.text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "He said that it was over and that no one else would come at least for now."),
        ("en", "At 10:30 on 12/05/2016 the T-72, the F16 and the 4G mast were hit for the 21st time: a third attack."),
        ("en", "The number of displaced is the most that the majority remember; no longer."),
        ("ar", "قال المتحدث إن القصف لا يزال مستمراً على الأطراف يوم الأحد"),
        ("ar", "العدد من المصدر نفسه لم يتأكد بعد"),
        ("fr", "un homme a dit que la plupart sont partis"),
        ("es", "el hombre dijo que no volvería hasta el final"),
        ("ru", "он сказал, что до конца не уйдёт"),
        ("uk", "він сказав, що до кінця не піде"),
        ("tr", "adam en fazla bunu söyledi"),
        ("fa", "او تا پایان نرفت"),
        ("he", "הוא אמר כי לא יחזור עד הסוף"),
        ("de", "ein Mann sagte, über die Lage wisse er nicht mehr als andere"),
        ("und", "no digits here"),
        ("en", "No information on casualties was given about Resolution of the one who fled."),
        ("ru", "данных о погибших нет, 47-й полк ушёл"),
        ("ar", "القرار 2254 واللواء 47 ودبابات تي-72"),
    ],
)
def test_a_text_without_numbers_gives_none(language: str, text: str) -> None:
    assert _texts(text, language) == []


def test_an_unknown_language_still_has_its_digits() -> None:
    assert _read("watu 25 waliuawa", "sw") == [(25, 25, 25, "exact")]


# Composed phrases: every modifier with every form of a number, and ranges of them.

_CLASSES = ("exact", "at_least", "more_than", "at_most", "approximate", "less_than")
_WORDS = {
    "en": ("", "at least", "more than", "no more than", "about", "fewer than"),
    "ar": ("", "ما لا يقل عن", "أكثر من", "لا يتجاوز", "نحو", "أقل من"),
    "fr": ("", "au moins", "plus de", "pas plus de", "environ", "moins de"),
    "ru": ("", "не менее", "более", "не более", "около", "менее"),
    "de": ("", "mindestens", "mehr als", "höchstens", "etwa", "weniger als"),
}
_MODIFIERS = {language: dict(zip(words, _CLASSES, strict=True)) for language, words in _WORDS.items()}
_RANGES = {
    "en": ["between {} and {}", "{} to {}", "from {} to {}", "{}-{}"],
    "ar": ["بين {} و{}", "من {} إلى {}", "{}-{}"],
    "fr": ["entre {} et {}", "de {} à {}", "{}-{}"],
    "ru": ["от {} до {}", "{}-{}"],
    "de": ["zwischen {} und {}", "{} bis {}", "{}-{}"],
}
_NOUNS = {"en": "tents", "ar": "خيمة", "fr": "tentes", "ru": "палаток", "de": "Zelte"}
_EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


def _forms(number: int, language: str) -> list[str]:
    digits = [str(number), str(number).translate(_EASTERN)]
    words = num2words(number, lang=language)
    # An article is no count, and a dual word for two takes no modifier.
    return digits if number < 3 else [*digits, words]


_BOUNDS = {
    "exact": lambda n: (n, n, n),
    "at_least": lambda n: (n, n, None),
    "more_than": lambda n: (n, n + 1, None),
    "at_most": lambda n: (n, None, n),
    "approximate": lambda n: (n, None, None),
    "less_than": lambda n: (n, None, n - 1),
}


@pytest.mark.parametrize("language", _MODIFIERS)
@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_a_composed_phrase_has_the_value_that_its_parts_imply(language: str, data: st.DataObject) -> None:
    number = data.draw(st.integers(1, 9_999))
    form = data.draw(st.sampled_from(_forms(number, language)))
    modifier = data.draw(st.sampled_from(list(_MODIFIERS[language])))
    uncertainty = _MODIFIERS[language][modifier]
    phrase = f"{modifier} {form} {_NOUNS[language]}".strip()
    assert _read(phrase, language) == [(*_BOUNDS[uncertainty](number), uncertainty)], phrase


@pytest.mark.parametrize("language", _RANGES)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_a_composed_range_has_the_ends_that_its_parts_imply(language: str, data: st.DataObject) -> None:
    low, high = data.draw(st.tuples(st.integers(32, 900), st.integers(1, 90)).map(lambda pair: (pair[0], sum(pair))))
    shape = data.draw(st.sampled_from(_RANGES[language]))
    ends = [str(low), str(high)]
    if data.draw(st.booleans()):
        ends = [end.translate(_EASTERN) for end in ends]
    phrase = f"{shape.format(*ends)} {_NOUNS[language]}"
    assert _read(phrase, language) == [(None, low, high, "range")], phrase


@pytest.mark.parametrize("language", ["en", "ar", "ru", "tr", "und"])
@settings(deadline=None, max_examples=200)
@given(text=st.text() | st.text(alphabet="0123456789 -.,:'ـوالكم من\u064b\u200bbetween and noאכ не до"))
def test_any_text_is_searched_and_the_spans_do_not_overlap(language: str, text: str) -> None:
    found = find_numbers(text, language=language)
    for number in found:
        assert text[number.quantity.start : number.quantity.end] == number.quantity.text
        assert number.modifier is None or text[number.modifier.start : number.modifier.end] == number.modifier.text
    assert all(before.quantity.end <= after.quantity.start for before, after in pairwise(found))


@given(st.text() | st.text(alphabet="ـ .*قتيلةأى abÀé½ﷺً۲/۵\u200bıİß־’"))
def test_the_view_with_places_is_the_folded_view(text: str) -> None:
    view, places = fold_with_places(text)
    assert view == fold(text)
    assert len(view) == len(places)
    assert all(before <= after for before, after in pairwise(places))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("language", "piece"),
    [
        *(("en", piece) for piece in ("no ", "a hundred and ", "1-", "at least ", "1,000 ", "x")),
        *(("ar", piece) for piece in ("من ", "ـ ", "و", "خمسة وعشرين ")),
        *(("ru", piece) for piece in ("1 ", "до ")),
    ],
)
def test_twice_the_text_takes_about_twice_the_time(language: str, piece: str) -> None:
    def seconds(n_characters: int) -> float:
        text = (piece * (n_characters // len(piece) + 1))[:n_characters]
        start = time.perf_counter()
        find_numbers(text, language=language)
        return time.perf_counter() - start

    seconds(1_000)
    # Quadratic time would be four times as much; the constant hides what timers add to nothing.
    assert seconds(200_000) < 3.3 * seconds(100_000) + 0.3


def test_a_codebook_gives_every_number_an_estimate() -> None:
    found = find_numbers("Dozens died, 10 to 15 more were hurt", language="en", codebook=load_codebook("acled"))
    assert [(number.estimate.best, number.estimate.rule) for number in found if number.estimate] == [
        (12, "acled/tens_dozens_hundreds"),
        (10, "acled/range"),
    ]
    assert "estimate" in found[0].to_record()
    assert "estimate" not in find_numbers("ten", language="en")[0].to_record()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("two dozen", "en"),
        ("no casualties", "en"),
        ("dos docenas", "es"),
        ("des dizaines", "fr"),
        ("birkaç yüz", "tr"),
        ("عشرات", "ar"),
        ("ده‌ها تن", "fa"),
        ("близько сотні", "uk"),
        ("25", "und"),
        ("xyzzy", detect_language("xyzzy")),
        ("Les combats ont repris dans la nuit autour de la ville assiégée, sans que la trêve soit rompue.", "fr"),
    ],
)
def test_the_number_words_of_a_short_text_tell_its_language(text: str, language: str) -> None:
    assert detect_number_language(text) == language
