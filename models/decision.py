"""The deciding half of extraction: from an encoded article to its prediction.

Decode the spans, link them, describe every quantity, read its value.
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from ..data.taxonomy import ACTOR_TAGS, ARTICLE_TYPES, CLAIM_PARTS, FACTUALITIES, MEASURES, SOURCE_TYPES, UNCERTAINTIES
from .boundaries import complete_number, snap_to_words
from .decoding import Floats, Pointing, TokenSpan, choose_target, decode_layer
from .extraction import Backend, Encoded, Settings
from .numbers import read_number
from .numerals import load_numerals
from .roles import LAYERS, POINTERS
from .uncertainty import reconcile_uncertainty
from .values import read_value
from .windows import Window, touching_tokens

_LINKED_BEFORE = 256
"""How many tokens before its own window a quantity may still point to."""


def decide(encoded: Encoded, *, backend: Backend, settings: Settings) -> Prediction:
    """Decode an encoded article into its prediction."""
    return _Decision(encoded, backend=backend, settings=settings).prediction()


@dataclass(slots=True)
class _Quantity:
    """A quantity with everything decided about it; spans in the article's token numbers."""

    span: TokenSpan
    parts: dict[str, TokenSpan]
    labels: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """The tokens within which one window's spans are linked.

    Attributes:
        begin, end: The frame's half-open range of tokens, in the article's numbers.
        candidates: The spans of every layer that begin in the frame, in the article's numbers.
    """

    begin: int
    end: int
    candidates: dict[str, list[TokenSpan]]

    def positions(self, spans: Sequence[TokenSpan]) -> NDArray[np.int64]:
        """First and last token of spans, counted from the frame's begin. *Shape:* ``(n_spans, 2)``

        A span that runs on beyond the frame counts as far as the frame goes.
        """
        places = [(span.first - self.begin, min(span.last, self.end - 1) - self.begin) for span in spans]
        return np.array(places, dtype=np.int64).reshape(-1, 2)

    def shifted(self, spans: Sequence[TokenSpan]) -> list[TokenSpan]:
        """The spans in the frame's own numbers."""
        return [TokenSpan(span.first - self.begin, span.last - self.begin, span.score) for span in spans]

    def unshifted(self, span: TokenSpan) -> TokenSpan:
        """A span of the frame in the article's numbers."""
        return TokenSpan(span.first + self.begin, span.last + self.begin, span.score)


