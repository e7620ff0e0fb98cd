"""What holds for every article in every script, measured by the sandbox's own counters, never by ours."""

import re
from dataclasses import replace

import regex
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formatting.cut import cut
from formatting.fit import Wishes, fit
from formatting.urls import find_urls
from formatting.x_weight import weight
from newswire.article import Article, Image
from newswire.errors import Rejected
from newswire.platform import Limits, Unit
from newswire.richtext import RichText, Span, Style
from sandbox.x.weight import weigh

bounded = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])

TELEGRAM = Limits(text=4096, caption=1024, styles=True, buttons=True, preview=True, pictures=10)
X = Limits(text=280, unit=Unit.X_WEIGHT, pictures=4, alt_text=1000)
SMALL = {unit: Limits(text=120, unit=unit, styles=unit is Unit.UTF16) for unit in Unit}
INDEPENDENT = {
    Unit.CODE_POINTS: len,
    Unit.UTF16: lambda text: len(text.encode("utf-16-le")) // 2,
    Unit.GRAPHEMES: lambda text: len(regex.findall(r"\X", text)),
    Unit.BYTES: lambda text: len(text.encode()),
    Unit.X_WEIGHT: weigh,
}

SAMPLE = (
    "The U.S. Mr. Smith said 1,200.50 5 million — “we will” (not) #SouthCaucasus @mayor Caliber.Az https://a.az/b?c=d "
    "Президент т.е. прибыл в г. Баку. «Да!» Prezident İ. Əliyev gəldi. Նա ասաց. Ո՞վ է։ قال الرئيس NATO. نعم؟ אמר 5.5 "
    "今天下雨了。 明天会是晴天 สวัสดีชาวโลก यह वाक्य है। 👨‍👩‍👧‍👦 🇦🇿🇬🇪 🏃🏽‍♀️ e\u0301e\u0301 1️⃣ … ! ? \u200f <b>&amp; {{ url }} \ue000 \x00 \n\n"
)
WORDS = st.sampled_from(SAMPLE.split(" "))
PROSE = st.lists(WORDS, max_size=60).map(" ".join)
TEXT = st.one_of(PROSE, st.text(max_size=400), st.lists(WORDS, min_size=100, max_size=400).map(" ".join))
LINK = st.sampled_from(
    [
        "https://example.com/en/1",
        "https://example.com/" + "a-b/" * 40 + "?utm_source=x&b=c#d",
        "https://example.com/مقال",
    ]
)
LANGUAGE = st.sampled_from(["en", "ru", "az", "hy", "tr", "ar", "zh", "th", ""])
ARTICLES = st.builds(
    Article,
    url=st.just("https://example.com/en/1"),
    title=TEXT,
    lead=TEXT,
    body=TEXT,
    author=st.text(max_size=30),
    flags=st.sampled_from([(), ("photo",), ("video", "photo")]),
    images=st.lists(st.builds(Image, url=st.just("https://example.com/1.jpg"), alt=TEXT), max_size=3).map(tuple),
)
TEMPLATES = st.sampled_from(
    [
        "",
        "{{ title|bold|link(url) }}\n{{ lead|quote }}\n{{ author }} {{ tags }}",
        "{{ url }}\n{{ lead|italic }} {{ title }}",
        "{% if lead %}{{ lead }}{% else %}{{ title }}{% endif %} · {{ read }} · {{ tags }}",
    ]
)
WISHES = st.builds(
    Wishes,
    link=LINK,
    language=LANGUAGE,
    template=TEMPLATES,
    hashtags=st.lists(TEXT.map(lambda text: text[:40]), max_size=3).map(tuple),
    give_way=st.permutations(["lead", "tags", "author", "picture", "title"]).map(tuple),
)


def carries(text: RichText, link: str) -> bool:
    return any(s.style is Style.LINK and s.url == link for s in text.spans) or link in re.split(r"[\s·]+", text.text)


@bounded
@given(ARTICLES, WISHES, st.sampled_from([TELEGRAM, X, *SMALL.values()]))
def test_a_message_fits_carries_its_link_and_nothing_is_raised_but_rejected(article, wishes, limits):
    try:
        message = fit(article, wishes, limits)
    except Rejected:
        return
    room = limits.caption if message.media and limits.caption else limits.text
    assert INDEPENDENT[limits.unit](message.text.text) <= room
    assert carries(message.text, message.link)
    assert message.text == message.text.strip()
    assert all(0 <= s.start < s.end <= len(message.text) for s in message.text.spans)
    assert limits.styles or not message.text.spans
    assert not re.search(r"[\x00-\x09\x0b-\x1f\ue000\ufdd0]|\n\n\n", message.text.text)
    assert all(len(media.alt) <= limits.alt_text for media in message.media)
    assert fit(article, wishes, limits) == message


@bounded
@given(ARTICLES, WISHES)
def test_on_x_the_link_is_live_and_whole(article, wishes):
    try:
        message = fit(article, wishes, X)
    except Rejected:
        return
    assert message.link in [message.text.text[start:end] for start, end in find_urls(message.text.text)]
    assert weigh(message.text.text) <= 280


@bounded
@given(
    TEXT,
    st.integers(0, 200),
    LANGUAGE,
    st.sampled_from(list(Unit)),
    st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), max_size=3),
)
def test_a_cut_splits_no_character_no_link_and_no_number(words, budget, language, unit, links):
    text = RichText(words, tuple(Span(a, b, Style.LINK, "https://example.com") for a, b in links))
    measure = INDEPENDENT[unit]
    made = cut(text, budget, measure, language)
    assert measure(made.text) <= budget or made == text
    kept = made.text.removesuffix("…") if made.text != words else made.text
    assert words.strip().startswith(kept) or words.startswith(kept)
    end = words.index(kept) + len(kept)
    assert end == 0 or end in {m.end() for m in regex.finditer(r"\X", words)}
    whole = [*find_urls(words), *((s.start, s.end) for s in text.spans)]
    whole += [m.span() for m in re.finditer(r"(?<!\w)\d[\d.,]*\d", words)]
    assert not any(start < end < stop for start, stop in whole)
    assert all(s.end <= len(made) for s in made.spans)
    assert cut(made, budget, measure, language) == made


@bounded
@given(TEXT)
def test_our_weight_is_never_less_than_the_sandboxs(text):
    assert weight(text) >= weigh(text)


@bounded
@given(PROSE)
def test_on_ordinary_prose_both_counters_agree(text):
    assert weight(text) == weigh(text)


def test_the_longest_article_imaginable_is_fitted_all_the_same():
    article = Article(url="https://example.com", title="Слово " * 30_000, lead="а" * 200_000, body="б. " * 100_000)
    for limits in (TELEGRAM, X):
        message = fit(article, Wishes(link="https://example.com/1", language="ru"), limits)
        assert message.text.text.startswith("Слово Слово")
        assert message.dropped[-1] == "title"
    assert replace(article, title="") != article
