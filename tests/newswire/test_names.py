"""One name in five languages has one key."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.names import alike, key, names

LANGUAGES = ("en", "ru", "az", "hy", "tr")


@pytest.mark.parametrize(
    "row",
    [
        "Aliyev Алиев Əliyev Ալիև Aliyev",
        "Azerbaijan Азербайджан Azərbaycan Ադրբեջան Azerbaycan",
        "Baku Баку Bakı Բաքու Bakü",
        "Yerevan Ереван İrəvan Երևան Erivan",
        "Pashinyan Пашинян Paşinyan Փաշինյան Paşinyan",
        "Karabakh Карабах Qarabağ Ղարաբաղ Karabağ",
        "Trump Трамп Tramp Թրամփ Trump",
        "Erdogan Эрдоган Ərdoğan Էրդողան Erdoğan",
        "Moscow Москва Moskva Մոսկվա Moskova",
        "Mammadov Мамедов Məmmədov Մամեդով Memmedov",
        "Zelensky Зеленский Zelenski Զելենսկի Zelenskiy",
        "Hajiyev Гаджиев Hacıyev Հաջիև Hacıyev",
        "Jafarov Джафаров Cəfərov Ջաֆարով Caferov",
        "Voskanyan Восканян Voskanyan Ոսկանյան Voskanyan",
        "Russia России Rusiyada Ռուսաստանի Rusya",
        "Turkey Турции Türkiyə Թուրքիա Türkiye",
        "US США ABŞ ԱՄՆ ABD",
        "Aliyev Алиевым Əliyevin Ալիևը Aliyev'in",
        "Karabakh Карабахе Qarabağda Ղարաբաղում Karabağ'da",
    ],
)
def test_one_name_in_five_languages_is_one(row):
    keys = [key(word, language) for word, language in zip(row.split(), LANGUAGES, strict=True)]
    assert all(alike(keys[0], other) for other in keys[1:]), keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Aliyev", "Lavrov"),
        ("Armenia", "Azerbaijan"),
        ("Georgia", "Germany"),
        ("Baku", "Bokova"),
        ("Mirzoyan", "Pashinyan"),
        ("Iran", "Iraq"),
        ("Austria", "Australia"),
        ("Moscow", "Minsk"),
    ],
)
def test_two_names_are_two(one, other):
    assert not alike(key(one), key(other))


def test_names_within_a_sentence_are_sure_and_those_at_its_beginning_are_not():
    found = names("Talks began. Ilham Aliyev flew to Ankara on Monday", "en")
    assert found.sure == {key("Aliyev"), key("Ankara")}
    assert found.every == (key("Talks"), key("Ilham"), key("Aliyev"), key("Ankara"))


def test_a_headline_in_capitals_tells_none_for_sure():
    assert names("New Bridge Opens In Old Town", "en", headline=True).sure == frozenset()


@given(st.text(max_size=30), st.sampled_from(LANGUAGES))
def test_any_word_has_a_key_that_stands_for_itself(word, language):
    assert alike(key(word, language), key(word, language))


@given(st.text(max_size=200), st.sampled_from(LANGUAGES), st.booleans())
def test_what_is_sure_is_one_of_them(text, language, headline):
    found = names(text, language, headline=headline)
    assert found.sure <= set(found.every)


@given(st.text("abcdefgh", max_size=8), st.text("abcdefgh", max_size=8))
def test_likeness_of_names_has_no_direction(one, other):
    assert alike(key(one), key(other)) == alike(key(other), key(one))
