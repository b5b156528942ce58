"""More training texts from those there are: the words change, and the labels with them, so that they stay true.

Each kind of change can be switched off; what each is worth is measured in ``docs/experiments.md``.
"""

import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ..data.article import Article
from ..data.edits import Edit, apply_edits
from ..data.prediction import Claim, Prediction, Span
from ..data.value import value_of
from .config import AugmentationConfig

AnnotatedArticle = tuple[Article, Prediction]

# Languages in which a name may stand in any place of a sentence without another ending.
_UNINFLECTED = frozenset({"en", "ar", "fr", "es"})
_CLUTTER = {
    "ar": ("شارك", "اقرأ أيضاً", "طباعة", "الرئيسية > أخبار", "تابعنا على تلغرام", "مشاركة عبر واتساب", "محرر الموقع"),
    "en": (
        "Share",
        "Tweet",
        "Print this page",
        "Home > News",
        "Read more",
        "Sign up for our newsletter",
        "Comments off",
    ),
}
# In these a noun's form depends on the last two digits of the number before it.
_AGREEING = frozenset({"ru", "uk"})
_PLAIN_NUMBER = re.compile(r"\d{1,6}")
_ARABIC_WORD = re.compile("[\u0621-\u063a\u0641-\u064a]{4,}")
# Up to ten Arabic nouns are plural, beyond they are singular.
_SMALL = 11


@dataclass(frozen=True, slots=True)
class _Pools:
    """What the training texts offer for exchange.

    Attributes:
        sources: Source mentions by language and type.
        locations: Places by language and kind of first letter.
        modifiers: Words that bound a number, by language and class.
    """

    sources: dict[tuple[str, str], list[str]]
    locations: dict[tuple[str, bool], list[str]]
    modifiers: dict[tuple[str, str], list[str]]


def augment(articles: Sequence[AnnotatedArticle], config: AugmentationConfig, *, seed: int) -> list[AnnotatedArticle]:
    """Changed copies of the articles, ``config.copies`` of each, their ids ending in ``~1``, ``~2`` …

    Args:
        articles: Training articles with their annotation.
        config: Which changes are made, and how many copies.
        seed: The same seed gives the same copies.
    """
    pools = _pools(articles)
    copies = []
    for number in range(1, config.copies + 1):
        for article, gold in articles:
            identifier = f"{article.id}~{number}"
            generator = random.Random(f"{seed} {identifier}")
            copy = replace(article, id=identifier), replace(gold, id=identifier)
            for change in _changes(config, pools):
                copy = change(*copy, generator)
            copies.append(copy)
    return copies


_Change = Callable[[Article, Prediction, random.Random], AnnotatedArticle]


def _changes(config: AugmentationConfig, pools: _Pools) -> Iterator[_Change]:
    """The changes in their order: what exchanges whole spans comes before what changes letters."""
    if config.numbers:
        yield _with_other_numbers
    if config.modifiers:
        yield lambda article, gold, generator: _exchanged(article, gold, generator, _modifier_edits(gold, pools))
    if config.sources:
        yield lambda article, gold, generator: _exchanged(article, gold, generator, _source_edits(gold, pools))
    if config.locations:
        yield lambda article, gold, generator: _exchanged(article, gold, generator, _location_edits(gold, pools))
    if config.clutter:
        yield _with_clutter
    if config.censoring:
        yield _with_censoring
    if config.punctuation:
        yield _with_lost_punctuation
    if config.casing:
        yield _with_other_case


def _pools(articles: Sequence[AnnotatedArticle]) -> _Pools:
    pools = _Pools(defaultdict(list), defaultdict(list), defaultdict(list))
    for _, gold in articles:
        for source in gold.sources:
            # Pronouns and bare nouns would lose what they refer to.
            if source.same_as is None and " " in source.span.text:
                pools.sources[gold.language, source.type].append(source.span.text)
        for claim in gold.claims:
            if (place := _short_location(claim)) is not None:
                pools.locations[gold.language, _kind(place.text)].append(place.text)
            if (modifier := _leading_modifier(claim)) is not None:
                pools.modifiers[gold.language, claim.uncertainty].append(modifier.text)
    return pools


