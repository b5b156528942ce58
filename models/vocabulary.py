"""Which pieces of a large multilingual vocabulary a model keeps.

A piece stays when it occurs in the commonest words of a chosen language (word lists of the ``wordfreq``
package; Speer 2022, doi:10.5281/zenodo.7199437), or when it is a single character, a number or
punctuation of the chosen languages' scripts, so that every text can still be spelt out.
"""

import unicodedata
from collections.abc import Iterable, Mapping

from tokenizers import Tokenizer

from ..data.errors import ConfigError, MissingDependencyError

_SCRIPTS = ("LATIN", "ARABIC", "CYRILLIC", "HEBREW", "GREEK")


def choose_pieces(tokenizer: Tokenizer, *, n_words: Mapping[str, int], texts: Iterable[str] = ()) -> set[str]:
    """The pieces to keep.

    Args:
        tokenizer: With the whole vocabulary.
        n_words: How many of the commonest words to cover, by ISO 639-1 language code.
        texts: Further texts whose pieces are all kept.

    Raises:
        ConfigError: Where there is no word list for a language.
        MissingDependencyError: Where ``wordfreq`` is not installed.
    """
    try:
        import wordfreq
    except ImportError:
        raise MissingDependencyError(purpose="Trimming the vocabulary", extra="train") from None
    kept = {piece for piece in tokenizer.get_vocab() if _is_elementary(piece)}
    available = wordfreq.available_languages()
    for language, n in n_words.items():
        if language not in available:
            raise ConfigError(f"vocabulary: no word list for {language!r}; choose from {', '.join(sorted(available))}")
        words = wordfreq.top_n_list(language, n)
        for encoding in tokenizer.encode_batch([*words, *(word.capitalize() for word in words)]):
            kept.update(encoding.tokens)
    for encoding in tokenizer.encode_batch(list(texts)):
        kept.update(encoding.tokens)
    return kept


def _is_elementary(piece: str) -> bool:
    """A number, punctuation, or a single letter of a script in use."""
    content = piece.removeprefix("▁")
    if not any(character.isalpha() for character in content):
        return all(unicodedata.category(character)[0] in "NPSM" for character in content) and (
            len(content) <= 1 or content.isascii() or content.isdigit()
        )
    return len(content) == 1 and unicodedata.name(content, "").startswith(_SCRIPTS)
