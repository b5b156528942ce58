"""reportedly: type, sources and quantitative claims of conflict news, with exact offsets.

>>> import reportedly
>>> extractor = reportedly.load("starter")
>>> prediction = extractor("Local activists said the warplanes raided over 25 times.")
>>> prediction.claims[0].value
Value(point=25, low=26, high=None)
"""

import importlib
from typing import TYPE_CHECKING, Any

from .data.article import Article
from .data.errors import (
    CheckpointError,
    ConfigError,
    MarkupError,
    MissingDependencyError,
    RecordError,
    ReportedlyError,
    SourceFileError,
)
from .data.estimate import Estimate
from .data.prediction import Attribution, Claim, Prediction, Source, Span, Tag, TypeLabel
from .data.value import Value

if TYPE_CHECKING:
    from .models.expressions import NumberExpression, find_numbers
    from .models.extractor import Extractor, load
    from .models.number_language import detect_number_language

__all__ = [
    "Article",
    "Attribution",
    "CheckpointError",
    "Claim",
    "ConfigError",
    "Estimate",
    "Extractor",
    "MarkupError",
    "MissingDependencyError",
    "NumberExpression",
    "Prediction",
    "RecordError",
    "ReportedlyError",
    "Source",
    "SourceFileError",
    "Span",
    "Tag",
    "TypeLabel",
    "Value",
    "__version__",
    "detect_number_language",
    "find_numbers",
    "load",
]

__version__ = "0.1.0"


# ONNX Runtime takes a moment to import: reading and writing records must not wait for it.
_LOADED_WHEN_ASKED_FOR = {
    "Extractor": "extractor",
    "load": "extractor",
    "NumberExpression": "expressions",
    "find_numbers": "expressions",
    "detect_number_language": "number_language",
}


def __getattr__(name: str) -> Any:
    if name not in _LOADED_WHEN_ASKED_FOR:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f".models.{_LOADED_WHEN_ASKED_FOR[name]}", __name__), name)
