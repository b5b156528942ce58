"""Which checkpoints there are: the shipped one, and those that training left under ``checkpoints/``."""

from pathlib import Path

from ..data.errors import CheckpointError
from .checkpoint import SETTINGS_FILE

STARTER = "starter"
_SHIPPED = Path(__file__).parent
_TRAINED = Path("checkpoints")


def find_checkpoint(model: str | Path) -> Path:
    """The folder of a checkpoint.

    Args:
        model: ``starter``, the name of a folder under ``checkpoints/``, or a folder.

    Raises:
        CheckpointError: Where there is none of that name.
    """
    if model == STARTER and (_SHIPPED / STARTER).is_dir():
        return _SHIPPED / STARTER
    for folder in (Path(model), _TRAINED / model):
        if folder.is_dir():
            return folder
    known = ", ".join(available_models()) or "none yet; 'reportedly train' makes one"
    raise CheckpointError(f"there is no model {str(model)!r}: no such folder; models there are: {known}")


def available_models() -> dict[str, Path]:
    """Folders of all checkpoints by name, the shipped one first."""
    found = {STARTER: _SHIPPED / STARTER} if (_SHIPPED / STARTER).is_dir() else {}
    if _TRAINED.is_dir():
        found |= {path.name: path for path in sorted(_TRAINED.iterdir()) if (path / SETTINGS_FILE).is_file()}
    return found
