"""Every error that reportedly raises on purpose.

ReportedlyError
├── RecordError            a record (article, prediction, gold line) that is not what it should be
│   └── MarkupError        a corpus article whose inline markup does not compile
├── SourceFileError        a file that cannot be read at all: missing, binary, wrong encoding, corrupt
├── ConfigError            a run config or a codebook with an unknown key, a wrong or a contradictory value
├── CheckpointError        a model folder that is missing, incomplete or damaged
└── MissingDependencyError an optional library that this command needs

Each message names the value, the place and the mend, in one line.
"""

from collections.abc import Callable
from functools import partial


class ReportedlyError(Exception):
    """Base class of all errors raised on purpose; catch it to handle a user's mistake."""


class RecordError(ReportedlyError, ValueError):
    """One record is invalid. The message names the record and the key; other records go on."""


class MarkupError(RecordError):
    """Inline corpus markup that does not compile; the message starts with ``file:line``."""


class SourceFileError(ReportedlyError, OSError):
    """A file could not be read as what it claims to be."""


class ConfigError(ReportedlyError, ValueError):
    """A run config or a codebook is wrong; the message names the key and the mend."""


class CheckpointError(ReportedlyError, OSError):
    """A checkpoint folder is missing, incomplete, corrupt or made for another purpose."""


class MissingDependencyError(ReportedlyError, ImportError):
    """An optional dependency is not installed; the message holds the pip command that brings it."""

    def __init__(self, *, purpose: str, extra: str) -> None:
        super().__init__(f'{purpose} needs more than the core install: pip install "reportedly[{extra}]"')
        self._again = partial(MissingDependencyError, purpose=purpose, extra=extra)

    def __reduce__(self) -> tuple[Callable[[], "MissingDependencyError"], tuple[()]]:
        # Exceptions are copied from worker processes by their positional arguments; this one has none.
        return self._again, ()
