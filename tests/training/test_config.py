from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

import reportedly
from reportedly.data.errors import ConfigError
from reportedly.training.config import RunConfig, load_config

_CONFIGS = sorted((Path(reportedly.__file__).parent / "configs").glob("*.yaml"))
Write = Callable[[str], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(content: str) -> Path:
        path = tmp_path / "run.yaml"
        path.write_text(content, encoding="utf-8")
        return path

    return to_file


def _message(path: Path, *overrides: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load_config(path, overrides)
    message = str(caught.value)
    assert "\n" not in message
    return message


@pytest.mark.parametrize("path", _CONFIGS, ids=lambda path: path.name)
def test_every_shipped_config_is_valid(path: Path) -> None:
    config = load_config(path)
    assert config.description, "say in one line what the config is for"
    assert config.folder == Path("checkpoints") / config.name


def test_there_is_a_shipped_config_for_the_starter() -> None:
    assert "starter.yaml" in {path.name for path in _CONFIGS}


def test_the_shortest_config_is_a_name(write: Write) -> None:
    config = load_config(write("name: mine\n"))
    assert config == RunConfig(name="mine")
    assert config.folder == Path("checkpoints/mine")


def test_the_resolved_config_holds_every_default_and_reads_back(write: Write, tmp_path: Path) -> None:
    config = load_config(write("name: mine\nseed: 7\noutput: models/mine\ndescription: قصير\n"))
    resolved = yaml.safe_load(config.as_yaml())
    assert resolved["optimizer"]["weight_decay"] == 0.01
    assert "قصير" in config.as_yaml()
    assert load_config(write(config.as_yaml())) == config


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("name: mine\nsede: 3\n", "unknown key 'sede'; did you mean 'seed'?"),
        ("name: mine\nschedule: {epoch: 3}\n", "unknown key 'schedule.epoch'; did you mean 'epochs'?"),
        ("name: mine\nschedule: {zzz: 3}\n", "known keys: average_last, batch_size"),
        ("name: mine\ncolour: red\nsede: 3\n", "(and 1 more)"),
    ],
)
def test_an_unknown_key_is_an_error_that_suggests_a_known_one(write: Write, content: str, trouble: str) -> None:
    assert trouble in _message(write(content))


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("seed: 3\n", "key 'name' is missing; add it"),
        ("name: My Model\n", "name: "),
        ("name: mine\nseed: many\n", "seed: "),
        ("name: mine\nseed: -1\n", "seed: "),
        ("name: mine\nheads: {dropout: 1.0}\n", "heads.dropout: "),
        ("name: mine\nschedule: {precision: float16}\n", "schedule.precision: "),
        ("name: mine\nexport: {embedding_bits: 2}\n", "export.embedding_bits: "),
        ("name: mine\nschedule: 3\n", "schedule: "),
    ],
)
def test_a_wrong_value_is_an_error_that_names_its_key(write: Write, content: str, trouble: str) -> None:
    path = write(content)
    assert _message(path).startswith(f"{path}: {trouble}")


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("data: {corpus: null}", "without a corpus, name gold files under both train and validation"),
        ("encoder: {name: some/encoder, vocabulary: {en: 10}}", "vocabulary trims only a bundled encoder"),
        ("windows: {size: 64, overlap: 32}", "overlap 32 must be less than half of size 64"),
        ("schedule: {epochs: 3, first_evaluation: 4}", "first_evaluation 4 comes after the last of 3 epochs"),
    ],
)
def test_a_contradiction_is_an_error_before_anything_is_loaded(write: Write, content: str, trouble: str) -> None:
    assert trouble in _message(write(f"name: mine\n{content}\n"))


@pytest.mark.parametrize(
    ("content", "trouble"),
    [
        ("data: {train: [no-such.jsonl], validation: [no-such.jsonl]}", "data.train: there is no file no-such.jsonl"),
        ("data: {corpus: no-such-folder}", "data.corpus: there is no folder 'no-such-folder'; or write authored"),
    ],
)
def test_data_that_is_not_there_is_an_error_at_once(write: Write, content: str, trouble: str) -> None:
    assert trouble in _message(write(f"name: mine\n{content}\n"))


def test_a_missing_config_is_named(tmp_path: Path) -> None:
    assert "name a YAML file, such as configs/starter.yaml" in _message(tmp_path / "nowhere.yaml")


def test_a_folder_in_place_of_a_config_is_named(tmp_path: Path) -> None:
    assert str(tmp_path) in _message(tmp_path)


@pytest.mark.parametrize("content", ["name: [mine\n", "a: b: c\n", "\tname: mine\n"])
def test_broken_yaml_is_one_line(write: Write, content: str) -> None:
    assert "no valid YAML" in _message(write(content))


def test_a_config_in_another_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.yaml"
    path.write_bytes("description: café\n".encode("latin-1"))
    assert "no valid YAML in UTF-8" in _message(path)


@pytest.mark.parametrize("content", ["", "- name\n", "mine\n"])
def test_what_is_no_mapping_is_no_config(write: Write, content: str) -> None:
    assert "a run config is a mapping of keys to values" in _message(write(content))


def test_overrides_replace_values_whatever_their_section(write: Write) -> None:
    path = write("name: mine\nschedule: {epochs: 5}\n")
    overrides = ["seed=3", "schedule.epochs=2", "optimizer.encoder_learning_rate=1e-4", "data.languages=[ar]"]
    config = load_config(path, [*overrides, "output=", "description=a=b"])
    assert (config.seed, config.schedule.epochs, config.optimizer.encoder_learning_rate) == (3, 2, 1e-4)
    assert config.data.languages == ("ar",)
    assert (config.output, config.description) == (None, "a=b")


@pytest.mark.parametrize(
    ("override", "trouble"),
    [
        ("seed", "override 'seed' must look like key=value"),
        ("name.first=x", "'name' is a value, not a section"),
        ("schedule.epoch=3", "did you mean 'epochs'?"),
        ("seed=[3", "override 'seed=[3'"),
    ],
)
def test_a_wrong_override_is_named(write: Write, override: str, trouble: str) -> None:
    assert trouble in _message(write("name: mine\n"), override)


def test_a_checked_config_cannot_be_changed() -> None:
    config = RunConfig(name="mine")
    with pytest.raises(ValueError, match="frozen"):
        config.seed = 3
