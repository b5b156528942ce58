"""A prediction: an article's type, tags, sources and claims. Gold has the same shape, without scores.

The JSON form is the contract's ``prediction.schema.json``; see ``records.py`` for the way in and out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .errors import RecordError
from .estimate import Estimate
from .taxonomy import ACTOR_TAGS, ARTICLE_TYPES, CLAIM_PARTS, FACTUALITIES, MEASURES, SOURCE_TYPES, UNCERTAINTIES
from .value import Value


def _require_label(label: str, allowed: tuple[str, ...], what: str) -> None:
    if label not in allowed:
        raise RecordError(f"{what} {label!r} is unknown; choose one of {', '.join(allowed)}")


def _require_probability(score: float | None, what: str) -> None:
    if score is not None and not 0.0 <= score <= 1.0:
        raise RecordError(f"{what} {score!r} must lie between 0 and 1")


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of code points with the text it covers.

    Attributes:
        start: First code point, from 0.
        end: One past the last; greater than ``start``.
        text: ``article.text[start:end]``.
    """

    start: int
    end: int
    text: str

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise RecordError(f"span [{self.start}, {self.end}) must not be empty or negative")
        if len(self.text) != self.end - self.start:
            raise RecordError(
                f"span [{self.start}, {self.end}) has a text of {len(self.text)} characters: {self.text!r}"
            )

    @classmethod
    def of(cls, text: str, start: int, end: int) -> "Span":
        """The span ``text[start:end]``."""
        return cls(start, end, text[start:end])

    def overlap(self, other: "Span") -> float:
        """Intersection over union with ``other`` in code points, between 0 and 1."""
        shared = min(self.end, other.end) - max(self.start, other.start)
        if shared <= 0:
            return 0.0
        return shared / (max(self.end, other.end) - min(self.start, other.start))


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeLabel:
    """The article type with its probability.

    Attributes:
        label: One of ``ARTICLE_TYPES``.
        score: Probability of ``label``; None in gold.
        scores: Probability of every type; empty in gold.
    """

    label: str
    score: float | None = None
    scores: Mapping[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _require_label(self.label, ARTICLE_TYPES, "article type")
        _require_probability(self.score, "type score")
        for label, score in self.scores.items():
            _require_label(label, ARTICLE_TYPES, "article type")
            _require_probability(score, f"score of type {label}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """An actor tag with its probability (None in gold)."""

    label: str
    score: float | None = None

    def __post_init__(self) -> None:
        _require_label(self.label, ACTOR_TAGS, "tag")
        _require_probability(self.score, f"score of tag {self.label}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A mention of whoever is said to have said, reported, seen or counted something.

    Attributes:
        id: Unique among the article's sources.
        span: The noun phrase.
        type: One of ``SOURCE_TYPES``.
        same_as: Id of an earlier mention of the same source, or None.
        score: Probability that this is a source mention; None in gold.
    """

    id: str
    span: Span
    type: str
    same_as: str | None = None
    score: float | None = None

    def __post_init__(self) -> None:
        _require_label(self.type, SOURCE_TYPES, f"source {self.id}: type")
        _require_probability(self.score, f"score of source {self.id}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribution:
    """Who vouches for a claim: the id of a source of the article, and the cue word(s), if any."""

    source: str
    cue: Span | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One quantity that the text puts forward, with everything the text says about it.

    Attributes:
        id: Unique among the article's claims.
        quantity: The number expression; for an implicit count the article word or the noun itself.
        implicit: Whether the count is only implied ("a civilian", "غارتين").
        modifier, item, event, actor, location, time: Parts of the claim; None where the text has none.
        uncertainty: One of ``UNCERTAINTIES``.
        value: The interval that the words allow.
        measure: One of ``MEASURES``.
        factuality: One of ``FACTUALITIES``.
        part_of: Id of the claim that already counts these, or None.
        attribution: Who vouches; None where the outlet itself does.
        score: Probability that this is a claim; None in gold.
        estimate: What a codebook makes of the claim; None where none was asked for.
    """

    id: str
    quantity: Span
    implicit: bool
    modifier: Span | None = None
    item: Span | None = None
    event: Span | None = None
    actor: Span | None = None
    location: Span | None = None
    time: Span | None = None
    uncertainty: str
    value: Value
    measure: str
    factuality: str = "asserted"
    part_of: str | None = None
    attribution: Attribution | None = None
    score: float | None = None
    estimate: Estimate | None = None

    def __post_init__(self) -> None:
        _require_label(self.uncertainty, UNCERTAINTIES, f"claim {self.id}: uncertainty")
        _require_label(self.measure, MEASURES, f"claim {self.id}: measure")
        _require_label(self.factuality, FACTUALITIES, f"claim {self.id}: factuality")
        _require_probability(self.score, f"score of claim {self.id}")

    def part(self, name: str) -> Span | None:
        """The span of part ``name``, one of ``CLAIM_PARTS``."""
        if name not in CLAIM_PARTS:
            raise KeyError(name)
        part: Span | None = getattr(self, name)
        return part

    def spans(self) -> list[tuple[str, Span]]:
        """Every span of the claim by role, the quantity first, the cue last."""
        found = [("quantity", self.quantity)]
        found += [(name, span) for name in CLAIM_PARTS if (span := self.part(name)) is not None]
        if self.attribution is not None and self.attribution.cue is not None:
            found.append(("cue", self.attribution.cue))
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Prediction:
    """All that is known of one article; reference and prediction are the same type.

    Raises:
        RecordError: Where ids repeat, or a reference (``same_as``, ``part_of``, ``attribution``) points
            to nothing, to itself, or runs in a circle.
    """

    id: str
    language: str
    type: TypeLabel
    tags: tuple[Tag, ...] = ()
    sources: tuple[Source, ...] = ()
    claims: tuple[Claim, ...] = ()
    model: str | None = None

    def __post_init__(self) -> None:
        source_ids = self._unique([source.id for source in self.sources], "source id")
        claim_ids = self._unique([claim.id for claim in self.claims], "claim id")
        self._unique([tag.label for tag in self.tags], "tag")
        self._follow({s.id: s.same_as for s in self.sources}, source_ids, "same_as of source")
        self._follow({c.id: c.part_of for c in self.claims}, claim_ids, "part_of of claim")
        for claim in self.claims:
            if claim.attribution is not None and claim.attribution.source not in source_ids:
                raise RecordError(
                    f"{self.id}: attribution of claim {claim.id} names source {claim.attribution.source!r}, "
                    "which the record does not have"
                )

    def _unique(self, names: list[str], what: str) -> set[str]:
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise RecordError(f"{self.id}: {what} {name!r} stands twice")
            seen.add(name)
        return seen

    def _follow(self, links: dict[str, str | None], known: set[str], what: str) -> None:
        # Chains that end well, so that each link is followed once.
        sound: set[str] = set()
        for start in links:
            passed = {start}
            target = links[start]
            while target is not None and target not in sound:
                if target not in known:
                    raise RecordError(f"{self.id}: {what} {start} names {target!r}, which the record does not have")
                if target in passed:
                    raise RecordError(f"{self.id}: {what} {start} runs in a circle")
                passed.add(target)
                target = links[target]
            sound |= passed

    def spans(self) -> list[tuple[str, Span]]:
        """Every span of the record with where it stands, such as ``("claim c1 item", span)``."""
        found = [(f"source {source.id}", source.span) for source in self.sources]
        for claim in self.claims:
            found += [(f"claim {claim.id} {role}", span) for role, span in claim.spans()]
        return found

    def check_text(self, text: str) -> None:
        """Check that every span slices back to its text.

        Raises:
            RecordError: Naming the record, the span and what stands there instead.
        """
        for where, span in self.spans():
            there = text[span.start : span.end]
            if there != span.text:
                raise RecordError(
                    f"{self.id}: {where} says {span.text!r} at [{span.start}, {span.end}), the text has {there!r}"
                )

    def speaker_of(self, source_id: str) -> str:
        """The id of the first mention in the ``same_as`` chain of ``source_id``."""
        links = {source.id: source.same_as for source in self.sources}
        while (earlier := links[source_id]) is not None:
            source_id = earlier
        return source_id
