import json
import os
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from tokenizers import Tokenizer

from reportedly.data.article import Article
from reportedly.data.markup import CorpusArticle, compile_markup
from reportedly.data.prediction import Prediction
from reportedly.data.records import gold_to_record
from reportedly.models.bundled import build_tokenizer
from reportedly.training.config import RunConfig

# A name that is no folder must never be asked for on the network.
os.environ["HF_HUB_OFFLINE"] = "1"
# How long an example takes depends on what else the machine does.
hypothesis.settings.register_profile("reportedly", deadline=None)
hypothesis.settings.load_profile("reportedly")

AnnotatedArticle = tuple[Article, Prediction]

_MARKUP = """=== kadra-1
type: civilian_harm
tags: government_forces, civilians
---
[Rescuers](s1 rescue) in Kadra [said](u1-2) [over](m1) [25](q1 strikes more_than by:s1) [raids](i1) [hit](e1) \
[the market](l1) on [Tuesday](t1). [They](s2 rescue as:s1) counted [dozens](q2 injured vague =24 by:s1) of wounded.

[لا](q3 killed =0) [قتلى](i3) 🚑 = so far, [an army spokesman](s3 military) said; [three](q4 people =3 of:q2) were \
children.
"""

_ENGLISH = """=== lorn-1
type: civilian_harm
tags: government_forces, civilians, medical_and_rescue
---
[Rescuers](s1 rescue) in Lorn [said](u1) [at least](m1) [12](q1 killed at_least by:s1) [villagers](i1) [died](e1) \
when [jets](a1) hit [the grain market](l1) on [Monday](t1).
[They](s2 rescue as:s1) [added](u2) that [three](q2 killed =3 by:s2 of:q1) were [children](i2).

=== lorn-2
type: military
tags: opposition_forces
---
[The army spokesman](s1 military) [claimed](u1-2) that [between](m1) [10 and 15](q1 equipment range =10..15 by:s1) \
[tanks](i1) were [destroyed](e1) near [Tarsa](l1), and that [no](q2 killed =0 by:s1) [soldiers](i2) [fell](e2).
"""

_ARABIC = """=== tarsa-1
type: security
tags: jihadist_groups, civilians
---
[قال](u1) [ناشطون](s1 activist) إن [عشرات](q1 detained vague =24 by:s1) [الشبان](i1) [اعتقلوا](e1) في [بلدة ترسا](l1) \
[أمس](t1).
[وقتل](e2) [ثلاثة](q2 killed =3) [مدنيين](i2) [برصاص المسلحين](a2).

=== tarsa-2
type: humanitarian
tags: international_organisations
---
[نزحت](e1) [نحو](m1) [٢٥](q1 displaced approximate =25 by:s1) [عائلة](i1) من [وادي لورن](l1)، [بحسب](u1) \
[منظمة الإغاثة](s1 ngo)، [ووصلت](e2) [شاحنتا](q2 aid implicit =2 i2) مساعدات.
"""


def _compile(markup: str, *, language: str) -> list[AnnotatedArticle]:
    compiled = list(compile_markup(markup, language=language, path="invented.txt"))
    assert all(isinstance(entry, CorpusArticle) for entry in compiled), compiled
    return [(entry.article, entry.gold) for entry in compiled if isinstance(entry, CorpusArticle)]


@pytest.fixture
def annotated() -> AnnotatedArticle:
    """An article in two scripts with four claims, three sources and every kind of reference."""
    [article] = _compile(_MARKUP, language="en")
    return article


@pytest.fixture(scope="session")
def four_articles() -> list[AnnotatedArticle]:
    """Four short annotated articles, two in English and two in Arabic."""
    return _compile(_ENGLISH, language="en") + _compile(_ARABIC, language="ar")


@pytest.fixture(scope="session")
def write_gold() -> Callable[[Path, Sequence[AnnotatedArticle]], Path]:
    """Writes annotated articles as a gold file and gives its path."""

    def write(path: Path, articles: Sequence[AnnotatedArticle]) -> Path:
        lines = [json.dumps(gold_to_record(article, gold), ensure_ascii=False) + "\n" for article, gold in articles]
        path.write_text("".join(lines), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def gold_file(
    tmp_path_factory: pytest.TempPathFactory,
    four_articles: list[AnnotatedArticle],
    write_gold: Callable[[Path, Sequence[AnnotatedArticle]], Path],
) -> Path:
    """The four articles as a gold file."""
    return write_gold(tmp_path_factory.mktemp("gold") / "four.jsonl", four_articles)


@pytest.fixture(scope="session")
def tokenizer(four_articles: list[AnnotatedArticle]) -> Tokenizer:
    """A unigram tokenizer that knows the words of the four articles and spells the others."""
    words = {word for article, _ in four_articles for word in re.findall(r"\w+", article.text)}
    letters = {chr(code) for code in [*range(0x21, 0x7F), 0x60C, 0x61F, *range(0x621, 0x64B), *range(0x660, 0x66A)]}
    special = [(piece, 0.0) for piece in ("<s>", "<pad>", "</s>", "<unk>")]
    known = [(f"▁{word}", -5.0) for word in sorted(words)]
    spelt = [(letter, -12.0) for letter in ["▁", *sorted(letters)]]
    return build_tokenizer([*special, *known, *spelt, ("<mask>", 0.0)])


@pytest.fixture(scope="session")
def encoder_folder(tmp_path_factory: pytest.TempPathFactory, tokenizer: Tokenizer) -> Path:
    """A Hugging Face folder with a tiny random BERT and its fast tokenizer."""
    import torch
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    torch.manual_seed(5)
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=4,
        intermediate_size=48,
        max_position_embeddings=160,
        pad_token_id=1,
    )
    BertModel(config, add_pooling_layer=False).save_pretrained(folder)
    PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_str(tokenizer.to_str()),
        cls_token="<s>",
        sep_token="</s>",
        pad_token="<pad>",
        unk_token="<unk>",
        mask_token="<mask>",
    ).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def run_config(encoder_folder: Path, gold_file: Path) -> Callable[..., RunConfig]:
    """Makes the config of a tiny run on the four articles; keyword arguments replace whole sections or values."""

    def make(**changes: Any) -> RunConfig:
        content: dict[str, Any] = {
            "name": "tiny",
            "data": {"corpus": None, "train": [gold_file], "validation": [gold_file]},
            "encoder": {"name": str(encoder_folder), "freeze_embeddings": False},
            "heads": {"pointer_width": 16, "hidden_width": 48, "dropout": 0.0},
            "windows": {"size": 96, "overlap": 24},
            "optimizer": {"encoder_learning_rate": 5e-3, "head_learning_rate": 1e-2, "weight_decay": 0.0},
            "schedule": {
                "epochs": 60,
                "batch_size": 2,
                "first_evaluation": 60,
                "precision": "float32",
                "n_threads": 1,
            },
        }
        return RunConfig.model_validate(content | changes)

    return make


@pytest.fixture(scope="session")
def checkpoint_folder(tmp_path_factory: pytest.TempPathFactory, run_config: Callable[..., RunConfig]) -> Path:
    """A checkpoint trained by a whole run until it knows the four articles by heart. Only to be read."""
    from reportedly.training.run import train

    return train(run_config(output=tmp_path_factory.mktemp("checkpoints") / "tiny")).folder
