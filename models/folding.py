"""A folded view of a text, in which number words are recognised whatever their spelling, script and damage."""

import re
import unicodedata
from collections.abc import Callable, Sequence

CURRENCY_SIGNS = "$€£¥₪₺₴₽"
"""The signs that may stand beside an amount of money."""

_CHARACTERS = str.maketrans(
    {character: f" {unicodedata.numeric(character)} " for character in "¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞"}
    | dict.fromkeys("\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\xad")
    | dict.fromkeys("‐‑‒–—―−~־", "-")
    | dict.fromkeys("’‘ʼ׳٬`´", "'")
    | {"،": ",", "٫": ".", "ı": "i"}
    # Letters of neighbouring alphabets that look like Arabic ones.
    | dict.fromkeys("یىےېۍ", "ي") | dict.fromkeys("کڪ", "ك") | dict.fromkeys("ةہھۀۃە", "ه") | {"ٱ": "ا"}
)  # fmt: skip
# Letters that Cyrillic and Latin share by look; a word in both alphabets is written wholly in one of them.
_TO_CYRILLIC = str.maketrans("aceopxyikmthbsj", "асеорхуікмтнвѕј")
_TO_LATIN = str.maketrans("асеорхуікмтнвѕјαερινκτοχυ", "aceopxyikmthbsjaepivktoxu")
_MIXED_WORD = re.compile(r"[^\W\d_]*(?:[a-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][a-z])[^\W\d_]*")
_LATIN, _OTHER_SCRIPT = re.compile("[a-z]"), re.compile("[\u0370-\u03ff\u0400-\u052f]")
# What a scanner takes for digits: "2O" and "l5". A small o may be an ordinal's (2º), an l behind digits litres.
_MISREAD_ZERO = re.compile(r"(?<=\d)[OО](?=[OО\d]*(?!\w))")
_MISREAD_ONE = re.compile(r"(?<!\w)l(?=\d)|(?<=\d)l(?=\d)")
# Tatweel that hides a word from filters ("شـ ـهـ ـيد"), and dots or stars between two letters ("قت.يل").
_CENSORED_SEAM = re.compile(r"ـ[\s.*_•]+ـ")
_CENSORED_DOT = re.compile(r"(?<=[^\W\d_])[.*_•]+(?=[^\W\d_])")
# An adverbial or accusative ending: ألفاً is ألف, but ألفا without its marks may be a dual.
_TANWIN = re.compile("(?:ا\u064b|\u064bا)(?!\\w)")
# Stretched letters ("тыыысячи"); two of a kind are spelling.
_STRETCHED = re.compile(r"(?<=(?P<stretched>[^\W\d_]))(?P=stretched){2,}")
_MARKS = re.compile("[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed]+")
# Persian writes decimals with a slash too (۲/۵ میلیون), with other digits only before a scale; three parts are a date.
_DECIMAL_SLASH = re.compile(r"(?<![/\d])([۰-۹]+|\d{1,3}(?=/\d\d?\s(?:میلی|ميلي|هزار|درصد)))/(\d{1,2})(?![/\d])")
# Where folding depends on neighbours, in a text without entangling characters.
_MIXED = r"[a-z][\u0370-\u03ff\u0400-\u052f]|[\u0370-\u03ff\u0400-\u052f][a-z]"
_ENTANGLED = re.compile("|".join([_CENSORED_DOT.pattern, _MIXED]))


class _FoldedCharacters(dict[int, str]):
    """What single characters fold to, worked out when they are first met.

    Attributes:
        entangling: Those met that bring their neighbours together, for they fold to nothing, or end a word with tanwin.
    """

    def __init__(self) -> None:
        self.entangling: set[str] = set()

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        folded = self[code_point] = _fold_entangled(character)
        if not folded or "\u064b" in unicodedata.normalize("NFKD", character):
            self.entangling.add(character)
        return folded


_FOLDED = _FoldedCharacters()


