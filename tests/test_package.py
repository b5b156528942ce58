import importlib
import json
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest

import reportedly
from reportedly.data import taxonomy
from reportedly.data.article import Article
from reportedly.data.prediction import Prediction
from reportedly.data.records import gold_to_record

_ROOT = Path(reportedly.__file__).parent
_NO_ROOMS = {"tests", "build", "dist", "docs", "checkpoints"}


def _rooms() -> set[str]:
    """Folders below the root that hold Python files and are part of the package."""
    return {
        path.parent.name
        for path in _ROOT.glob("*/*.py")
        if not path.parent.name.startswith((".", "_")) and path.parent.name not in _NO_ROOMS
    }


@pytest.fixture(scope="module")
def settings() -> dict[str, dict[str, object]]:
    path = _ROOT / "pyproject.toml"
    if not path.is_file():
        pytest.skip("the installed package is no working copy")
    with path.open("rb") as file:
        return tomllib.load(file)["tool"]["setuptools"]


def test_the_packages_listed_are_the_folders_that_hold_python_files(settings: dict[str, dict[str, object]]) -> None:
    assert settings["packages"] == ["reportedly", *(f"reportedly.{room}" for room in sorted(_rooms()))]


def test_rooms_are_flat() -> None:
    assert not [path for room in _rooms() for path in (_ROOT / room).glob("*/**/*.py")]


def test_every_public_name_can_be_imported_and_stands_in_order() -> None:
    assert reportedly.__all__ == sorted(reportedly.__all__)
    for name in reportedly.__all__:
        assert getattr(reportedly, name) is not None
    assert reportedly.load is importlib.import_module("reportedly.models.extractor").load


def test_all_names_everything_public() -> None:
    there = {
        name
        for name, value in vars(reportedly).items()
        if not name.startswith("_") and not isinstance(value, ModuleType) and name not in ("Any", "TYPE_CHECKING")
    }
    assert there | {"__version__"} <= set(reportedly.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'reportedly' has no attribute 'extract'"):
        _ = reportedly.extract


def test_the_version_is_that_of_the_distribution() -> None:
    assert version("reportedly") == reportedly.__version__


def test_no_module_is_loaded_under_two_names() -> None:
    names: dict[str, str] = {}
    for room in ("", *_rooms()):
        for path in sorted((_ROOT / room).glob("*.py")):
            if path.name != "__main__.py":
                stem = "" if path.stem == "__init__" else path.stem
                importlib.import_module(".".join(part for part in ("reportedly", room, stem) if part))
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if file and Path(file).is_relative_to(_ROOT) and not Path(file).is_relative_to(_ROOT / "tests"):
            if ".venv" in Path(file).parts:
                continue
            assert names.setdefault(file, name) == name
            assert name == "reportedly" or name.startswith("reportedly.")
    assert len(names) > 40


def test_importing_the_package_has_no_side_effect_to_see() -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "import reportedly"], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("", "")


@pytest.fixture(scope="module")
def schema() -> dict[str, object]:
    return json.loads((_ROOT / "data" / "prediction.schema.json").read_text(encoding="utf-8"))


def test_the_schema_is_a_valid_schema(schema: dict[str, object]) -> None:
    jsonschema.validators.validator_for(schema).check_schema(schema)


def test_the_schema_speaks_the_labels_of_the_taxonomy(schema: dict[str, object]) -> None:
    listed = {tuple(node["enum"]) for node in _objects(schema) if "enum" in node}
    for labels in taxonomy.LABEL_SETS.values():
        assert labels in listed


def _objects(node: object) -> list[dict[str, list[str]]]:
    if isinstance(node, dict):
        return [node, *(found for value in node.values() for found in _objects(value))]
    return [found for value in node for found in _objects(value)] if isinstance(node, list) else []


def test_a_record_fits_the_schema_and_a_spoilt_one_does_not(
    schema: dict[str, object], annotated: tuple[Article, Prediction]
) -> None:
    record = gold_to_record(*annotated)
    jsonschema.validate(record, schema)
    record["claims"][0]["measure"] = "deaths"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(record, schema)


def test_the_wheel_holds_the_package_and_nothing_else(settings: dict[str, dict[str, object]], tmp_path: Path) -> None:
    # From a copy, so that nothing is built into the working copy.
    source = tmp_path / "source"
    shutil.copytree(
        _ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "dist", "*.egg-info", "checkpoints", "__pycache__")
    )
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"), str(source)],
        check=True,
        capture_output=True,
    )
    [wheel] = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    inside = {name.removeprefix("reportedly/") for name in names if name.startswith("reportedly/")}
    assert {name.split("/")[0] for name in names} == {
        "reportedly",
        f"reportedly-{reportedly.__version__}.dist-info",
    }
    assert not [name for name in inside if name.startswith(tuple(_NO_ROOMS))]
    expected = {str(path.relative_to(_ROOT)) for room in _rooms() for path in (_ROOT / room).glob("*.py")}
    expected |= {"__init__.py", "__main__.py", "cli.py", "py.typed", "data/prediction.schema.json"}
    for pattern in (
        "configs/*.yaml",
        "configs/codebooks/*.yaml",
        "data/corpus/*/*.txt",
        "data/examples/*.txt",
        "models/*.json",
        "models/starter/*",
    ):
        expected |= {str(path.relative_to(_ROOT)) for path in _ROOT.glob(pattern)}
    assert inside == expected
