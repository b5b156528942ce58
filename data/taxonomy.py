"""The closed label sets of the contract, in their fixed order.

The order is part of every checkpoint: index ``i`` of a classifier head is entry ``i`` of the tuple.
"""

from types import MappingProxyType
from typing import Final

ARTICLE_TYPES: Final = (
    "military",
    "civilian_harm",
    "security",
    "political",
    "humanitarian",
    "protest",
    "justice",
    "economy_services",
    "other",
)
ACTOR_TAGS: Final = (
    "government_forces",
    "opposition_forces",
    "jihadist_groups",
    "allied_militias",
    "separatist_forces",
    "foreign_forces",
    "international_organisations",
    "government_bodies",
    "civilians",
    "medical_and_rescue",
    "media_workers",
)
SOURCE_TYPES: Final = (
    "activist",
    "monitor",
    "correspondent",
    "media",
    "military",
    "government",
    "armed_group",
    "political",
    "local_authority",
    "medical",
    "rescue",
    "civilian",
    "ngo",
    "igo",
    "expert",
    "unnamed",
    "other",
)
UNCERTAINTIES: Final = (
    "exact",
    "approximate",
    "at_least",
    "more_than",
    "at_most",
    "less_than",
    "range",
    "vague",
    "unknown",
)
MEASURES: Final = (
    "killed",
    "injured",
    "casualties",
    "missing",
    "detained",
    "abducted",
    "displaced",
    "evacuated",
    "fighters",
    "people",
    "strikes",
    "munitions",
    "attacks",
    "equipment",
    "localities",
    "infrastructure",
    "aid",
    "money",
    "percentage",
    "duration",
    "distance",
    "other",
)
FACTUALITIES: Final = ("asserted", "possible", "projected", "denied")

CLAIM_PARTS: Final = ("modifier", "item", "event", "actor", "location", "time")
"""The optional span parts of a claim, in the contract's order; ``quantity`` is required beside them."""

AMOUNT_MEASURES: Final = frozenset({"money", "percentage", "duration", "distance"})
"""Measures that are amounts, not counts: ``more_than`` and ``less_than`` keep the bound itself."""

LABEL_SETS: Final = MappingProxyType(
    {
        "type": ARTICLE_TYPES,
        "tag": ACTOR_TAGS,
        "source type": SOURCE_TYPES,
        "uncertainty": UNCERTAINTIES,
        "measure": MEASURES,
        "factuality": FACTUALITIES,
    }
)
"""Every label set by the name used in messages."""
