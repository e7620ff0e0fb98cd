"""The lead: what a reader should see first, without what feeds put round it."""

import pytest

from formatting.sentences import sentences
from formatting.summary import LONGEST, lead, without_dateline
from newswire.article import Article


def article(lead: str = "", body: str = "", title: str = "Talks end in Baku") -> Article:
    return Article(url="https://news.example/1", title=title, lead=lead, body=body)


BODY = "Ministers met in Baku on Monday. They agreed on three points. A paper will follow.\n\nSecond paragraph is here."


def test_a_real_lead_gives_its_first_sentences():
    told = article("The talks in Baku are over. Nobody signed. A third sentence.", BODY)
    assert lead(told, "en") == "The talks in Baku are over. Nobody signed."
    assert lead(told, "en", 1) == "The talks in Baku are over."
    assert lead(told, "en", 0) == ""


@pytest.mark.parametrize(
    "given",
    [
        "",
        "   \n ",
        "Talks end in Baku",
        "TALKS END IN BAKU!",
        "Read more…",
        "Talks end in Baku. Read more »",
        "Подробнее",
        "Ətraflı oxu",
        "Devamı için tıklayın",
        "Կարդալ ավելին",
        "https://news.example/1",
        "The post Talks end in Baku appeared first on News.",
        "Photo: Agency",
        "Ministers met in Baku on Mon[…]",
        "Ministers met in Baku on Mon...",
    ],
)
def test_where_the_lead_says_nothing_the_body_speaks(given):
    assert lead(article(given, BODY), "en") == "Ministers met in Baku on Monday. They agreed on three points."


def test_a_cut_lead_without_a_body_keeps_its_ellipsis():
    assert lead(article("Ministers met in Baku on Mon [...]"), "en") == "Ministers met in Baku on Mon…"


def test_boilerplate_after_a_real_lead_is_taken_off():
    assert lead(article("The talks in Baku are over. Read more"), "en") == "The talks in Baku are over."
    assert (
        lead(article("The talks in Baku are over. The post X appeared first on Y."), "en")
        == "The talks in Baku are over."
    )


def test_an_article_of_a_title_only_has_no_lead():
    assert lead(article(), "en") == ""
    assert lead(article("Talks end in Baku", "Talks end in Baku"), "en") == ""


def test_a_title_repeated_before_the_lead_is_taken_off():
    assert lead(article("Talks end in Baku — The ministers have gone home."), "en") == "The ministers have gone home."


def test_one_endless_sentence_is_cut_at_a_word():
    told = lead(article("word " * 1000 + "end"), "en")
    assert told.endswith("word…")
    assert LONGEST - 10 < len(told) <= LONGEST


def test_control_characters_and_markup_are_words_or_nothing():
    assert lead(article("<b>The talks</b>\x00 in\nBaku are _over_."), "en") == "<b>The talks</b> in Baku are _over_."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BAKU, September 24 — The U.S. agreed.", "The U.S. agreed."),
        ("Баку, 24 сентября. /Агентство/ Президент прибыл.", "Президент прибыл."),
        ("Баку, 24 сентября, АЗЕРТАДЖ: Президент прибыл.", "Президент прибыл."),
        ("МОСКВА, 24 ноя — РИА Новости. Президент прибыл.", "Президент прибыл."),
        ("Москва. 24 ноября. INTERFAX.RU - Идёт дождь.", "Идёт дождь."),
        ("Bakı, 24 sentyabr, AZƏRTAC Yağış yağır.", "Yağış yağır."),
        ("ԵՐԵՎԱՆ, 24 ՍԵՊՏԵՄԲԵՐԻ, ԱՐՄԵՆՊՐԵՍՍ: Նախագահը ժամանեց։", "Նախագահը ժամանեց։"),
        ("Ankara, 24 Eylül (AA) - Yağmur yağdı.", "Yağmur yağdı."),
        ("LONDON — It rained.", "It rained."),
        ("LONDON (Reuters) - It rained.", "It rained."),
        ("Baku, Sept. 24 (AP) — It rained.", "It rained."),
        ("Baku. Trend: It rained.", "It rained."),
    ],
)
def test_a_dateline_is_taken_off(text, expected):
    assert without_dateline(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "NATO — an alliance — said so.",
        "On September 24, Baku — the capital — was calm.",
        "Warning. Police: stay home.",
        "Azerbaijan, Armenia - neighbours, met.",
        "Paris, May 5 was a fine day in Paris — really.",
        "Aliyev, 62, arrived in Baku — his home.",
        "Washington (the man) — was late.",
        "The ministers — all of them — met",
    ],
)
def test_what_only_looks_like_a_dateline_stays(text):
    assert without_dateline(text) == text


@pytest.mark.parametrize(
    ("language", "body", "expected"),
    [
        ("ru", "Баку, 24 сентября. /Агентство/ В 2024 г. Путин т.е. он приехал. Потом уехал. Третье.", 2),
        ("hy", "Ո՞վ է նա։ Նա ասաց. «Գալիս եմ»։ Երրորդ։", 2),
        ("az", "Prezident İ. Əliyev Bakıya gəldi. Yağış yağır. Üçüncü.", 2),
        ("zh", "今天下雨了，人们都带着伞。明天会是晴天，大家放心。第三句话在这里。", 2),
    ],
)
def test_two_sentences_are_two_in_every_language(language, body, expected):
    told = lead(article(body=body, title="—"), language)
    assert len(sentences(told, language)) == expected
    assert told in body
