"""Any article, in any script, is fitted and then taken by every platform, which counts and checks by itself."""

from collections.abc import Awaitable, Callable
from itertools import count
from re import sub
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formatting.fit import Wishes, fit
from newswire.article import Article
from newswire.errors import Rejected

bounded = settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
SAMPLE = (
    "The U.S. said 1,200.50 — “we will” #SouthCaucasus @mayor Caliber.Az https://a.az/b?c=d $BP <b>&amp; {{ url }} _d_ "
    "Президент прибыл в г. Баку. «Да!» Prezident İ. Əliyev gəldi. Նա ասաց։ قال الرئيس NATO. نعم؟ אמר 5.5 今天下雨了。 "
    "สวัสดีชาวโลก यह वाक्य है। 👨‍👩‍👧‍👦 🇦🇿🇬🇪 🏃🏽‍♀️ e\u0301 1️⃣ … \u200f \ud800 \x00 \n\n"
)
PROSE = st.lists(st.sampled_from(SAMPLE.split(" ")), max_size=80).map(" ".join)
TEXT = st.one_of(PROSE, st.text(max_size=300))
TEMPLATES = st.sampled_from(["", "{{ title|bold|link(url) }}\n{{ lead|quote }}\n{{ author }} {{ tags }}"])
ARTICLES = st.builds(
    Article, url=st.just("https://news.example.com/en/1"), title=TEXT, lead=TEXT, body=TEXT, author=st.text(max_size=30)
)
NUMBERS = count(1)


@pytest.fixture(params=["telegram", "x", "dry_run"])
def place(request: pytest.FixtureRequest) -> Any:
    return request.getfixturevalue(request.param)


def plain(text: str) -> str:
    """`text` without what platforms change by themselves: X composes letters, Telegram takes three marks off them."""
    return sub("[\u030a\u0333\u033f]", "", normalize("NFD", text))


Published = Callable[[Article, Wishes], Awaitable[None]]


@pytest.fixture
async def published(place: Any) -> Published:
    """`await published(article, wishes)`: it went out, and the public sees it as it was fitted."""
    publisher = await place.publisher()

    async def one(article: Article, wishes: Wishes) -> None:
        try:
            message = fit(article, wishes, publisher.limits)
        except Rejected:
            return
        try:
            receipt = await publisher.publish(message, key=wishes.link)
        except Rejected as error:
            if "one cashtag" in str(error):  # X's own rule: a person decides which one stays
                return
            raise
        seen = place.seen()[-1]
        assert seen.id == receipt.remote_id
        assert wishes.link in seen.targets
        assert plain(seen.text) == plain(message.text.text)
        assert seen.buttons == (message.buttons if publisher.limits.buttons else ())

    return one


@bounded
@given(article=ARTICLES, template=TEMPLATES, language=st.sampled_from(["en", "ru", "az", "hy", "ar", "zh", "th", ""]))
async def test_any_article_goes_out_as_it_was_fitted(published, article, template, language):
    link = f"https://news.example.com/{language or 'en'}/post/{next(NUMBERS)}?utm_source=wire"
    await published(article, Wishes(link=link, language=language, template=template))
