import pytest
from reportedly.data.article import Article
from reportedly.data.markup import CorpusArticle, compile_markup
from reportedly.data.prediction import Prediction

_MARKUP = """=== kadra-1
type: civilian_harm
tags: government_forces, civilians
---
[Rescuers](s1 rescue) in Kadra [said](u1-2) [over](m1) [25](q1 strikes more_than by:s1) [raids](i1) [hit](e1) \
[the market](l1) on [Tuesday](t1). [They](s2 rescue as:s1) counted [dozens](q2 injured vague =24 by:s1) of wounded.

[لا](q3 killed =0) [قتلى](i3) 🚑 = so far, [an army spokesman](s3 military) said; [three](q4 people =3 of:q2) were \
children.
"""


@pytest.fixture
def annotated() -> tuple[Article, Prediction]:
    """An article in two scripts with four claims, three sources and every kind of reference."""
    [compiled] = compile_markup(_MARKUP, language="en", path="kadra.txt")
    assert isinstance(compiled, CorpusArticle), compiled
    return compiled.article, compiled.gold
