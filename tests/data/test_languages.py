import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.languages import detect_language

_SENTENCES = {
    "en": "At least five civilians were killed when shells hit the market on Friday morning, rescuers said.",
    "ar": "قال مسعفون إن خمسة مدنيين على الأقل قتلوا عندما سقطت قذائف على السوق صباح الجمعة.",
    "fa": "امدادگران گفتند صبح جمعه دست‌کم پنج غیرنظامی در گلوله‌باران بازار کشته شده‌اند.",
    "ur": "امدادی کارکنوں نے کہا کہ جمعہ کی صبح بازار پر گولہ باری میں کم از کم پانچ شہری ہلاک ہوئے ہیں",
    "ps": "ژغورونکو وویل چې د جمعې په سهار پر بازار باندې په برید کې لږ تر لږه پنځه ملکیان وژل شوي دي.",
    "ru": "По меньшей мере пять мирных жителей погибли при обстреле рынка в пятницу утром, сообщили спасатели.",
    "uk": "Щонайменше п'ятеро мирних мешканців загинули внаслідок обстрілу ринку в п'ятницю, повідомили рятувальники.",
    "he": "לפחות חמישה אזרחים נהרגו כשפגזים פגעו בשוק ביום שישי בבוקר, אמרו צוותי ההצלה.",
    "fr": "Au moins cinq civils ont été tués par des obus tombés sur le marché, selon les secouristes.",
    "es": "Al menos cinco civiles murieron cuando varios proyectiles cayeron en el mercado, según los rescatistas.",
    "pt": "Pelo menos cinco civis morreram quando projéteis atingiram o mercado, disseram os socorristas.",
    "de": "Mindestens fünf Zivilisten wurden durch Granaten auf dem Markt getötet, teilten Retter mit.",
    "tr": "Kurtarma ekipleri, pazar yerine düşen top mermilerinin en az beş sivili öldürdüğünü söyledi.",
    "am": "አምስት ሰላማዊ ሰዎች ተገድለዋል",
    "my": "အရပ်သား ငါးဦး သေဆုံးခဲ့သည်",
}


@pytest.mark.parametrize("language", _SENTENCES)
def test_a_sentence_is_enough_to_tell_its_language(language: str) -> None:
    assert detect_language(_SENTENCES[language]) == language


@pytest.mark.parametrize(
    "text", ["", " \n\t", "12 ٢٥ 3.5%", "🚑🚑", "!!! — …", "https://news.example/a/b", "@kadra_news", "a@b.example"]
)
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert detect_language(text) == "und"


@pytest.mark.parametrize("language", ["ar", "fa", "he", "ru"])
def test_menus_and_credits_in_another_script_do_not_count(language: str) -> None:
    clutter = "Home | World | Sport | Video | Subscribe\nhttps://news.example/2024/kadra\n"
    text = clutter + _SENTENCES[language] * 3 + "\nCopyright Kadra Daily. Follow us on Twitter @kadra_daily"
    assert detect_language(text) == language


def test_arabic_credits_around_an_english_article_do_not_count() -> None:
    text = "تحرير سامي | ترجمة هدى | تم النشر بتاريخ 18 أبريل خبر عسكري\n" + _SENTENCES["en"] * 3
    assert detect_language(text) == "en"


def test_words_broken_by_spaces_and_tatweel_are_still_arabic() -> None:
    assert detect_language("مـ ـقـ ـتـ ـل ثلاثة مدنيين وإصـ ـابـ ـة آخرين بقصف على السوق") == "ar"


def test_only_the_beginning_of_a_long_text_is_looked_at() -> None:
    assert detect_language(_SENTENCES["en"] * 50 + _SENTENCES["ar"] * 5000) == "en"


@given(st.text())
def test_any_text_has_a_language_and_always_the_same(text: str) -> None:
    language = detect_language(text)
    assert language.isascii()
    assert len(language) in (2, 3)
    assert detect_language(text) == language


def test_the_model_is_loaded_only_when_it_is_needed() -> None:
    code = (
        "import sys; from reportedly.data.languages import detect_language; detect_language('שלום'); "
        "sys.exit('py3langid' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
