r"""The corpus markup: an article written once, with its annotation in the text.

A file holds articles, each with a header, a line of three hyphens, and the text::

    === en-kadra-01
    type: military
    tags: government_forces, opposition_forces
    split: train
    ---
    [Local activists](s1 activist) [said](u1) [the warplanes](a1) [raided](e1) [over](m1) [25](q1 strikes
    more_than by:s1) [times](i1).

A span is ``[text](tags)``; spans nest but do not cross. Literal brackets are ``\[`` and ``\]``, a
literal backslash is ``\\``. Tags, separated by spaces:

- ``qN`` the quantity of claim N, followed by its classes: a measure (required), an uncertainty (else
  ``exact``), a factuality (else ``asserted``), ``implicit``, ``amount`` (a weight or another amount that
  is no count), ``by:sK`` (attributed to source K), ``of:qM`` (part of claim M), ``=NUMBER`` or
  ``=LOW..HIGH``: the number as digits, required unless the quantity is written in plain digits.
- ``mN iN eN aN lN tN uN`` modifier, item, event, actor, location, time and cue of claim N; a list such
  as ``l1-3,5`` gives one span to several claims.
- ``sN`` a source mention, followed by its type and, for a later mention of the same one, ``as:sK``.

Compiling renumbers claims and sources in the order of the text.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from .article import Article
from .errors import MarkupError, RecordError
from .prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from .taxonomy import (
    ACTOR_TAGS,
    AMOUNT_MEASURES,
    ARTICLE_TYPES,
    CLAIM_PARTS,
    FACTUALITIES,
    MEASURES,
    SOURCE_TYPES,
    UNCERTAINTIES,
)
from .value import value_of

SPLITS = ("train", "validation")
_HEADER_KEYS = ("type", "tags", "split")
_ROLES = {"m": "modifier", "i": "item", "e": "event", "a": "actor", "l": "location", "t": "time", "u": "cue"}
ROLE_LETTERS = {role: letter for letter, role in _ROLES.items()}
_ROLE_TAG = re.compile(r"([miealtu])(\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
PLAIN_DIGITS = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")
_TITLE = re.compile(r"===\s+(\S+)\s*")
ESCAPED = re.compile(r"[\\\[\]]")


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusArticle:
    """A compiled article of the corpus.

    Attributes:
        article: The text without markup.
        gold: Its annotation.
        split: ``train`` or ``validation``.
        path, line: Where the article begins, for messages.
    """

    article: Article
    gold: Prediction
    split: str
    path: str
    line: int


@dataclass(slots=True)
class _ClaimDraft:
    number: int
    line: int
    span: Span
    classes: dict[str, str] = field(default_factory=dict)
    implicit: bool = False
    is_count: bool | None = None
    source: int | None = None
    whole: int | None = None
    stated: tuple[float, float] | None = None
    parts: dict[str, Span] = field(default_factory=dict)


@dataclass(slots=True)
class _SourceDraft:
    number: int
    line: int
    span: Span
    type: str | None = None
    earlier: int | None = None


_Draft = TypeVar("_Draft", _ClaimDraft, _SourceDraft)


def compile_markup(markup: str, *, language: str, path: str) -> Iterator[CorpusArticle | MarkupError]:
    """Compile every article of a markup file.

    Args:
        markup: The file's text.
        language: ISO 639-1 code of its articles.
        path: Name of the file, for messages.

    Yields:
        The compiled article, or the first error found in it: one bad article never stops the others.
    """
    lines = markup.splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("===")]
    if any(line.strip() for line in lines[: starts[0] if starts else len(lines)]):
        yield MarkupError(f"{path}:1: text before the first article; begin it with '=== ID'")
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        try:
            yield _compile_article(lines[start:end], language=language, path=path, first_line=start + 1)
        except RecordError as error:
            yield error if isinstance(error, MarkupError) else MarkupError(f"{path}:{start + 1}: {error}")


def _compile_article(lines: list[str], *, language: str, path: str, first_line: int) -> CorpusArticle:
    title = _TITLE.fullmatch(lines[0])
    if title is None:
        raise MarkupError(f"{path}:{first_line}: {lines[0]!r} is no title; write '=== ID', the id without spaces")
    identifier = title.group(1)
    header, body_at = _read_header(lines, path=path, first_line=first_line)
    reader = _BodyReader(path=path, first_line=first_line + body_at)
    text = reader.read("\n".join(lines[body_at:]))
    gold = Prediction(
        id=identifier,
        language=language,
        type=TypeLabel(label=header["type"]),
        tags=tuple(Tag(label=label) for label in re.split(r"[,\s]+", header["tags"]) if label),
        sources=reader.sources(),
        claims=reader.claims(),
    )
    gold.check_text(text)
    article = Article(id=identifier, text=text, language=language)
    return CorpusArticle(article=article, gold=gold, split=header["split"], path=path, line=first_line)


def _read_header(lines: list[str], *, path: str, first_line: int) -> tuple[dict[str, str], int]:
    header: dict[str, str] = {}
    for offset, line in enumerate(lines[1:], start=1):
        if line.strip() == "---":
            break
        key, colon, value = line.partition(":")
        key = key.strip()
        if not colon or key not in _HEADER_KEYS or key in header:
            raise MarkupError(
                f"{path}:{first_line + offset}: {line!r} is no header line; write each of "
                f"{', '.join(_HEADER_KEYS)} at most once as 'key: value', then a line '---'"
            )
        header[key] = value.strip()
    else:
        raise MarkupError(f"{path}:{first_line}: the header has no end; write a line '---' before the text")
    header.setdefault("split", "train")
    header.setdefault("tags", "")
    if header.get("type") not in ARTICLE_TYPES:
        raise MarkupError(
            f"{path}:{first_line}: type {header.get('type')!r} is unknown; choose one of {', '.join(ARTICLE_TYPES)}"
        )
    for label in re.split(r"[,\s]+", header["tags"]):
        if label and label not in ACTOR_TAGS:
            raise MarkupError(f"{path}:{first_line}: tag {label!r} is unknown; choose from {', '.join(ACTOR_TAGS)}")
    if header["split"] not in SPLITS:
        raise MarkupError(f"{path}:{first_line}: split {header['split']!r} is neither {' nor '.join(SPLITS)}")
    return header, offset + 1


class _BodyReader:
    """Reads one article's marked text into plain text, claims and sources."""

    def __init__(self, *, path: str, first_line: int) -> None:
        self._path = path
        self._first_line = first_line
        self._claims: dict[int, _ClaimDraft] = {}
        self._sources: dict[int, _SourceDraft] = {}
        self._roles: list[tuple[str, int, Span, int]] = []

    def _error(self, line: int, message: str) -> MarkupError:
        return MarkupError(f"{self._path}:{self._first_line + line}: {message}")

    def read(self, marked: str) -> str:
        """The plain text, without blank lines around it; fills the drafts."""
        lead = len(marked) - len(marked.lstrip())
        line = marked[:lead].count("\n")
        marked = marked.strip()
        plain: list[str] = []
        length = 0
        opened: list[tuple[int, int]] = []
        found: list[tuple[int, int, str, int]] = []
        position = 0
        while position < len(marked):
            character = marked[position]
            if character == "\\" and ESCAPED.match(marked, position + 1):
                plain.append(marked[position + 1])
                length += 1
                position += 2
                continue
            if character == "[":
                opened.append((length, line))
            elif character == "]":
                closing = marked.find(")", position)
                if not opened or marked[position + 1 : position + 2] != "(" or closing < 0:
                    raise self._error(
                        line, "']' closes no span with tags; write [text](tags), a literal bracket as \\]"
                    )
                start, at = opened.pop()
                found.append((start, length, marked[position + 2 : closing], at))
                line += marked.count("\n", position, closing)
                position = closing
            else:
                plain.append(character)
                length += 1
                line += character == "\n"
            position += 1
        if opened:
            raise self._error(opened[-1][1], "'[' is never closed; write [text](tags), a literal bracket as \\[")
        text = "".join(plain)
        for start, end, tags, at in sorted(found):
            self._read_span(text, start, end, tags, at)
        self._attach_roles()
        return text

    def _read_span(self, text: str, start: int, end: int, tags: str, line: int) -> None:
        if start == end:
            raise self._error(line, f"an empty span has the tags ({tags})")
        span = Span.of(text, start, end)
        if span.text != span.text.strip():
            raise self._error(
                line, f"span {span.text!r} begins or ends with a space; move the space out of the brackets"
            )
        draft: _ClaimDraft | _SourceDraft | None = None
        words = tags.split()
        if not words:
            raise self._error(line, f"span {span.text!r} has no tags")
        for word in words:
            if re.fullmatch(r"q\d+", word):
                draft = self._new(self._claims, _ClaimDraft(int(word[1:]), line, span), word)
            elif re.fullmatch(r"s\d+", word):
                draft = self._new(self._sources, _SourceDraft(int(word[1:]), line, span), word)
            elif role := _ROLE_TAG.fullmatch(word):
                if any(int(first) > int(last) for first, last in re.findall(r"(\d+)-(\d+)", word)):
                    raise self._error(line, f"{word!r} counts downwards; write the smaller number first, as in l1-3")
                for number in _numbers(role.group(2)):
                    self._roles.append((_ROLES[role.group(1)], number, span, line))
            elif isinstance(draft, _ClaimDraft):
                self._describe_claim(draft, word)
            elif isinstance(draft, _SourceDraft):
                self._describe_source(draft, word)
            else:
                raise self._error(line, f"tag {word!r} is unknown here; classes follow their qN or sN")

    def _new(self, drafts: dict[int, _Draft], draft: _Draft, word: str) -> _Draft:
        if draft.number in drafts:
            raise self._error(draft.line, f"{word} stands twice; every claim has one quantity, every source one span")
        drafts[draft.number] = draft
        return draft

    def _describe_claim(self, draft: _ClaimDraft, word: str) -> None:
        for kind, allowed in (("measure", MEASURES), ("uncertainty", UNCERTAINTIES), ("factuality", FACTUALITIES)):
            if word in allowed:
                if kind in draft.classes:
                    raise self._error(draft.line, f"q{draft.number} has two values of {kind}: {word} beside another")
                draft.classes[kind] = word
                return
        if word == "implicit":
            draft.implicit = True
        elif word == "amount":
            draft.is_count = False
        elif reference := re.fullmatch(r"by:s(\d+)", word):
            self._require_first(draft, draft.source, word)
            draft.source = int(reference.group(1))
        elif reference := re.fullmatch(r"of:q(\d+)", word):
            self._require_first(draft, draft.whole, word)
            draft.whole = int(reference.group(1))
        elif word.startswith("="):
            self._require_first(draft, draft.stated, word)
            draft.stated = self._stated_number(word, draft.line)
        else:
            raise self._error(draft.line, f"q{draft.number}: {word!r} is no class of a claim")

    def _require_first(self, draft: _ClaimDraft, earlier: object, word: str) -> None:
        if earlier is not None:
            raise self._error(draft.line, f"q{draft.number}: {word} stands beside another of its kind; keep one")

    def _stated_number(self, word: str, line: int) -> tuple[float, float]:
        low, dots, high = word[1:].partition("..")
        if not _NUMBER.fullmatch(low) or (dots and not _NUMBER.fullmatch(high)):
            raise self._error(line, f"{word!r} is no number; write =25, =1.5 or =10..15, digits only")
        return float(low), float(high) if dots else float(low)

    def _describe_source(self, draft: _SourceDraft, word: str) -> None:
        if word in SOURCE_TYPES:
            if draft.type is not None:
                raise self._error(draft.line, f"s{draft.number} has two types: {draft.type} and {word}")
            draft.type = word
        elif reference := re.fullmatch(r"as:s(\d+)", word):
            draft.earlier = int(reference.group(1))
        else:
            raise self._error(draft.line, f"s{draft.number}: {word!r} is no source type; {', '.join(SOURCE_TYPES)}")

    def _attach_roles(self) -> None:
        for role, number, span, line in self._roles:
            claim = self._claims.get(number)
            if claim is None:
                raise self._error(line, f"{ROLE_LETTERS[role]}{number}: there is no quantity q{number} in this article")
            if role in claim.parts:
                raise self._error(
                    line, f"claim {number} has two spans for {role}: {claim.parts[role].text!r} and {span.text!r}"
                )
            claim.parts[role] = span

    def sources(self) -> tuple[Source, ...]:
        """The sources in the order of the text."""
        names = self._names(self._sources, "s")
        made = []
        for number, draft in sorted(self._sources.items(), key=lambda item: item[1].span):
            if draft.type is None:
                raise self._error(draft.line, f"s{number} has no type; one of {', '.join(SOURCE_TYPES)}")
            earlier = self._resolve(draft.earlier, names, draft.line, "as:s")
            if earlier is not None and self._sources[draft.earlier or 0].span >= draft.span:
                raise self._error(draft.line, f"as:s{draft.earlier} of s{number} is no earlier mention")
            made.append(Source(id=names[number], span=draft.span, type=draft.type, same_as=earlier))
        return tuple(made)

    def claims(self) -> tuple[Claim, ...]:
        """The claims in the order of the text."""
        names = self._names(self._claims, "c")
        source_names = self._names(self._sources, "s")
        made = []
        for number, draft in sorted(self._claims.items(), key=lambda item: item[1].span):
            if "measure" not in draft.classes:
                raise self._error(draft.line, f"q{number} has no measure; one of {', '.join(MEASURES)}")
            source = self._resolve(draft.source, source_names, draft.line, "by:s")
            cue = draft.parts.pop("cue", None)
            if cue is not None and source is None:
                raise self._error(draft.line, f"q{number} has the cue {cue.text!r} but no source; add by:sN")
            low, high = self._number(draft)
            uncertainty = draft.classes.get("uncertainty", "exact")
            is_count = draft.is_count if draft.is_count is not None else draft.classes["measure"] not in AMOUNT_MEASURES
            parts: dict[str, Any] = {part: draft.parts.get(part) for part in CLAIM_PARTS}
            made.append(
                Claim(
                    id=names[number],
                    quantity=draft.span,
                    implicit=draft.implicit,
                    **parts,
                    uncertainty=uncertainty,
                    value=value_of(low, high, uncertainty=uncertainty, is_count=is_count),
                    measure=draft.classes["measure"],
                    factuality=draft.classes.get("factuality", "asserted"),
                    part_of=self._resolve(draft.whole, names, draft.line, "of:q"),
                    attribution=None if source is None else Attribution(source=source, cue=cue),
                )
            )
        return tuple(made)

    def _number(self, draft: _ClaimDraft) -> tuple[float | None, float | None]:
        if draft.classes.get("uncertainty") == "unknown":
            return None, None
        if draft.stated is not None:
            if (draft.stated[0] != draft.stated[1]) != (draft.classes.get("uncertainty") == "range"):
                raise self._error(draft.line, f"q{draft.number}: write =LOW..HIGH for a range, and only for a range")
            return draft.stated
        if PLAIN_DIGITS.fullmatch(draft.span.text):
            number = float(draft.span.text.replace(",", ""))
            return number, number
        raise self._error(
            draft.line, f"q{draft.number}: {draft.span.text!r} is not written in plain digits; state its number as =N"
        )

    @staticmethod
    def _names(drafts: Mapping[int, _ClaimDraft | _SourceDraft], letter: str) -> dict[int, str]:
        ordered = sorted(drafts, key=lambda number: drafts[number].span)
        return {number: f"{letter}{place}" for place, number in enumerate(ordered, start=1)}

    def _resolve(self, number: int | None, names: dict[int, str], line: int, prefix: str) -> str | None:
        if number is None:
            return None
        if number not in names:
            raise self._error(line, f"{prefix}{number} names something that is not in this article")
        return names[number]


def _numbers(listed: str) -> Iterator[int]:
    for item in listed.split(","):
        first, _, last = item.partition("-")
        yield from range(int(first), int(last or first) + 1)
