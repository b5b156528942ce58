"""Every wrong claim of a model beside the right one."""

from collections.abc import Iterator
from dataclasses import dataclass

from ..data.article import Article
from ..data.prediction import Claim, Prediction
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


def find_wrong_claims(article: Article, reference: Prediction, predicted: Prediction) -> Iterator[WrongClaim]:
    """The claims of an article that are not wholly right, in the order of the text; matched as the metrics match."""
    matched = match_spans([c.quantity for c in reference.claims], [c.quantity for c in predicted.claims])
    pairs: list[tuple[Claim | None, Claim | None]] = [
        (reference.claims[place], predicted.claims[other]) for place, other in matched
    ]
    pairs += [(claim, None) for n, claim in enumerate(reference.claims) if n not in {a for a, _ in matched}]
    pairs += [(None, claim) for n, claim in enumerate(predicted.claims) if n not in {b for _, b in matched}]
    for gold, found in sorted(pairs, key=_place):
        if gold is None or found is None:
            kinds: tuple[str, ...] = ("missed",) if found is None else ("invented",)
        else:
            right = right_parts(reference, predicted, gold, found)
            kinds = tuple(kind for kind in ERROR_KINDS if not right.get(kind, True))
        if kinds:
            yield WrongClaim(
                article=article, reference=reference, predicted=predicted, gold=gold, found=found, kinds=kinds
            )


def _place(pair: tuple[Claim | None, Claim | None]) -> int:
    claim = pair[0] or pair[1]
    assert claim is not None
    return claim.quantity.start