class _Decision:
    """One article's way from probabilities to a prediction."""

    def __init__(self, encoded: Encoded, *, backend: Backend, settings: Settings) -> None:
        self._encoded = encoded
        self._backend = backend
        self._settings = settings
        self._language = encoded.article.language or "und"
        self._numerals = load_numerals(self._language)
        thresholds = settings.thresholds.layers
        self._spans = {
            name: self._whole(
                decode_layer(encoded.layers[:, column], threshold=thresholds[name], is_single=name == "source"),
                layer=name,
            )
            for column, name in enumerate(LAYERS)
        }
        self._quantities: list[_Quantity] = []
        self._source_types: list[Floats] = []
        self._same_as: list[TokenSpan | None] = []

    def _whole(self, spans: Sequence[TokenSpan], *, layer: str) -> list[TokenSpan]:
        """A layer's spans widened to whole words and number expressions; two that then overlap become one."""
        whole: list[TokenSpan] = []
        for span in spans:
            widened = self._text_span(span, is_quantity=layer == "quantity")
            first, beyond = touching_tokens(self._encoded.tokens, widened.start, widened.end)
            score = span.score
            if whole and first <= whole[-1].last:
                before = whole.pop()
                first, beyond, score = before.first, max(beyond, before.last + 1), max(score, before.score)
            whole.append(TokenSpan(first, beyond - 1, score))
        return whole

    def _text_span(self, span: TokenSpan, *, is_quantity: bool = False) -> Span:
        text, offsets = self._encoded.article.text, self._encoded.tokens.offsets
        start, end = int(offsets[span.first, 0]), int(offsets[span.last, 1])
        if is_quantity:
            return Span.of(text, *complete_number(text, start, end, language=self._language))
        return Span.of(text, *snap_to_words(text, start, end))

    def prediction(self) -> Prediction:
        for window in self._encoded.windows:
            self._link_window(window)
        article = self._encoded.article
        types = self._encoded.types
        best = int(types.argmax())
        empty = not len(self._encoded.tokens)
        sources = self._sources()
        return Prediction(
            id=article.id,
            language=self._language,
            model=self._settings.name,
            type=TypeLabel(label="other")
            if empty
            else TypeLabel(
                label=ARTICLE_TYPES[best],
                score=float(types[best]),
                scores=dict(zip(ARTICLE_TYPES, map(float, types), strict=True)),
            ),
            tags=() if empty else self._tags(),
            sources=sources,
            claims=self._claims(sources),
        )

    def _tags(self) -> tuple[Tag, ...]:
        least = self._settings.thresholds.tags
        return tuple(
            Tag(label=label, score=float(probability))
            for label, probability in zip(ACTOR_TAGS, self._encoded.tags, strict=True)
            if probability >= least.get(label, 0.5)
        )

    def _link_window(self, window: Window) -> None:
        quantities = self._spans_from("quantity", window.own_start, window.own_end)
        sources = self._spans_from("source", window.own_start, window.own_end)
        if not quantities and not sources:
            return
        frame = _Frame(
            begin=max(0, window.own_start - _LINKED_BEFORE),
            end=window.end,
            candidates={
                name: self._spans_from(name, max(0, window.own_start - _LINKED_BEFORE), window.end) for name in LAYERS
            },
        )
        linked = self._backend.link(
            self._encoded.states[frame.begin : frame.end], frame.positions(quantities), frame.positions(sources)
        )
        for place, span in enumerate(quantities):
            quantity = self._describe(span, linked, place, frame)
            if self._says_something(quantity):
                self._quantities.append(quantity)
        for place, span in enumerate(sources):
            self._source_types.append(linked["source_type"][place])
            self._same_as.append(self._earlier_mention(span, linked, place, frame))

    def _spans_from(self, layer: str, begin: int, end: int) -> list[TokenSpan]:
        """The layer's spans that begin in a range of tokens."""
        spans = self._spans[layer]
        first, last = (bisect_left(spans, place, key=lambda span: span.first) for place in (begin, end))
        return spans[first:last]

    def _describe(self, span: TokenSpan, linked: dict[str, Floats], place: int, frame: "_Frame") -> _Quantity:
        parts: dict[str, TokenSpan] = {}
        for column, role in enumerate(POINTERS):
            pointing = Pointing.of(
                linked["start"][place, column], linked["end"][place, column], float(linked["nowhere"][place, column])
            )
            candidates = frame.candidates["quantity" if role == "part_of" else role]
            if role == "part_of":
                candidates = [other for other in candidates if other != span]
            found = choose_target(
                pointing,
                frame.shifted(candidates),
                threshold=self._settings.thresholds.links[role],
                free=role not in ("source", "part_of"),
            )
            if found is not None:
                parts[role] = frame.unshifted(found)
            elif role == "item" and (beside := self._span_beside(span, candidates)) is not None:
                parts[role] = beside
        labels = {
            name: int(linked[name][place].argmax()) for name in ("uncertainty", "measure", "factuality", "implicit")
        }
        return _Quantity(span=span, parts=parts, labels=labels)

    def _span_beside(self, span: TokenSpan, candidates: Sequence[TokenSpan]) -> TokenSpan | None:
        """The span that directly follows a quantity, at most a joint such as "of the" between: what it counts."""
        text = self._encoded.article.text
        end = int(self._encoded.tokens.offsets[span.last, 1])
        for candidate in candidates:
            if span.last < candidate.first <= span.last + 3:
                between = text[end : int(self._encoded.tokens.offsets[candidate.first, 0])]
                if all(self._numerals.is_of(word.lower()) for word in between.split()):
                    return candidate
        return None

    def _says_something(self, quantity: _Quantity) -> bool:
        """Whether an explicit quantity can be read as a number at all, where the language's number words are known.

        What cannot (a stray conjunction, a noun) is no claim; it would stand there without any value.
        """
        labels = quantity.labels
        if labels["implicit"] or UNCERTAINTIES[labels["uncertainty"]] == "unknown" or not self._numerals.phrases:
            return True
        text = self._text_span(quantity.span, is_quantity=True).text
        return read_number(text, language=self._language) is not None

    def _earlier_mention(
        self, span: TokenSpan, linked: dict[str, Floats], place: int, frame: "_Frame"
    ) -> TokenSpan | None:
        """The earlier source mention that a mention repeats."""
        pointing = Pointing.of(
            linked["same_start"][place, 0], linked["same_end"][place, 0], float(linked["same_nowhere"][place, 0])
        )
        earlier = [other for other in frame.candidates["source"] if other.first < span.first]
        found = choose_target(pointing, frame.shifted(earlier), threshold=self._settings.thresholds.same_as, free=False)
        return None if found is None else frame.unshifted(found)

    def _sources(self) -> tuple[Source, ...]:
        names = {span.first: f"s{place}" for place, span in enumerate(self._spans["source"], start=1)}
        # All mentions of one source have one type: their evidence is summed over the chain.
        speakers: dict[int, int] = {}
        evidence: dict[int, Floats] = {}
        for span, types, earlier in zip(self._spans["source"], self._source_types, self._same_as, strict=True):
            speaker = span.first if earlier is None else speakers[earlier.first]
            speakers[span.first] = speaker
            evidence[speaker] = evidence[speaker] + types if speaker in evidence else types
        return tuple(
            Source(
                id=names[span.first],
                span=self._text_span(span),
                type=SOURCE_TYPES[int(evidence[speakers[span.first]].argmax())],
                same_as=None if earlier is None else names[earlier.first],
                score=span.score,
            )
            for span, earlier in zip(self._spans["source"], self._same_as, strict=True)
        )

    def _claims(self, sources: Sequence[Source]) -> tuple[Claim, ...]:
        source_ids = {span.first: source.id for span, source in zip(self._spans["source"], sources, strict=True)}
        wholes = self._wholes()
        return tuple(
            self._claim(f"c{place + 1}", quantity, source_ids=source_ids, whole=wholes[place])
            for place, quantity in enumerate(self._quantities)
        )

    def _item(self, item: Span | None, *, quantity: Span, implicit: bool) -> Span | None:
        """The item as the contract bounds it.

        The noun of an implicit count is quantity and item in one; of a number the item is what stands beside it.
        """
        text = self._encoded.article.text
        if implicit and read_number(quantity.text, language=self._language) is None:
            return quantity
        if item is None or item == quantity or not (item.start < quantity.end and quantity.start < item.end):
            return item
        if item.end > quantity.end:
            start = quantity.end + len(text[quantity.end : item.end]) - len(text[quantity.end : item.end].lstrip())
            return Span.of(text, start, item.end) if start < item.end else None
        end = item.start + len(text[item.start : quantity.start].rstrip())
        return Span.of(text, item.start, end) if item.start < end else None

    def _wholes(self) -> list[int | None]:
        """Which claim each claim is part of; a link that would close a circle is left out."""
        by_start = {quantity.span.first: place for place, quantity in enumerate(self._quantities)}
        wholes: list[int | None] = [None] * len(self._quantities)
        # The end of every chain so far, shortened whenever it is walked, so that long chains cost no square.
        ends = list(range(len(self._quantities)))
        for place, quantity in enumerate(self._quantities):
            target = quantity.parts.get("part_of")
            whole = None if target is None else by_start.get(target.first)
            if whole is None:
                continue
            end = whole
            while ends[end] != end:
                ends[end] = ends[ends[end]]
                end = ends[end]
            if end != place:
                wholes[place] = whole
                ends[place] = end
        return wholes

    def _claim(self, identifier: str, quantity: _Quantity, *, source_ids: dict[int, str], whole: int | None) -> Claim:
        parts: dict[str, Any] = {
            name: self._text_span(quantity.parts[name]) for name in CLAIM_PARTS if name in quantity.parts
        }
        source = quantity.parts.get("source")
        cue = quantity.parts.get("cue")
        span = self._text_span(quantity.span, is_quantity=True)
        measure = MEASURES[quantity.labels["measure"]]
        implicit = bool(quantity.labels["implicit"])
        parts["item"] = self._item(parts.get("item"), quantity=span, implicit=implicit)
        modifier, item = parts.get("modifier"), parts["item"]
        uncertainty = reconcile_uncertainty(
            UNCERTAINTIES[quantity.labels["uncertainty"]],
            quantity=span.text,
            modifier=modifier.text if modifier else None,
            implicit=implicit,
            language=self._language,
        )
        value = read_value(
            span.text,
            modifier=modifier.text if modifier else None,
            item=item.text if item else None,
            uncertainty=uncertainty,
            measure=measure,
            implicit=implicit,
            language=self._language,
        )
        return Claim(
            id=identifier,
            quantity=span,
            implicit=implicit,
            **parts,
            uncertainty=uncertainty,
            value=value,
            measure=measure,
            factuality=FACTUALITIES[quantity.labels["factuality"]],
            part_of=None if whole is None else f"c{whole + 1}",
            attribution=None
            if source is None
            else Attribution(source=source_ids[source.first], cue=self._text_span(cue) if cue else None),
            score=quantity.span.score,
        )
