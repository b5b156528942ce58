"""One-to-one matching of gold and predicted spans, as the contract's last section defines it."""

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from ..data.prediction import Prediction, Span

HALF = 0.5
"""Overlap (intersection over union) from which two spans count as the same part."""


def match_spans(reference: Sequence[Span], predicted: Sequence[Span], *, least: float = 0.0) -> list[tuple[int, int]]:
    """Match spans one to one by overlap, best first; ties go to the earlier span.

    Args:
        reference: Gold spans.
        predicted: Predicted spans.
        least: The least overlap of a match; 0 demands any overlap at all.

    Returns:
        Pairs of indices (reference, predicted), sorted by the reference's index.
    """
    pairs = []
    ordered = sorted(range(len(predicted)), key=lambda place: predicted[place].start)
    # Up to where all predicted spans have ended: none before it can overlap a span that starts there.
    furthest_ends = list(accumulate((predicted[other].end for other in ordered), max))
    for place, span in enumerate(reference):
        for index in range(bisect_right(furthest_ends, span.start), len(ordered)):
            other = ordered[index]
            if predicted[other].start >= span.end:
                break
            overlap = span.overlap(predicted[other])
            if overlap > 0 and overlap >= least:
                pairs.append((-overlap, place, other))
    taken_reference: set[int] = set()
    taken_predicted: set[int] = set()
    matched = []
    for _, place, other in sorted(pairs):
        if place not in taken_reference and other not in taken_predicted:
            taken_reference.add(place)
            taken_predicted.add(other)
            matched.append((place, other))
    return sorted(matched)


def same_part(reference: Span | None, predicted: Span | None) -> bool:
    """Whether a part is right: both absent, or overlapping by at least half of their union."""
    if reference is None or predicted is None:
        return reference is None and predicted is None
    return reference.overlap(predicted) >= HALF


def same_attribution(
    reference: Prediction, predicted: Prediction, reference_source: str | None, predicted_source: str | None
) -> bool:
    """Whether two attributions name the same source.

    Right where both are None, where the source spans overlap by at least half, or where the predicted span so
    overlaps any mention that is the same source as the reference's by ``same_as``.
    """
    if reference_source is None or predicted_source is None:
        return reference_source is None and predicted_source is None
    predicted_span = next(source.span for source in predicted.sources if source.id == predicted_source)
    speaker = reference.speaker_of(reference_source)
    return any(
        source.span.overlap(predicted_span) >= HALF and reference.speaker_of(source.id) == speaker
        for source in reference.sources
    )
