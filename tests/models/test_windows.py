import time
import unicodedata
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from reportedly.models.windows import Tokens, cut_windows, token_span, tokenize

_ALPHABET = "ab1,.!?؟…\n\r\t  \u00a0قتلاثة٣ً\u0640\u200b\u200c\u200e\u2067\u2069\ufeff\ufdfa🚑👩\u200d🏽é\u0301ﬁ½"
_TEXTS = st.lists(st.one_of(st.sampled_from(_ALPHABET), st.characters(exclude_categories=["Cs"]))).map("".join)


def _tokens(n: int, sentence_ends: frozenset[int] = frozenset()) -> Tokens:
    """Tokens of two characters with a space between them."""
    starts = np.arange(n, dtype=np.int64) * 3
    return Tokens(
        ids=np.arange(n, dtype=np.int64),
        offsets=np.stack([starts, starts + 2], axis=1),
        sentence_ends=np.array([place in sentence_ends for place in range(n)], dtype=np.bool_),
    )


@given(text=_TEXTS)
def test_no_token_begins_or_ends_with_white_space_or_invisible_marks(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenize(text, tokenizer)
    assert len(tokens) == len(tokens.offsets) == len(tokens.sentence_ends)
    for start, end in tokens.offsets.tolist():
        assert 0 <= start < end <= len(text)
        for edge in (text[start], text[end - 1]):
            assert not edge.isspace()
            assert unicodedata.category(edge) != "Cf"


@given(text=_TEXTS)
def test_tokens_stand_in_the_order_of_the_text(tokenizer: Tokenizer, text: str) -> None:
    offsets = tokenize(text, tokenizer).offsets
    assert (np.diff(offsets, axis=0) >= 0).all()


@given(words=st.lists(st.sampled_from(["Rescuers", "ثلاثة", "٢٥", "x", "🚑"]), min_size=1))
def test_no_letter_is_left_without_a_token(tokenizer: Tokenizer, words: list[str]) -> None:
    text = " ".join(words)
    covered = {place for start, end in tokenize(text, tokenizer).offsets.tolist() for place in range(start, end)}
    assert covered == {place for place, character in enumerate(text) if character != " "}


def test_a_word_gets_its_own_characters_whatever_stands_around_it(tokenizer: Tokenizer) -> None:
    text = "\u200f🚑  \u200b قتل\u00a0ثلاثة\r\n\tvillagers"
    tokens = tokenize(text, tokenizer)
    found = {text[start:end] for start, end in tokens.offsets.tolist()}
    assert {"ثلاثة", "villagers"} <= found


@pytest.mark.parametrize("text", ["", " \n\t\u00a0", "\u200b\u200f\ufeff", "\u2067\u2069"])
def test_a_text_of_nothing_to_read_has_no_tokens_and_no_windows(tokenizer: Tokenizer, text: str) -> None:
    tokens = tokenize(text, tokenizer)
    assert tokens.offsets.shape == (0, 2)
    assert cut_windows(tokens, size=8, overlap=2) == []


@pytest.mark.parametrize("text", ["\u200f25\u200f", "\u206725\u2069", "\ufeff25\u200b", "\u00ad25"])
def test_directional_and_zero_width_marks_are_no_part_of_a_number(tokenizer: Tokenizer, text: str) -> None:
    offsets = tokenize(f"قال {text} شخصا", tokenizer).offsets
    start = 4 + text.index("25")
    assert offsets[(offsets[:, 0] >= 4) & (offsets[:, 1] <= start + 3)].tolist()[0][0] == start


@pytest.mark.parametrize(
    ("text", "ends_after"),
    [
        ("died. They", ["died."]),
        ("died.\u201d They", ["died.\u201d"]),
        ("قتل؟ قال", ["قتل؟"]),
        ("12.5 at least", []),
        ("died\nThey", ["died"]),
        ("died \n\n They", ["died"]),
    ],
)
def test_sentences_end_at_marks_before_a_space_and_at_line_breaks(
    tokenizer: Tokenizer, text: str, ends_after: list[str]
) -> None:
    tokens = tokenize(text, tokenizer)
    ends = [int(end) for (_, end), ends in zip(tokens.offsets, tokens.sentence_ends, strict=True) if ends]
    assert [text[:end].split()[-1] for end in ends] == ends_after


@given(data=st.data(), n=st.integers(0, 200), size=st.integers(1, 40))
def test_own_ranges_tile_the_text_and_no_window_is_over_size(data: st.DataObject, n: int, size: int) -> None:
    overlap = data.draw(st.integers(0, size - 1))
    ends = data.draw(st.frozensets(st.integers(0, max(n - 1, 0))))
    windows = cut_windows(_tokens(n, ends), size=size, overlap=overlap)
    assert [window.own_start for window in windows[:1]] == [0] * bool(n)
    assert [window.own_end for window in windows[-1:]] == [n] * bool(n)
    for left, right in pairwise(windows):
        assert left.own_end == right.own_start
        assert left.start < right.start
    for window in windows:
        assert window.start <= window.own_start <= window.own_end <= window.end
        assert 1 <= window.end - window.start <= size


@given(n=st.integers(1, 300), size=st.integers(8, 40), ends=st.frozensets(st.integers(0, 299)))
def test_neighbours_share_at_least_the_overlap(n: int, size: int, ends: frozenset[int]) -> None:
    overlap = size // 4
    for left, right in pairwise(cut_windows(_tokens(n, ends), size=size, overlap=overlap)):
        assert left.end - right.start >= overlap


def test_windows_are_cut_at_sentence_ends() -> None:
    windows = cut_windows(_tokens(50, frozenset({16, 31})), size=20, overlap=4)
    assert (windows[0].start, windows[0].end) == (0, 17)
    assert windows[1].end == 32


def test_a_text_that_fits_is_one_window() -> None:
    [window] = cut_windows(_tokens(20, frozenset({3, 9})), size=20, overlap=4)
    assert (window.start, window.end, window.own_start, window.own_end) == (0, 20, 0, 20)


@pytest.mark.parametrize("overlap", [-1, 8, 9])
def test_an_overlap_that_would_never_move_on_is_refused(overlap: int) -> None:
    with pytest.raises(ValueError, match=rf"overlap {overlap} must lie between 0 and the window size 8"):
        cut_windows(_tokens(20), size=8, overlap=overlap)


def test_the_number_of_windows_grows_with_the_text_and_no_faster() -> None:
    n_windows = [len(cut_windows(_tokens(n), size=64, overlap=16)) for n in (10_000, 40_000)]
    assert n_windows[1] == pytest.approx(4 * n_windows[0], rel=0.01)


def test_a_text_eight_times_as_long_takes_nowhere_near_sixty_four_times_as_long(tokenizer: Tokenizer) -> None:
    sentence = "Rescuers in Lorn said 12 villagers died. قال ناشطون إن عشرات الشبان اعتقلوا أمس.\n"

    def seconds(n: int) -> float:
        begun = time.perf_counter()
        cut_windows(tokenize(sentence * n, tokenizer), size=64, overlap=16)
        return time.perf_counter() - begun

    seconds(50)
    assert min(seconds(1600) for _ in range(3)) < 32 * min(seconds(200) for _ in range(3))


@given(data=st.data(), n=st.integers(1, 12))
def test_a_span_of_whole_tokens_comes_back_as_it_was(data: st.DataObject, n: int) -> None:
    tokens = _tokens(n)
    first = data.draw(st.integers(0, n - 1))
    last = data.draw(st.integers(first, n - 1))
    start, end = int(tokens.offsets[first, 0]), int(tokens.offsets[last, 1])
    assert token_span(tokens, start, end) == (first, last + 1)


def _brute_token_span(tokens: Tokens, start: int, end: int) -> tuple[int, int] | None:
    touching = [place for place, (a, b) in enumerate(tokens.offsets.tolist()) if a < end and b > start]
    inside = [
        place
        for place in touching
        if 2 * (min(tokens.offsets[place, 1], end) - max(tokens.offsets[place, 0], start))
        >= tokens.offsets[place, 1] - tokens.offsets[place, 0]
    ]
    chosen = inside or touching
    return (chosen[0], chosen[-1] + 1) if chosen else None


@given(data=st.data())
def test_token_span_is_what_trying_every_token_gives(data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 6)), max_size=8))
    offsets, position = [], 0
    for gap, length in sizes:
        offsets.append((position + gap, position + gap + length))
        position += gap + length
    tokens = Tokens(
        ids=np.zeros(len(offsets), np.int64),
        offsets=np.array(offsets, np.int64).reshape(-1, 2),
        sentence_ends=np.zeros(len(offsets), np.bool_),
    )
    start = data.draw(st.integers(0, position + 2))
    end = data.draw(st.integers(start + 1, position + 5))
    assert token_span(tokens, start, end) == _brute_token_span(tokens, start, end)


def test_a_short_word_glued_to_a_longer_one_takes_the_token_that_touches_it(tokenizer: Tokenizer) -> None:
    text = "villagers"
    tokens = tokenize(text, tokenizer)
    assert len(tokens) == 1
    assert token_span(tokens, 0, 2) == (0, 1)