def _short_location(claim: Claim) -> Span | None:
    """The place of a claim where it is a name rather than a description."""
    return claim.location if claim.location is not None and len(claim.location.text.split()) <= 2 else None


def _leading_modifier(claim: Claim) -> Span | None:
    """The modifier of a claim where it stands before the number."""
    modifier = claim.modifier
    return modifier if modifier is not None and modifier.end <= claim.quantity.start else None


def _kind(text: str) -> bool:
    """Whether a name begins with a capital letter, or in Arabic with the article: only like is put for like."""
    return text[0].isupper() or text.startswith("ال")


def _exchanged(
    article: Article, gold: Prediction, generator: random.Random, choices: dict[Span, list[str]]
) -> AnnotatedArticle:
    """Put another text of its pool in the place of half the spans, the same one for the same words."""
    held = {span for _, span in gold.spans()}
    chosen: dict[str, str] = {}
    edits: list[Edit] = []
    for span in sorted(choices, key=lambda span: (span.start, -span.end)):
        is_nested = any(other != span and other.overlap(span) > 0 for other in held)
        if is_nested or (edits and span.start < edits[-1].end):
            continue
        if span.text not in chosen:
            chosen[span.text] = generator.choice(choices[span]) if generator.random() < 0.5 else span.text
        if chosen[span.text] != span.text:
            edits.append(Edit(span.start, span.end, chosen[span.text]))
    return apply_edits(article, gold, edits)


def _source_edits(gold: Prediction, pools: _Pools) -> dict[Span, list[str]]:
    if gold.language not in _UNINFLECTED:
        return {}
    referred = {source.same_as for source in gold.sources}
    found = {}
    for source in gold.sources:
        others = [
            text
            for text in pools.sources.get((gold.language, source.type), ())
            if text[0].isupper() == source.span.text[0].isupper()
        ]
        # A mention that others refer back to keeps its words, for they may repeat them.
        if source.same_as is None and source.id not in referred and " " in source.span.text and others:
            found[source.span] = others
    return found


def _location_edits(gold: Prediction, pools: _Pools) -> dict[Span, list[str]]:
    if gold.language not in _UNINFLECTED:
        return {}
    return {
        place: pools.locations[gold.language, _kind(place.text)]
        for claim in gold.claims
        if (place := _short_location(claim)) is not None
    }


def _modifier_edits(gold: Prediction, pools: _Pools) -> dict[Span, list[str]]:
    return {
        modifier: [
            text
            for text in pools.modifiers[gold.language, claim.uncertainty]
            if text[0].isupper() == modifier.text[0].isupper()
        ]
        for claim in gold.claims
        if (modifier := _leading_modifier(claim)) is not None
        # A range must keep the word that belongs to its joint: between … and, from … to.
        and claim.uncertainty != "range"
    }


def _with_other_numbers(article: Article, gold: Prediction, generator: random.Random) -> AnnotatedArticle:
    """Other figures for plain digits; a part stays smaller than its whole, and a figure said twice stays the same."""
    chosen: dict[int, int] = {}
    edits, claims = [], []
    wholes = {claim.part_of for claim in gold.claims}
    for claim in gold.claims:
        number = _plain_number(claim)
        if number is None or (number < _SMALL and claim.id in wholes):
            claims.append(claim)
            continue
        if number not in chosen:
            chosen[number] = _other_number(number, generator, keeps_two_digits=gold.language in _AGREEING)
        other = chosen[number]
        is_count = claim.value.low != number if claim.uncertainty == "more_than" else claim.value.high != number
        value = value_of(other, other, uncertainty=claim.uncertainty, is_count=is_count)
        claims.append(replace(claim, value=value))
        # In the digits of the same script.
        zero = ord(claim.quantity.text[0]) - int(claim.quantity.text[0])
        written = "".join(chr(zero + int(digit)) for digit in str(other))
        edits.append(Edit(claim.quantity.start, claim.quantity.end, written))
    return apply_edits(article, replace(gold, claims=tuple(claims)), edits)


