from dataclasses import dataclass, field, replace

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer

from reportedly.data.article import Article
from reportedly.data.prediction import Prediction
from reportedly.data.taxonomy import ACTOR_TAGS, ARTICLE_TYPES, FACTUALITIES, MEASURES, SOURCE_TYPES, UNCERTAINTIES
from reportedly.data.value import Value
from reportedly.models.decision import decide
from reportedly.models.decoding import Floats, Thresholds
from reportedly.models.extraction import Settings, encode_article
from reportedly.models.roles import BEGIN, INSIDE, LAYERS, OUTSIDE, POINTERS

_SETTINGS = Settings(
    name="scripted@1", begin=0, end=2, window_size=24, window_overlap=6, thresholds=Thresholds(tags={"civilians": 0.9})
)
_LABELS = {"12": [("quantity", BEGIN)], "Rescuers": [("source", BEGIN)], "villagers": [("item", BEGIN)]}


@dataclass
class _ScriptedBackend:
    """A network that knows three words, and links by the word pointed to: the nearest one before, else behind.

    Attributes:
        points_to: The word that every quantity points to, by role.
        same_as: Whether source mentions point to the one before.
        labels: Layers and labels of tokens.
        implicit: Whether every quantity is an implicit count.
        n_linked: The most tokens that were linked at once.
    """

    tokenizer: Tokenizer
    points_to: dict[str, str] = field(default_factory=dict)
    same_as: bool = False
    labels: dict[str, list[tuple[str, int]]] = field(default_factory=lambda: dict(_LABELS))
    implicit: bool = False
    n_linked: int = 0

    def _id(self, word: str) -> int:
        found = self.tokenizer.token_to_id(f"▁{word}")
        assert found is not None, word
        return int(found)

    def encode(self, input_ids: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        layers = np.zeros((len(input_ids), len(LAYERS), 3), dtype=np.float32)
        layers[:, :, OUTSIDE] = 6.0
        for word, labels in self.labels.items():
            for layer, label in labels:
                layers[input_ids == self._id(word), LAYERS.index(layer), label] = 12.0
        types, tags = np.zeros(len(ARTICLE_TYPES), "f4"), np.full(len(ACTOR_TAGS), -9.0, "f4")
        tags[ACTOR_TAGS.index("civilians")] = 2.0  # a probability of 0.88
        tags[ACTOR_TAGS.index("media_workers")] = 1.0
        return input_ids[:, None].astype("f4"), layers, types, tags

    def link(self, states: Floats, quantities: NDArray[np.int64], sources: NDArray[np.int64]) -> dict[str, Floats]:
        assert (quantities < len(states)).all()
        assert (sources < len(states)).all()
        self.n_linked = max(self.n_linked, len(states))
        shape = (len(quantities), len(POINTERS))
        start = np.zeros((*shape, len(states)), dtype=np.float32)
        nowhere = np.full(shape, 30.0, dtype=np.float32)
        for row, (first, _) in enumerate(quantities):
            for role, word in self.points_to.items():
                self._point(start[row], nowhere[row], POINTERS.index(role), states, int(first), word)
        same = np.zeros((len(sources), 1, len(states)), dtype=np.float32)
        same_nowhere = np.full((len(sources), 1), 30.0, dtype=np.float32)
        for row, (first, _) in enumerate(sources if self.same_as else sources[:0]):
            self._point(same[row], same_nowhere[row], 0, states, int(first), "Rescuers")
        sizes = {
            "uncertainty": len(UNCERTAINTIES),
            "measure": len(MEASURES),
            "factuality": len(FACTUALITIES),
        }
        return {
            "start": start,
            "end": start,
            "nowhere": nowhere,
            "same_start": same,
            "same_end": same,
            "same_nowhere": same_nowhere,
            "source_type": np.eye(len(SOURCE_TYPES), dtype="f4")[[SOURCE_TYPES.index("rescue")] * len(sources)],
            **{name: np.zeros((len(quantities), size), dtype="f4") for name, size in sizes.items()},
            "implicit": np.tile(np.array([0.0, float(self.implicit)], "f4"), (len(quantities), 1)),
        }

    def _point(self, start: Floats, nowhere: Floats, column: int, states: Floats, first: int, word: str) -> None:
        places = np.flatnonzero(states[:, 0] == self._id(word))
        places = places[places != first]
        if len(places):
            before = places[places < first]
            start[column, before[-1] if len(before) else places[0]] = 60.0
            nowhere[column] = -30.0


@pytest.fixture
def backend(tokenizer: Tokenizer) -> _ScriptedBackend:
    return _ScriptedBackend(tokenizer)


def _extract(text: str, backend: _ScriptedBackend, settings: Settings = _SETTINGS) -> Prediction:
    article = Article(id="long", text=text, language="en")
    encoded = encode_article(article, backend=backend, tokenizer=backend.tokenizer, settings=settings)
    prediction = decide(encoded, backend=backend, settings=settings)
    prediction.check_text(text)
    return prediction


def _places(text: str, word: str) -> list[int]:
    return [place for place in range(len(text)) if text.startswith(word, place)]


def test_offsets_stay_those_of_the_article_over_many_windows(backend: _ScriptedBackend) -> None:
    text = "Rescuers said 🚑 12 villagers died.\n\n" * 40
    found = _extract(text, backend)
    assert [claim.quantity.start for claim in found.claims] == _places(text, "12")
    assert [source.span.start for source in found.sources] == _places(text, "Rescuers")
    assert [claim.id for claim in found.claims] == [f"c{place}" for place in range(1, 41)]


def test_a_quantity_is_linked_to_a_source_of_an_earlier_window(backend: _ScriptedBackend) -> None:
    backend.points_to = {"source": "Rescuers"}
    text = "Rescuers said. " + "They added that jets hit. " * 30 + "At least 12 villagers died."
    found = _extract(text, backend)
    [claim] = found.claims
    assert claim.attribution is not None
    assert claim.attribution.source == found.sources[0].id
    assert backend.n_linked > _SETTINGS.window_size


def test_what_is_linked_at_once_does_not_grow_with_the_article(backend: _ScriptedBackend) -> None:
    _extract("Rescuers said 12 villagers died. " * 300, backend)
    assert backend.n_linked <= 256 + _SETTINGS.window_size


def test_a_span_that_runs_on_beyond_its_window_is_still_linked(backend: _ScriptedBackend) -> None:
    backend.labels["jets"] = [("quantity", INSIDE)]
    text = "Rescuers said 12" + " jets" * 100
    [claim] = _extract(text, backend).claims
    assert (claim.quantity.start, claim.quantity.end) == (text.index("12"), len(text))


def test_parts_that_would_run_in_a_circle_keep_all_links_but_one(backend: _ScriptedBackend) -> None:
    backend.points_to = {"part_of": "12"}
    # The first quantity has none before it and points to the second, which points back.
    found = _extract("12 villagers died, 12 when jets hit.", backend)
    assert [claim.part_of for claim in found.claims] == ["c2", None]


def test_mentions_of_one_source_form_a_chain_to_the_first(backend: _ScriptedBackend) -> None:
    backend.same_as = True
    found = _extract("Rescuers said. Rescuers added. Rescuers counted.", backend)
    assert [source.same_as for source in found.sources] == [None, "s1", "s2"]
    assert found.speaker_of("s3") == "s1"


def test_no_mention_is_the_same_as_a_later_one(backend: _ScriptedBackend) -> None:
    backend.same_as = True
    # The first points ahead, for there is none before it.
    found = _extract("Rescuers said. Rescuers added.", backend)
    assert found.sources[0].same_as is None


def test_a_part_may_be_given_to_two_claims(backend: _ScriptedBackend) -> None:
    backend.points_to = {"item": "villagers"}
    found = _extract("villagers died: 12 on Monday, 12 when jets hit.", backend)
    assert [claim.item and claim.item.text for claim in found.claims] == ["villagers", "villagers"]


@pytest.mark.parametrize("text", ["", " \n\t ", "\u200b"])
def test_a_text_of_nothing_to_read_is_of_no_known_type_and_claims_nothing(backend: _ScriptedBackend, text: str) -> None:
    found = _extract(text, backend)
    assert (found.sources, found.claims) == ((), ())
    assert found.type.label == "other"
    assert found.type.score is None
    assert found.tags == ()


def test_a_word_that_is_no_number_is_no_claim_unless_it_counts_implicitly(backend: _ScriptedBackend) -> None:
    backend.labels["villagers"] = [("quantity", BEGIN)]
    text = "12 died. villagers said"
    assert [claim.quantity.text for claim in _extract(text, backend).claims] == ["12"]
    backend.implicit = True
    found = _extract("villagers died", backend)
    assert [(claim.quantity.text, claim.item and claim.item.text) for claim in found.claims] == [("villagers",) * 2]


@pytest.mark.parametrize(
    ("text", "words", "item"),
    [
        ("12 villagers died", {"12": BEGIN, "villagers": INSIDE}, "villagers"),
        ("villagers 12 died", {"villagers": BEGIN, "12": INSIDE}, "villagers"),
    ],
)
def test_the_item_of_a_number_is_what_stands_beside_it(
    backend: _ScriptedBackend, text: str, words: dict[str, int], item: str
) -> None:
    backend.labels = {word: [("item", label)] for word, label in words.items()}
    backend.labels["12"].append(("quantity", BEGIN))
    backend.points_to = {"item": "villagers"}
    assert [claim.item and claim.item.text for claim in _extract(text, backend).claims] == [item]


def test_the_words_of_a_modifier_outweigh_the_class_of_the_model(backend: _ScriptedBackend) -> None:
    # The scripted network calls every quantity exact.
    modifier = {"at": [("modifier", BEGIN)], "least": [("modifier", INSIDE)]}
    backend.labels = {**modifier, "12": [("quantity", BEGIN)]}
    backend.points_to = {"modifier": "least"}
    [claim] = _extract("at least 12 died", backend).claims
    assert (claim.modifier and claim.modifier.text, claim.uncertainty) == ("at least", "at_least")
    assert claim.value == Value(point=12, low=12)


def test_a_tag_needs_its_own_threshold_and_one_half_where_it_has_none(backend: _ScriptedBackend) -> None:
    assert [tag.label for tag in _extract("jets hit", backend).tags] == ["media_workers"]
    lower = replace(_SETTINGS, thresholds=Thresholds(tags={"civilians": 0.8}))
    assert [tag.label for tag in _extract("jets hit", backend, lower).tags] == ["civilians", "media_workers"]


def test_type_scores_add_up_to_one_and_lie_beside_the_best(backend: _ScriptedBackend) -> None:
    found = _extract("Rescuers said 12 villagers died. " * 9, backend)
    assert sum(found.type.scores.values()) == pytest.approx(1.0, abs=1e-5)
    assert found.type.score == max(found.type.scores.values())
    assert found.model == "scripted@1"
