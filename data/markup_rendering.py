"""Annotated articles written as corpus markup; the inverse of ``markup.py``."""

import re
from decimal import Decimal

from .article import Article
from .errors import MarkupError
from .markup import ESCAPED, PLAIN_DIGITS, ROLE_LETTERS
from .prediction import Claim, Prediction
from .taxonomy import AMOUNT_MEASURES


def render_markup(article: Article, gold: Prediction, *, split: str = "train") -> str:
    """Write an annotated article as markup; the inverse of ``compile_markup``.

    Raises:
        MarkupError: Where two spans cross, or the text itself could not come back unchanged.
    """
    # One entry a distinct range: the tags of all that it stands for.
    tags: dict[tuple[int, int], list[str]] = {}
    numbers = {claim.id: number for number, claim in enumerate(gold.claims, start=1)}
    source_numbers = {source.id: number for number, source in enumerate(gold.sources, start=1)}
    for source in gold.sources:
        words = [f"s{source_numbers[source.id]}", source.type]
        if source.same_as is not None:
            words.append(f"as:s{source_numbers[source.same_as]}")
        tags.setdefault((source.span.start, source.span.end), []).extend(words)
    shared: dict[tuple[int, int, str], list[int]] = {}
    for claim in gold.claims:
        number = numbers[claim.id]
        for role, span in claim.spans()[1:]:
            shared.setdefault((span.start, span.end, ROLE_LETTERS[role]), []).append(number)
    # Roles stand before the quantity's classes, so that a class is never read as one of a source.
    for (start, end, letter), claims in shared.items():
        tags.setdefault((start, end), []).insert(0, letter + _listed(claims))
    for claim in gold.claims:
        try:
            words = _claim_words(claim, numbers=numbers, source_numbers=source_numbers)
        except MarkupError as error:
            raise MarkupError(f"{article.id}: {error}") from None
        tags.setdefault((claim.quantity.start, claim.quantity.end), []).extend(words)
    text = _insert(article, tags)
    if article.text != article.text.strip() or re.search(r"(?m)^===|[\r\v\f\x1c-\x1e\x85\u2028\u2029]", article.text):
        raise MarkupError(f"{article.id}: the text has blank ends, a line that begins with ===, or odd line breaks")
    if len(article.id.split()) != 1:
        raise MarkupError(f"{article.id!r}: the id has spaces in it; replace them")
    labels = ", ".join(tag.label for tag in gold.tags)
    return f"=== {article.id}\ntype: {gold.type.label}\ntags: {labels}\nsplit: {split}\n---\n{text}\n"


def _claim_words(claim: Claim, *, numbers: dict[str, int], source_numbers: dict[str, int]) -> list[str]:
    words = [f"q{numbers[claim.id]}", claim.measure]
    words += [] if claim.uncertainty == "exact" else [claim.uncertainty]
    words += [] if claim.factuality == "asserted" else [claim.factuality]
    words += ["implicit"] if claim.implicit else []
    words += [] if claim.uncertainty == "unknown" else _stated_words(claim)
    value = claim.value
    bound = {"more_than": value.low, "less_than": value.high}.get(claim.uncertainty)
    if bound is not None and bound == value.point and claim.measure not in AMOUNT_MEASURES:
        words.append("amount")
    if claim.attribution is not None:
        words.append(f"by:s{source_numbers[claim.attribution.source]}")
    if claim.part_of is not None:
        words.append(f"of:q{numbers[claim.part_of]}")
    return words


def _stated_words(claim: Claim) -> list[str]:
    """``=NUMBER`` or ``=LOW..HIGH``, or nothing where the quantity says the number in plain digits."""
    value = claim.value
    is_range = claim.uncertainty == "range"
    first = value.low if value.point is None else value.point
    last = value.high if is_range else first
    if first is None or last is None or (is_range and first == last):
        raise MarkupError(
            f"claim {claim.id}: {claim.quantity.text!r} has no number that markup can state; correct its value"
        )
    # Decimal, because a float would write small numbers as 1e-05.
    digits = [f"{Decimal(str(number)):f}" for number in (first, last)]
    if is_range:
        return [f"={digits[0]}..{digits[1]}"]
    plain = claim.quantity.text.replace(",", "") if PLAIN_DIGITS.fullmatch(claim.quantity.text) else None
    return [] if plain is not None and float(plain) == first else [f"={digits[0]}"]


def _insert(article: Article, tags: dict[tuple[int, int], list[str]]) -> str:
    pieces: list[str] = []
    opened: list[tuple[int, int]] = []
    position = 0

    def write(until: int) -> None:
        nonlocal position
        pieces.append(ESCAPED.sub(lambda match: "\\" + match.group(), article.text[position:until]))
        position = until

    def close() -> None:
        span = opened.pop()
        write(span[1])
        pieces.append(f"]({' '.join(tags[span])})")

    for start, end in sorted(tags, key=lambda span: (span[0], -span[1])):
        while opened and opened[-1][1] <= start:
            close()
        if opened and opened[-1][1] < end:
            crossing = (article.text[slice(*opened[-1])], article.text[start:end])
            raise MarkupError(f"{article.id}: spans {crossing[0]!r} and {crossing[1]!r} cross; the markup only nests")
        write(start)
        pieces.append("[")
        opened.append((start, end))
    while opened:
        close()
    write(len(article.text))
    return "".join(pieces)


def _listed(numbers: list[int]) -> str:
    """The inverse of ``_numbers``: runs of neighbours are joined by a hyphen."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return ",".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
