"""reportedly: type, sources and quantitative claims of conflict news, with exact offsets.

>>> import reportedly
>>> extractor = reportedly.load("starter")
>>> prediction = extractor("Local activists said the warplanes raided over 25 times.")
>>> prediction.claims[0].value
Value(point=25, low=26, high=None)
"""

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


def __getattr__(name: str) -> Any:
    # ONNX Runtime takes a moment to import: reading and writing records must not wait for it.
    if name in ("Extractor", "load"):
        from .models import extractor

        return getattr(extractor, name)
    if name in ("NumberExpression", "find_numbers"):
        from .models import expressions

        return getattr(expressions, name)
    if name == "detect_number_language":
        from .models.number_language import detect_number_language

        return detect_number_language
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
