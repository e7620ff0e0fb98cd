"""Which articles tell one story: a table of examples, and what must hold for any."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.desk import NOON

from newswire.article import Article, Image
from newswire.likeness import kinship, likeness, numbers, same_picture, traits


def told(title: str, lead: str = "", edition: str = "en", minutes: int = 0, image: str = ""):
    images = (Image(url=image),) if image else ()
    at = NOON + timedelta(minutes=minutes)
    return traits(Article(url="https://n/1", title=title, lead=lead, edition=edition, published_at=at, images=images))


SUMMIT = {
    "en": (
        "Azerbaijan and Turkey sign 23 agreements in Ankara",
        "President Ilham Aliyev and Recep Tayyip Erdogan signed 23 documents worth $1.4 billion.",
    ),
    "ru": (
        "Азербайджан и Турция подписали в Анкаре 23 соглашения",
        "Президент Ильхам Алиев и Реджеп Тайип Эрдоган подписали 23 документа на 1,4 миллиарда долларов.",
    ),
    "az": (
        "Azərbaycan və Türkiyə Ankarada 23 saziş imzalayıb",
        "Prezident İlham Əliyev və Rəcəb Tayyib Ərdoğan 1,4 milyard dollarlıq 23 sənəd imzalayıblar.",
    ),
    "hy": (
        "Ադրբեջանն ու Թուրքիան Անկարայում 23 համաձայնագիր են ստորագրել",
        "Նախագահներ Իլհամ Ալիևը և Ռեջեփ Թայիփ Էրդողանը ստորագրել են 1,4 միլիարդ դոլարի 23 փաստաթուղթ։",
    ),
    "tr": (
        "Azerbaycan ve Türkiye Ankara'da 23 anlaşma imzaladı",
        "Cumhurbaşkanı İlham Aliyev ve Recep Tayyip Erdoğan 1,4 milyar dolarlık 23 belge imzaladı.",
    ),
}
MATCH = {
    "en": ("Qarabag beat Neftchi 2-1 in Baku", "Zoubir scored twice for Qarabag before 31,200 people; Sabah wait."),
    "ru": (
        "«Карабах» победил «Нефтчи» со счетом 2:1",
        "Дважды за «Карабах» забил Зубир, матч в Баку видели 31 200 человек.",
    ),
    "az": (
        "Bakıda Qarabağ Neftçini 2:1 hesabı ilə məğlub edib",
        "Qarabağda iki qolu Zubir vurub, oyunu 31 200 nəfər izləyib.",
    ),
}
QUAKE = {
    "en": (
        "Magnitude 5.3 earthquake hits near Van in eastern Turkey",
        "The quake struck at a depth of 14 kilometres, AFAD said in Ankara.",
    ),
    "ru": (
        "Землетрясение магнитудой 5,3 произошло близ Вана в Турции",
        "Очаг залегал на глубине 14 километров, сообщили в AFAD в Анкаре.",
    ),
    "tr": (
        "Türkiye'nin doğusunda Van yakınlarında 5,3 büyüklüğünde deprem",
        "Deprem 14 kilometre derinlikte oldu, Ankara'da AFAD bildirdi.",
    ),
    "hy": (
        "Թուրքիայի Վան քաղաքի մոտ 5,3 մագնիտուդով երկրաշարժ է եղել",
        "Օջախը եղել է 14 կմ խորության վրա, հայտնել է AFAD-ը Անկարայից։",
    ),
}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[
            (SUMMIT, pair)
            for pair in ("en ru", "en az", "en hy", "en tr", "ru az", "ru hy", "ru tr", "az hy", "az tr", "hy tr")
        ],
        *[(MATCH, pair) for pair in ("en ru", "en az", "ru az")],
        *[(QUAKE, pair) for pair in ("en ru", "en tr", "ru tr", "en hy")],
    ],
)
def test_editions_of_one_story_are_found(one, other):
    first, second = other.split()
    a, b = told(*one[first], first), told(*one[second], second, minutes=40)
    assert kinship(a, b) > 0
    assert kinship(a, b) == pytest.approx(kinship(b, a), rel=0.5), "both ways"


@pytest.mark.parametrize(
    ("en", "other", "language"),
    [
        (SUMMIT["en"], ("Азербайджан и Турция подписали 4 соглашения в Баку", "Ильхам Алиев принял Эрдогана."), "ru"),
        (SUMMIT["en"], ("Ильхам Алиев прибыл в Анкару", "Президента Алиева встретил Реджеп Тайип Эрдоган."), "ru"),
        (
            MATCH["en"],
            ("«Карабах» победил «Нефтчи» со счетом 3:0", "Дважды забил Зубир, матч в Баку видели 18 000."),
            "ru",
        ),
        (MATCH["en"], ("«Сабах» победил «Зиря» со счетом 2:1", "Матч в Баку видели 3 400 человек."), "ru"),
        (
            QUAKE["en"],
            ("Землетрясение магнитудой 4,1 произошло близ Вана в Турции", "Глубина 7 километров, сообщили в AFAD."),
            "ru",
        ),
        (
            ("Weather in Baku on Tuesday", "Up to 14 degrees in Baku."),
            ("Погода в Баку", "До 14 градусов в Баку."),
            "ru",
        ),
        (("Oil price rises to 81.2 dollars", "Brent rose."), ("Золото подорожало до 2 650,1", "В Лондоне."), "ru"),
        (("Putin speaks in Moscow", "He spoke of Iran."), ("Путин прилетел в Минск", "Его встретил Лукашенко."), "ru"),
    ],
)
def test_other_stories_are_not(en, other, language):
    assert kinship(told(*en), told(*other, language, minutes=20)) == 0


def test_the_same_story_half_a_day_later_is_another_one():
    assert kinship(told(*SUMMIT["en"]), told(*SUMMIT["ru"], "ru", minutes=13 * 60)) == 0


def test_a_picture_in_common_needs_less_beside_it_but_not_nothing():
    shown = "https://n/media/2026/11/24/aliyev-1764000000.webp"
    a = told("Aliyev opens a bridge in Shusha", "It spans the river.", image=shown)
    b = told("В Шуше открыли мост", "На открытии был президент Алиев.", "ru", 10, f"{shown}?w=800")
    assert kinship(a, b) > 0
    assert kinship(a, told("В Шуше открыли мост", "Был президент Алиев.", "ru", 10)) == 0, "without the picture"
    assert kinship(a, told("Цены на хлеб выросли", "На треть.", "ru", 10, shown)) == 0, "with nothing but the picture"
    assert kinship(a, told("В Шуше открыли мост", "Был президент Алиев.", "ru", 10), picture=True) > 0, (
        "seen to be the same"
    )


def test_an_archive_picture_does_not_make_one_of_two_earthquakes():
    other = told("Землетрясение магнитудой 4,1 произошло близ Вана в Турции", "Сообщили в AFAD в Анкаре.", "ru", 30)
    assert kinship(told(*QUAKE["en"]), other, picture=True) == 0


def test_names_that_stand_in_every_article_tell_nothing():
    a = told("Aliyev, Bayramov and Hajiyev on Karabakh", "Ilham Aliyev spoke, Jeyhun Bayramov and Hikmet Hajiyev too.")
    b = told("Алиев, Байрамов и Гаджиев о Карабахе", "Выступили Ильхам Алиев, Джейхун Байрамов и Хикмет Гаджиев.", "ru")
    assert kinship(a, b) > 0
    assert kinship(a, b, common=set(a.names.sure)) == 0


AGENCY = (
    "The foreign ministers of Armenia and Azerbaijan met in Geneva on Tuesday and agreed to open two border crossings by "
    "spring, officials said. The talks lasted for six hours. A joint statement is expected in the evening. "
    "The crossings will serve lorries first and passenger cars from July on."
)


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        (
            "Armenia and Azerbaijan agree to open two border crossings",
            "Armenia and Azerbaijan to open two crossings on border",
            85,
            100,
        ),
        (
            "Talks in Geneva end with agreement on crossings",
            "Armenia, Azerbaijan agree to open border crossings",
            80,
            100,
        ),
    ],
)
def test_an_agency_story_told_twice_is_found(one, other, least, most):
    assert (
        least <= likeness(told(one, AGENCY), told(other, AGENCY.replace("officials said", "the ministry said"))) <= most
    )


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("en", "Sabah beats Neftchi 2-1", "Neftchi beats Sabah 2-1"),
        ("en", "Alpha beats beta 2-1", "Beta beats alpha 2-1"),
        ("ru", "«Сабах» обыграл «Нефтчи» 2:1", "«Нефтчи» обыграл «Сабах» 2:1"),
        ("az", "Sabah Neftçini 2:1 hesabı ilə uddu", "Neftçi Sabahı 2:1 hesabı ilə uddu"),
        ("tr", "Fenerbahçe Galatasaray'ı 2-1 yendi", "Galatasaray Fenerbahçe'yi 2-1 yendi"),
        ("hy", "«Արարատ»-ը հաղթեց «Փյունիկ»-ին 2:1", "«Փյունիկ»-ը հաղթեց «Արարատ»-ին 2:1"),
        ("en", "Sabah beats Neftchi 2-1", "Sabah beats Neftchi 3-1"),
        ("en", "Two people killed, 14 hurt in Baku crash", "Two people killed, 15 hurt in Baku crash"),
        ("en", "Armenia will open the border", "Armenia will not open the border"),
        ("ru", "Лавров приедет в Баку", "Лавров не приедет в Баку"),
        ("az", "Bayramov Bakıya gəlir", "Bayramov Bakıya gəlmir"),
        ("tr", "Fidan Bakü'ye gidecek", "Fidan Bakü'ye gitmeyecek"),
        ("en", "Bayramov meets Lavrov in Moscow", "Bayramov meets Fidan in Moscow"),
        ("ru", "Курс доллара на 24 ноября", "Курс доллара на 25 ноября"),
    ],
)
def test_what_differs_in_a_number_a_name_or_a_not_is_no_duplicate(language, one, other):
    assert likeness(told(one, edition=language), told(other, edition=language)) == 0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Oil price rises on Tuesday", "Oil price falls on Tuesday"),
        ("Parliament adopts the budget", "Parliament debates the pension law"),
        ("Fire in a Baku market is out", "Baku market opens again after repairs"),
    ],
)
def test_headlines_alone_do_not_make_a_duplicate_of_another_story(one, other):
    assert likeness(told(one), told(other)) < 85


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1,500 people, 2.5 %", ("1500", "2.5")),
        ("1 500 человек и 2,5 %", ("1500", "2.5")),
        ("1.500.000 lira", ("1500000",)),
        ("2:1, 2-1", ("2", "1", "2", "1")),
        ("в 2026 году 007", ("2026", "7")),
    ],
)
def test_numbers_have_one_writing(text, found):
    assert numbers(text) == found


def test_pictures_differ_by_few_bits_when_they_are_one():
    assert same_picture(0b1111, 0b1110)
    assert not same_picture(0, (1 << 20) - 1)


TITLES = st.lists(
    st.sampled_from(
        ["Baku", "Sabah", "Neftchi", "beats", "wins", "2", "1", "14", "the", "Lavrov", "not", "opens", "Шуша", "Алиев"]
    ),
    min_size=1,
    max_size=8,
).map(" ".join)


@settings(max_examples=150)
@given(TITLES, TITLES, st.text(max_size=120), st.text(max_size=120))
def test_likeness_is_a_percentage_without_a_direction(one, other, lead, another):
    a, b = told(one, lead), told(other, another)
    assert 0 <= likeness(a, b) <= 100
    assert likeness(a, b) == likeness(b, a)


@settings(max_examples=100)
@given(TITLES, st.text(max_size=200))
def test_an_article_is_wholly_like_itself(title, lead):
    assert likeness(told(title, lead), told(title, lead)) >= 95


@settings(max_examples=100)
@given(st.text(max_size=80), st.text(max_size=200), st.text(max_size=80), st.text(max_size=200), st.integers(-600, 600))
def test_kinship_takes_any_text_and_is_sure_or_nothing(one, lead, other, another, minutes):
    found = kinship(told(one, lead), told(other, another, "ru", minutes))
    assert found == 0 or found >= 1
