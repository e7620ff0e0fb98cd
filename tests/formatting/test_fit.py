"""Fitting: what gives way, in which order, and what never does."""

from dataclasses import replace

import pytest

from formatting.fit import Wishes, fit
from formatting.measure import length
from newswire.article import Article, Image
from newswire.errors import ConfigError, Rejected
from newswire.platform import Limits, Unit
from newswire.post import ButtonKind, Preview
from newswire.richtext import Span, Style

LINK = "https://example.com/en/1?utm_source=x"
PICTURE = Image(url="https://example.com/1.jpg", alt="Two ministers", caption="A caption", width=1200, height=800)
ARTICLE = Article(
    url="https://example.com/en/1",
    title="Talks end in Baku",
    lead="The talks are over. Nobody signed a paper. A third sentence.",
    images=(PICTURE,),
)
WISHES = Wishes(link=LINK, hashtags=("Politics", "South Caucasus"))


def long(words: int, word: str = "word") -> str:
    return " ".join(["Word", *[word] * (words - 1)]) + "."


def test_a_telegram_post_has_a_bold_headline_a_lead_and_a_hidden_link(telegram):
    message = fit(ARTICLE, WISHES, telegram)
    assert message.text.text == (
        "Talks end in Baku\n\nThe talks are over. Nobody signed a paper.\n\nRead →\n\n#Politics #SouthCaucasus"
    )
    assert message.text.spans == (Span(0, 17, Style.BOLD), Span(63, 69, Style.LINK, LINK))
    assert message.preview == Preview(url=LINK, large=True, above_text=True)
    assert message.media == ()
    assert message.dropped == ()
    assert message.buttons[-1][-1].kind is ButtonKind.COPY


def test_an_x_post_writes_the_link_out_and_shows_the_picture(x):
    message = fit(ARTICLE, WISHES, x)
    assert message.text.text.endswith(f"\n\n{LINK}\n#Politics #SouthCaucasus")
    assert message.text.spans == ()
    assert [media.alt for media in message.media] == ["Two ministers"]
    assert message.buttons == ()
    assert message.preview is None


def test_a_photo_story_shows_its_photos_and_an_album_has_no_buttons(telegram):
    one = fit(replace(ARTICLE, flags=("photo",)), WISHES, telegram)
    assert [media.url for media in one.media] == [PICTURE.url]
    assert one.preview is None
    assert one.buttons
    assert one.text.text.startswith("📷 Talks")
    many = fit(replace(ARTICLE, flags=("photo",), images=(PICTURE,) * 12), WISHES, telegram)
    assert len(many.media) == 10
    assert many.buttons == ()


@pytest.mark.parametrize(
    ("picture", "media", "card"), [("auto", 0, True), ("card", 0, True), ("photo", 1, False), ("none", 0, False)]
)
def test_the_picture_is_as_wished(picture, media, card, telegram):
    message = fit(ARTICLE, replace(WISHES, picture=picture), telegram)
    assert (len(message.media), message.preview is not None) == (media, card)


def test_without_a_picture_the_card_is_small_and_below(telegram, x):
    bare = replace(ARTICLE, images=(), flags=("photo",))
    assert fit(bare, WISHES, telegram).preview == Preview(url=LINK, large=False, above_text=False)
    assert fit(bare, WISHES, x).media == ()


def test_the_lead_loses_sentences_then_words_before_anything_else_goes(x):
    two = replace(ARTICLE, lead=f"{long(10)} {long(40)}")
    message = fit(two, replace(WISHES, hashtags=()), x)
    assert f"\n\n{long(10)}\n\n" in message.text.text
    assert message.dropped == ("lead",)
    message = fit(replace(ARTICLE, lead=long(80)), WISHES, x)
    assert "word…\n\nhttps" in message.text.text
    assert "#Politics #SouthCaucasus" in message.text.text
    assert message.dropped == ("lead",)
    assert 270 < length(message.text.text, Unit.X_WEIGHT) <= 280


