"""Settings in YAML: reading a file of keys, and saying in one line what is wrong with it."""

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from .errors import ConfigError


def read_yaml_mapping(path: Path, *, what: str, example: str) -> dict[str, Any]:
    """The keys and values of a YAML file.

    Args:
        path: The file.
        what: What it is, for messages: ``run config``.
        example: A file of the kind to look at.

    Raises:
        ConfigError: Where the file is missing, no YAML in UTF-8, or no mapping.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path}: {error.strerror}; name a YAML file, such as {example}") from None
    except (UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{path}: no valid YAML in UTF-8: {' '.join(str(error).split())}; mend it") from None
    if not isinstance(content, dict):
        raise ConfigError(f"{path}: a {what} is a mapping of keys to values; see {example}")
    return content


def first_problem(error: ValidationError, *, model: type[BaseModel], what: str) -> str:
    """The first problem in one line: the key and the mend, and how many problems there are besides.

    Args:
        error: What pydantic found.
        model: The model that was validated; its keys are what an unknown key is compared with.
        what: What the whole is called where no key is to blame.
    """
    problem = error.errors()[0]
    key = ".".join(str(part) for part in problem["loc"])
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    if problem["type"] == "extra_forbidden":
        *parents, name = problem["loc"]
        known = _known_keys(model, parents)
        close = get_close_matches(str(name), known, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known keys: {', '.join(known)}"
        return f"unknown key {key!r}; {hint}{more}"
    if problem["type"] == "missing":
        return f"key {key!r} is missing; add it{more}"
    message = problem["msg"].removeprefix("Value error, ")
    return f"{key or what}: {message}{more}"


def _known_keys(model: type[BaseModel], parents: Sequence[Any]) -> list[str]:
    for parent in parents:
        if isinstance(parent, int):
            continue  # a place in a list: the model of its items was found with the list
        field = model.model_fields.get(str(parent))
        inner = None if field is None else _model_in(field.annotation)
        if inner is None:
            break
        model = inner
    return sorted(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """The model that an annotation speaks of, itself, optional, or as the items of a tuple."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (tuple, Union, UnionType, Annotated):
        found = (_model_in(argument) for argument in get_args(annotation))
        return next((inner for inner in found if inner is not None), None)
    return None
