"""What the joint model's heads stand for, in the order of their logits."""

from typing import Final

LAYERS: Final = ("quantity", "modifier", "item", "event", "actor", "location", "time", "source", "cue")
"""Span layers; each has its own begin/inside/outside labels, so that spans of two roles may overlap."""

OUTSIDE, BEGIN, INSIDE = 0, 1, 2

POINTERS: Final = ("modifier", "item", "event", "actor", "location", "time", "source", "cue", "part_of")
"""Where a quantity points: to a span of the layer of that name, ``part_of`` to another quantity, or nowhere."""

CONTEXT_POINTERS: Final = ("modifier", "item", "event")
"""Pointers whose targets the classifiers of a quantity look at."""