def test_then_tags_go_one_by_one_and_the_title_last(x):
    message = fit(replace(ARTICLE, title=long(47)), WISHES, x)
    assert message.dropped == ("lead", "tags")
    assert "…" not in message.text.text
    assert message.text.text.endswith(f"{LINK}\n#Politics")
    message = fit(replace(ARTICLE, title=long(100)), WISHES, x)
    assert message.dropped == ("lead", "tags", "title")
    assert message.text.text.endswith(f" word…\n\n{LINK}")


def test_the_order_is_the_channels_own(x):
    wishes = replace(WISHES, give_way=("tags", "lead"))
    message = fit(replace(ARTICLE, lead=long(45)), wishes, x)
    assert message.dropped == ("tags",)
    assert long(45) in message.text.text


def test_a_caption_of_1024_characters_is_kept_and_one_of_1025_gives_way(telegram):
    wishes = replace(WISHES, hashtags=(), template="{{ title }}\n{{ read }}", picture="photo")
    for size, dropped in ((1024, ()), (1025, ("picture",))):
        message = fit(replace(ARTICLE, title="a" * (size - len("\nRead →"))), wishes, telegram)
        assert message.dropped == dropped
        assert len(message.text) == size
        assert bool(message.media) is not bool(message.preview)


def test_the_house_name_in_a_title_costs_a_link_on_x(x):
    wishes = replace(WISHES, hashtags=(), give_way=("title",))
    rest = 280 - 23 - len("\n\n") - 23 - len(" ")
    for size, dropped in ((rest, ()), (rest + 1, ("title",))):
        title = "Caliber.Az " + ("word " * 60)[: size - 1] + "d"
        message = fit(replace(ARTICLE, title=title, lead=""), wishes, x)
        assert message.dropped == dropped
        assert message.text.text.startswith("Caliber.Az word")


def test_a_link_too_long_for_the_platform_is_refused(telegram):
    masto = Limits(text=100)
    with pytest.raises(Rejected, match=r"the link alone takes 120 of 100 \(code points\)"):
        fit(ARTICLE, Wishes(link="https://a.az/".ljust(120, "a")), masto)
    assert fit(ARTICLE, Wishes(link="https://a.az/".ljust(2000, "a")), telegram).dropped == ()


def test_a_template_whose_own_words_do_not_fit_is_refused(x):
    with pytest.raises(Rejected, match="Shorten the template"):
        fit(ARTICLE, replace(WISHES, template="{{ url }} " + "word " * 60), x)


def test_what_cannot_give_way_is_refused_in_the_configuration():
    with pytest.raises(ConfigError, match="give_way: “link” cannot give way"):
        Wishes(link=LINK, give_way=("link",))


def test_a_link_that_the_template_lost_is_added(telegram, x):
    untitled = replace(ARTICLE, title="", lead="")
    wishes = replace(WISHES, template="{{ title|link(url) }}")
    assert fit(untitled, wishes, telegram).text.spans[0].url == LINK
    assert fit(untitled, wishes, x).text.text == LINK


def test_alt_text_is_the_images_own_or_its_caption_or_the_title(x):
    def alt(image: Image) -> str:
        return fit(replace(ARTICLE, images=(image,)), WISHES, replace(x, alt_text=12)).media[0].alt

    assert alt(Image(url="https://a.az/1.jpg", alt="One two three four", caption="C")) == "One two…"
    assert alt(Image(url="https://a.az/1.jpg", alt=" \n", caption="A caption")) == "A caption"
    assert alt(Image(url="https://a.az/1.jpg")) == "Talks end…"


def test_an_image_that_is_no_web_address_is_not_sent(x):
    assert fit(replace(ARTICLE, images=(Image(url="file:///etc/passwd"),)), WISHES, x).media == ()


def test_fitting_twice_changes_nothing(telegram, x):
    for limits in (telegram, x):
        once = fit(replace(ARTICLE, lead=long(300)), WISHES, limits)
        assert fit(replace(ARTICLE, lead=long(300)), WISHES, limits) == once
