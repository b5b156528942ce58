import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reportedly
from reportedly.data.article import Article
from reportedly.data.errors import RecordError
from reportedly.data.prediction import Prediction
from reportedly.models.codebook import load_codebook
from reportedly.models.extractor import Extractor

AnnotatedArticle = tuple[Article, Prediction]


@pytest.fixture(scope="module")
def extractor(checkpoint_folder: Path) -> Extractor:
    return reportedly.load(checkpoint_folder, n_threads=1)


def test_a_learnt_article_is_read_as_it_was_annotated(
    extractor: Extractor, four_articles: list[AnnotatedArticle]
) -> None:
    for article, gold in four_articles:
        found = extractor(article)
        found.check_text(article.text)
        assert [claim.quantity for claim in found.claims] == [claim.quantity for claim in gold.claims]
        assert [claim.value for claim in found.claims] == [claim.value for claim in gold.claims]
        assert (found.id, found.language, found.model) == (article.id, article.language, "tiny@1")


def test_a_text_gets_its_language_detected_and_a_record_keeps_its_own(extractor: Extractor) -> None:
    assert extractor("قال ناشطون إن عشرات الشبان اعتقلوا في البلدة أمس").language == "ar"
    assert extractor("Rescuers said at least twelve villagers died when jets hit the market.").language == "en"
    assert extractor(Article(id="a", text="Rescuers said", language="fr")).language == "fr"


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u200b", "\u200f\u2067\u2069"])
def test_a_text_of_nothing_to_read_claims_nothing(extractor: Extractor, text: str) -> None:
    found = extractor(text)
    assert (found.type.label, found.sources, found.claims, found.tags) == ("other", (), (), ())


def test_directional_marks_around_a_number_do_not_enter_the_claim(
    extractor: Extractor, four_articles: list[AnnotatedArticle]
) -> None:
    article, gold = four_articles[2]
    [first, *_] = gold.claims
    marked = article.text.replace("عشرات", "\u2067\u200fعشرات\u200f\u2069")
    found = extractor(Article(id="marked", text=marked, language="ar"))
    found.check_text(marked)
    assert found.claims[0].quantity.text == first.quantity.text == "عشرات"
    assert found.claims[0].value == first.value


@settings(max_examples=60)
@given(
    text=st.lists(
        st.one_of(
            st.sampled_from(["Rescuers", "said", "12", "villagers", "قال", "عشرات", "10 and 15", "\u2067", "🚑", "\n"]),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=5),
        ),
        max_size=40,
    ).map(" ".join)
)
def test_every_answer_points_to_exact_characters_of_any_text(extractor: Extractor, text: str) -> None:
    extractor(text).check_text(text)


def test_lone_surrogates_are_refused(extractor: Extractor) -> None:
    with pytest.raises(RecordError, match="lone surrogate"):
        extractor("25 \ud800 raids")


def test_threads_may_share_an_extractor(extractor: Extractor, four_articles: list[AnnotatedArticle]) -> None:
    articles = [article for article, _ in four_articles] * 3
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(extractor, articles)) == [extractor(article) for article in articles]


def test_a_text_ten_times_as_long_takes_nowhere_near_a_hundred_times_as_long(
    extractor: Extractor, four_articles: list[AnnotatedArticle]
) -> None:
    text = "\n\n".join(article.text for article, _ in four_articles)

    def seconds(n: int) -> float:
        long = Article(id="long", text="\n\n".join([text] * n), language="en")
        begun = time.perf_counter()
        found = extractor(long)
        taken = time.perf_counter() - begun
        assert len(found.claims) > n
        return taken

    assert seconds(100) < 35 * seconds(10)


def test_a_codebook_adds_estimates_and_changes_nothing_else(
    extractor: Extractor, checkpoint_folder: Path, four_articles: list[AnnotatedArticle]
) -> None:
    article = four_articles[1][0]
    estimated = reportedly.load(checkpoint_folder, n_threads=1, codebook=load_codebook("muc4"))(article)
    assert [claim.estimate.notation for claim in estimated.claims if claim.estimate] == ["10-15", "0"]
    claims = tuple(replace(claim, estimate=None) for claim in estimated.claims)
    assert replace(estimated, claims=claims) == extractor(article)
    by_name = reportedly.load(checkpoint_folder, n_threads=1, codebook="muc4")
    assert by_name(article) == estimated


@pytest.mark.slow
def test_five_megabytes_of_text_are_read_in_one_go(extractor: Extractor, four_articles: list[AnnotatedArticle]) -> None:
    filler = "They added that jets hit the grain market and that villagers died in Lorn. " * 40
    text = "\n\n".join([*(article.text for article, _ in four_articles), filler])
    long = text * (5_000_000 // len(text.encode())) + text
    found = extractor(long)
    found.check_text(long)
    assert max(claim.quantity.end for claim in found.claims) > 0.99 * len(long)


@pytest.mark.parametrize("way", ["load", "command"])
def test_extracting_imports_neither_torch_nor_transformers(checkpoint_folder: Path, tmp_path: Path, way: str) -> None:
    path = tmp_path / "article.txt"
    path.write_text("Rescuers in Lorn said at least 12 villagers died.", encoding="utf-8")
    begin = {
        "load": "import reportedly; reportedly.load(sys.argv[1])(open(sys.argv[2]).read())",
        "command": (
            "from reportedly.cli import app; "
            "app(['predict', sys.argv[2], '-m', sys.argv[1], '-o', '-'], standalone_mode=False)"
        ),
    }[way]
    heavy = ["torch", "transformers", "datasets", "sklearn", "onnx", "wordfreq", "accelerate"]
    code = f"import sys; {begin}; print('loaded:', sorted(set({heavy}) & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code, str(checkpoint_folder), str(path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.endswith("loaded: []\n")


def test_a_language_that_is_no_code_is_detected_instead(checkpoint_folder: Path) -> None:
    extractor = Extractor(checkpoint_folder)
    article = Article(id="a", text="Three men were killed on the road.", language="English")
    assert extractor(article).language == "en"
