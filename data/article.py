"""An article: the text that everything points into."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import RecordError


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article as given: the text is never normalised, stripped or re-encoded.

    Attributes:
        text: The text; every offset of a prediction counts Unicode code points into it. May be empty.
        id: Identifier, unique within a job.
        language: ISO 639-1 code; None until detected.
        meta: Further fields of the input record (outlet, date, url …), carried along untouched.

    Raises:
        RecordError: Where ``id`` is empty, a field is no string, or the text holds lone surrogates
            (which no output encoding can write).
    """

    text: str
    id: str
    language: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not isinstance(self.id, str) or not self.id:
            raise RecordError(f"article id {self.id!r} must be a non-empty string")
        if not isinstance(self.text, str):
            raise RecordError(f"article {self.id}: text must be a string, not {type(self.text).__name__}")
        if self.language is not None and not isinstance(self.language, str):
            raise RecordError(f"article {self.id}: language must be a string such as 'ar', not {self.language!r}")
        try:
            self.text.encode("utf-8")
        except UnicodeEncodeError as error:
            raise RecordError(
                f"article {self.id}: lone surrogate {self.text[error.start]!r} at character {error.start}; "
                "the text was decoded wrongly before it came here: decode it as UTF-8 or UTF-16 again"
            ) from None
