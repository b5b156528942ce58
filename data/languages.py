"""The language of a text."""

import re

_MAX_CHARACTERS = 4000
_ADDRESS = re.compile(r"https?://\S+|www\.\S+|\S+@\S+|[@#]\w+")

# Letters of each script and the languages told apart within it. A language more costs accuracy for all others of
# its script, above all in headlines.
_SCRIPTS = {
    "latin": (
        re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+"),
        ("en", "fr", "es", "pt", "de", "it", "nl", "tr", "pl", "id", "sw", "so", "ku"),
    ),
    "arabic": (
        re.compile("[\u0620-\u065f\u066e-\u06d3\u0750-\u077f\u08a0-\u08ff\ufb50-\ufdff\ufe70-\ufefc]+"),
        ("ar", "fa", "ur", "ps"),
    ),
    "hebrew": (re.compile("[\u05d0-\u05ea]+"), ("he",)),
    "cyrillic": (re.compile("[\u0400-\u052f]+"), ("ru", "uk", "be", "sr")),
    "greek": (re.compile("[\u0370-\u03ff]+"), ("el",)),
    "armenian": (re.compile("[\u0530-\u058f]+"), ("hy",)),
    "georgian": (re.compile("[\u10a0-\u10ff]+"), ("ka",)),
    "ethiopic": (re.compile("[\u1200-\u137f]+"), ("am",)),
    "devanagari": (re.compile("[\u0900-\u097f]+"), ("hi", "ne", "mr")),
    "bengali": (re.compile("[\u0980-\u09ff]+"), ("bn",)),
    "myanmar": (re.compile("[\u1000-\u109f]+"), ("my",)),
    "hangul": (re.compile("[\uac00-\ud7af]+"), ("ko",)),
    "han": (re.compile("[\u3040-\u30ff\u4e00-\u9fff]+"), ("zh", "ja")),
}
# Abjads leave the short vowels out: a page in two languages looks more Latin than it is.
_LETTER_WEIGHTS = {"arabic": 2, "hebrew": 2}


_CODE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z0-9]+)*")


def is_language_code(language: str) -> bool:
    """Whether this has the form of a language code (``ar``, ``ckb``, ``ar-SY``), not of a name (``Arabic``)."""
    return _CODE.fullmatch(language) is not None


def languages_of_script(language: str) -> tuple[str, ...]:
    """The languages that are told apart from ``language`` by their words, for they share its script; it is one."""
    return next((languages for _, languages in _SCRIPTS.values() if language in languages), (language,))


def detect_language(text: str) -> str:
    """The ISO 639-1 code of the language that most of the text is in; ``und`` where there are no letters to tell.

    The first 4,000 characters decide, addresses and hashtags left out. The script with the most letters is taken
    first and only what is written in it is judged, so that menus and captions in another script do not count;
    py3langid (Barbaresi; after langid.py, Lui and Baldwin 2012) then chooses among the languages of that script:
    Arabic, Persian, Urdu, Pashto; Russian, Ukrainian, Belarusian, Serbian; thirteen in Latin letters; and so on.
    """
    text = _ADDRESS.sub(" ", text[:_MAX_CHARACTERS])
    words = {script: letters.findall(text) for script, (letters, _) in _SCRIPTS.items()}
    sizes = {script: sum(map(len, words[script])) * _LETTER_WEIGHTS.get(script, 1) for script in words}
    script = max(sizes, key=sizes.__getitem__)
    if not sizes[script]:
        return "und"
    languages = _SCRIPTS[script][1]
    if len(languages) == 1:
        return languages[0]
    # Loading its model takes a tenth of a second: only who asks pays.
    import py3langid

    ranked: list[tuple[str, float]] = py3langid.rank(" ".join(words[script]))
    return next(language for language, _ in ranked if language in languages)
