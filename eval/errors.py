"""Every wrong claim of a model beside the right one."""

from dataclasses import dataclass

from ..data.article import Article
from ..data.prediction import Claim, Prediction, Span
from ..data.taxonomy import CLAIM_PARTS
from .matching import match_spans
from .metrics import right_parts

ERROR_KINDS = (
    "missed", "invented", "value", "uncertainty", "measure", "attribution", "factuality", "implicit", "part_of",
    *CLAIM_PARTS,
)  # fmt: skip
"""What can be wrong with a claim, the gravest first: not found, found where none is, or one of its parts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrongClaim:
    """A claim that differs between gold and prediction.

    Attributes:
        article: Where it stands.
        reference, predicted: The whole gold and prediction of the article.
        gold: The gold claim; None where the model made one up.
        found: The predicted claim; None where the model missed it.
        kinds: What is wrong, of ``ERROR_KINDS``.
    """

    article: Article
    reference: Prediction
    predicted: Prediction
    gold: Claim | None
    found: Claim | None
    kinds: tuple[str, ...]

    @property
    def quantity(self) -> Span:
        """Where the claim stands: the gold quantity, or that of a claim made up."""
        claim = self.gold or self.found
        assert claim is not None
        return claim.quantity


def find_wrong_claims(article: Article, reference: Prediction, predicted: Prediction) -> list[WrongClaim]:
    """The claims of an article that are not wholly right, in the order of the text; matched as the metrics match."""
    matched = match_spans([c.quantity for c in reference.claims], [c.quantity for c in predicted.claims])
    hit, met = {place for place, _ in matched}, {other for _, other in matched}
    pairs: list[tuple[Claim | None, Claim | None]] = [
        *((reference.claims[place], predicted.claims[other]) for place, other in matched),
        *((claim, None) for place, claim in enumerate(reference.claims) if place not in hit),
        *((None, claim) for other, claim in enumerate(predicted.claims) if other not in met),
    ]
    wrong = [
        WrongClaim(article=article, reference=reference, predicted=predicted, gold=gold, found=found, kinds=kinds)
        for gold, found in pairs
        if (kinds := _kinds(reference, predicted, gold, found))
    ]
    return sorted(wrong, key=lambda claim: claim.quantity.start)


def _kinds(reference: Prediction, predicted: Prediction, gold: Claim | None, found: Claim | None) -> tuple[str, ...]:
    if found is None:
        return ("missed",)
    if gold is None:
        return ("invented",)
    right = right_parts(reference, predicted, gold, found)
    return tuple(kind for kind in ERROR_KINDS if not right.get(kind, True))