def _plain_number(claim: Claim) -> int | None:
    """The number of a claim in plain digits that no other claim counts a part of; None for others."""
    text = claim.quantity.text
    is_plain = _PLAIN_NUMBER.fullmatch(text) is not None and claim.value.point == int(text) and int(text[0]) > 0
    return int(text) if is_plain and claim.part_of is None and not claim.implicit else None


def _other_number(number: int, generator: random.Random, *, keeps_two_digits: bool) -> int:
    """A number of like size: small ones stay small, others grow by up to a half and keep their round zeros."""
    if keeps_two_digits:
        return number if number < 100 else number + 100 * generator.randint(0, number // 200)
    if number <= 2:
        return number
    if number < _SMALL:
        return generator.randint(3, _SMALL - 1)
    unit: int = 10 ** (len(str(number)) - len(str(number).rstrip("0")))
    return max(number, round(number * generator.uniform(1.0, 1.5) / unit) * unit)


def _with_clutter(article: Article, gold: Prediction, generator: random.Random) -> AnnotatedArticle:
    lines = _CLUTTER.get(gold.language, ())
    edits = []
    if lines and generator.random() < 0.3:
        edits.append(Edit(0, 0, "\n".join(generator.sample(lines, 2)) + "\n"))
    if lines and generator.random() < 0.3:
        edits.append(Edit(len(article.text), len(article.text), "\n" + "\n".join(generator.sample(lines, 2))))
    return apply_edits(article, gold, edits)


def _with_censoring(article: Article, gold: Prediction, generator: random.Random) -> AnnotatedArticle:
    """Arabic words broken by stretched letters, as posts break them to pass filters."""
    if gold.language != "ar" or generator.random() > 0.15:
        return article, gold
    edits = []
    for match in _ARABIC_WORD.finditer(article.text):
        if generator.random() < 0.12:
            place = match.start() + generator.randint(2, len(match.group()) - 2)
            edits.append(Edit(place, place, generator.choice(("ـ", "ـ ـ", "ــ"))))
    return apply_edits(article, gold, edits)


def _with_lost_punctuation(article: Article, gold: Prediction, generator: random.Random) -> AnnotatedArticle:
    """Commas and apostrophes lost, and line breaks become spaces, as scraped pages have it."""
    if generator.random() > 0.3:
        return article, gold
    inside = {place for _, span in gold.spans() for place in range(span.start, span.end)}
    edits = [
        Edit(match.start(), match.end(), "" if match.group() != "\n" else " ")
        for match in re.finditer("[,،'’]|\n", article.text)
        if match.start() not in inside and generator.random() < 0.8
    ]
    return apply_edits(article, gold, edits)


def _with_other_case(article: Article, gold: Prediction, generator: random.Random) -> AnnotatedArticle:
    """The first line in capitals, or everything in small letters; only where every letter keeps its length."""
    draw = generator.random()
    if draw > 0.15:
        return article, gold
    end = len(article.text) if draw < 0.05 else article.text.find("\n")
    changed = "".join(
        other if len(other := (character.lower() if draw < 0.05 else character.upper())) == 1 else character
        for character in article.text[: max(end, 0)]
    )
    text = changed + article.text[len(changed) :]
    return _respelt(article, gold, text)


def _respelt(article: Article, gold: Prediction, text: str) -> AnnotatedArticle:
    """The annotation over a text that differs letter by letter only."""
    edits = [
        Edit(place, place + 1, after)
        for place, (before, after) in enumerate(zip(article.text, text, strict=True))
        if before != after
    ]
    return apply_edits(article, gold, edits)
