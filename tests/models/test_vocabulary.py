import sys

import pytest
from tokenizers import Tokenizer

from reportedly.data.errors import ConfigError, MissingDependencyError
from reportedly.models.bundled import build_tokenizer
from reportedly.models.vocabulary import choose_pieces


@pytest.fixture(scope="module")
def whole() -> Tokenizer:
    """A vocabulary of common and rare words, letters of many scripts, numbers and signs."""
    pieces = ["<s>", "<pad>", "</s>", "<unk>", "▁", "▁the", "▁The", "▁people", "▁xyzzyx", "▁مدينة", "▁город"]
    pieces += ["q", "▁q", "ق", "ж", "ש", "λ", "漢", "2024", "▁25", "٣", "!!!", "،", "💥", "…………", "qq", "<mask>"]
    return build_tokenizer([(piece, -1.0) for piece in pieces])


def test_the_commonest_words_of_the_chosen_languages_keep_their_pieces(whole: Tokenizer) -> None:
    kept = choose_pieces(whole, n_words={"en": 500})
    assert {"▁the", "▁The", "▁people"} <= kept
    assert not {"▁xyzzyx", "▁город", "▁مدينة"} & kept
    assert "▁مدينة" in choose_pieces(whole, n_words={"en": 10, "ar": 2000})


def test_fewer_words_keep_no_more_pieces(whole: Tokenizer) -> None:
    assert choose_pieces(whole, n_words={"en": 10}) <= choose_pieces(whole, n_words={"en": 1000})


def test_whatever_can_be_spelt_out_stays_spellable(whole: Tokenizer) -> None:
    kept = choose_pieces(whole, n_words={})
    assert {"▁", "q", "▁q", "ق", "ж", "ש", "λ", "2024", "▁25", "٣", "!!!", "،", "💥"} <= kept
    assert not {"qq", "漢", "…………", "▁the"} & kept


def test_the_pieces_of_further_texts_are_all_kept(whole: Tokenizer) -> None:
    assert {"▁xyzzyx", "qq"} <= choose_pieces(whole, n_words={}, texts=["xyzzyx qq"])


def test_a_language_without_a_word_list_is_named(whole: Tokenizer) -> None:
    with pytest.raises(ConfigError, match=r"no word list for 'xx'; choose from ar, .*en"):
        choose_pieces(whole, n_words={"xx": 10})


def test_without_word_lists_the_message_says_what_to_install(whole: Tokenizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "wordfreq", None)
    with pytest.raises(MissingDependencyError, match=r'pip install "reportedly\[train\]"'):
        choose_pieces(whole, n_words={"en": 10})
