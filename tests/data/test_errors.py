import pickle

import pytest

from reportedly.data import errors


@pytest.mark.parametrize(
    "error",
    [
        errors.RecordError("r"),
        errors.MarkupError("m"),
        errors.SourceFileError("s"),
        errors.ConfigError("c"),
        errors.CheckpointError("k"),
        errors.MissingDependencyError(purpose="training", extra="train"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_every_error_comes_back_from_a_worker_process(error: errors.ReportedlyError) -> None:
    copy = pickle.loads(pickle.dumps(error))
    assert type(copy) is type(error)
    assert str(copy) == str(error)
    assert isinstance(copy, errors.ReportedlyError)


def test_a_missing_library_is_named_with_the_command_that_brings_it() -> None:
    assert 'pip install "reportedly[train]"' in str(errors.MissingDependencyError(purpose="training", extra="train"))
