"""The language in which a short text writes its numbers."""

from ..data.languages import detect_language, languages_of_script
from .expressions import find_numbers

READ_LANGUAGES = ("ar", "de", "en", "es", "fa", "fr", "he", "ru", "tr", "uk")
"""The languages whose number words are read."""

_LONGEST_SHORT = 80


def detect_number_language(text: str) -> str:
    """The ISO 639-1 code of the language of ``text``, told by its number words where the text is short.

    A detector of languages needs a sentence or two: "two dozen" has too few letters. Up to 80 characters, the
    languages with number words and the text's script are tried, and the one whose number expressions cover the most
    letters is taken, English before others that cover as many if nothing else tells; longer texts, and short ones
    without number words, have the language of ``detect_language``.
    """
    detected = detect_language(text)
    if len(text) > _LONGEST_SHORT:
        return detected
    scripted = languages_of_script(detected)
    candidates = [language for language in READ_LANGUAGES if language in scripted]
    if len(candidates) < 2:
        return detected
    covered = {language: _n_covered(text, language=language) for language in candidates}
    most = max(covered.values())
    best = [language for language in candidates if covered[language] == most]
    if most == 0 or detected in best:
        return detected
    return "en" if "en" in best else best[0]


def _n_covered(text: str, *, language: str) -> int:
    """How many letters of ``text`` stand in number expressions and their modifiers."""
    spans = [
        span
        for number in find_numbers(text, language=language)
        for span in (number.quantity, number.modifier)
        if span is not None
    ]
    return sum(character.isalpha() for span in spans for character in span.text)