def fold(text: str) -> str:
    """A view of ``text`` for look-up: case, accents, hamza, ة/ه, ى/ي, tatweel, tanwin and zero-width marks folded.

    Its length differs from the text's; it is never a source of offsets.
    """
    text = _mend_digits(text)
    view = _fold_characters(text)
    return _fold_entangled(text) if view is None else _STRETCHED.sub("", view)


def _fold_characters(text: str) -> str | None:
    """``text`` folded character by character but for stretched letters; None where that is not all."""
    if text.isascii():
        return text.lower()
    view = text.translate(_FOLDED)
    is_all = _FOLDED.entangling.isdisjoint(text) and _ENTANGLED.search(view) is None
    # Superscripts become digits: a decimal slash is told in the text as it stands.
    return view if is_all and _DECIMAL_SLASH.search(text) is None else None


def _mend_digits(text: str) -> str:
    """``text`` with the letters that a scanner read for digits put right; its length stays."""
    if "O" in text or "О" in text:
        text = _MISREAD_ZERO.sub("0", text)
    return _MISREAD_ONE.sub("1", text) if "l" in text else text


def _mend_letters(view: str) -> str:
    """A folded text in which words mixed of look-alike letters are put into one alphabet; its length stays."""
    return _MIXED_WORD.sub(_in_one_alphabet, view)


def _in_one_alphabet(match: re.Match[str]) -> str:
    word = match.group()
    for table, foreign in ((_TO_CYRILLIC, _LATIN), (_TO_LATIN, _OTHER_SCRIPT)):
        if not foreign.search(written := word.translate(table)):
            return written
    return word


def _fold_entangled(text: str) -> str:
    text = _DECIMAL_SLASH.sub(r"\1.\2", text.translate(_CHARACTERS))
    if "ـ" in text:
        text = _CENSORED_SEAM.sub("", text)
    text = _TANWIN.sub("", unicodedata.normalize("NFKD", text))
    # Decomposed hamza and madda are marks too; the second pass maps what the decomposition brought up.
    text = _MARKS.sub("", text).casefold().translate(_CHARACTERS)
    return _mend_letters(_STRETCHED.sub("", _CENSORED_DOT.sub("", text)))


def fold_with_places(text: str) -> tuple[str, Sequence[int]]:
    """``fold(text)``, and for each of its characters the place in ``text`` of the character that it came from."""
    text = _mend_digits(text)
    characters = _fold_characters(text)
    # As long as before, and nothing vanished that could make up for a letter that became two: one for one.
    if characters is not None and len(characters) == len(text):
        return _without(_STRETCHED, characters, range(len(text)))
    view, places = _expanded(text, range(len(text)), lambda character: character.translate(_CHARACTERS))
    view = _DECIMAL_SLASH.sub(r"\1.\2", view)
    view, places = _without(_CENSORED_SEAM, view, places)
    view, places = _expanded(view, places, lambda character: unicodedata.normalize("NFKD", character))
    # What is decomposed already keeps its length: only marks stacked on one letter are put into their order.
    view = unicodedata.normalize("NFD", view)
    for pattern in (_TANWIN, _MARKS):
        view, places = _without(pattern, view, places)
    view, places = _expanded(view, places, lambda character: character.casefold().translate(_CHARACTERS))
    for pattern in (_CENSORED_DOT, _STRETCHED):
        view, places = _without(pattern, view, places)
    return _mend_letters(view), places


def _expanded(view: str, places: Sequence[int], rule: Callable[[str], str]) -> tuple[str, Sequence[int]]:
    # A text has few different characters: each is worked out once.
    forms = {character: rule(character) for character in set(view)}
    parts = [forms[character] for character in view]
    return "".join(parts), [place for part, place in zip(parts, places, strict=True) for _ in part]


def _without(pattern: re.Pattern[str], view: str, places: Sequence[int]) -> tuple[str, Sequence[int]]:
    kept, start = [], 0
    for match in pattern.finditer(view):
        kept.append((start, match.start()))
        start = match.end()
    if not kept:
        return view, places
    kept.append((start, len(view)))
    return "".join(view[a:b] for a, b in kept), [place for a, b in kept for place in places[a:b]]
