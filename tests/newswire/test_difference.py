"""What a change weighs, in five languages."""

import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newswire.article import Article, Image
from newswire.difference import Difference, Weight, compare, heaviest, weigh

SILENT, VISIBLE, CORRECTION = Weight

EXAMPLES = [
    # typography
    (SILENT, "en", "“Talks” begin", '"Talks" begin'),
    (SILENT, "en", "Talks — on water", "Talks – on water"),
    (SILENT, "en", "Talks  begin…", "Talks begin..."),
    (SILENT, "en", "It's over", "It’s over."),
    (SILENT, "en", "1 200 people", "1\u00a0200 people"),
    (SILENT, "ru", "«Всё» решено", "“Все” решено"),
    (SILENT, "ru", "Переговоры - начались", "Переговоры — начались"),
    (SILENT, "az", "“Danışıqlar” başladı", "«Danışıqlar» başladı"),
    (SILENT, "tr", "Ankara'da toplantı", "Ankara’da toplantı"),
    (SILENT, "hy", "«Խաղաղություն»։", "“Խաղաղություն”:"),
    # other words for the same
    (VISIBLE, "en", "Talks begin", "Talks start"),
    (VISIBLE, "en", "Talks begin", "Talks begin in Baku"),
    (VISIBLE, "en", "Talks begin today", "Talks begin"),
    (VISIBLE, "en", "Minister resigns", "Minister resigns?"),
    (VISIBLE, "en", "Two ministers resign", "2 ministers quit"),
    (VISIBLE, "en", "Trump arrives in Paris", "Trump lands in Paris"),
    (VISIBLE, "en", "", "Talks"),
    (VISIBLE, "ru", "Переговоры начались", "Переговоры стартовали"),
    (VISIBLE, "ru", "Сегодня Алиев прибыл в Баку", "Алиев сегодня приехал в Баку"),
    (VISIBLE, "ru", "Алиев обвинил Пашиняна", "Пашиняна обвинил Алиев"),
    (VISIBLE, "az", "Danışıqlar başladı", "Danışıqlar start götürdü"),
    (VISIBLE, "tr", "Toplantı Ankara'da başladı", "Toplantı Ankara’da açıldı"),
    (VISIBLE, "hy", "Բանակցությունները սկսվեցին", "Բանակցությունները մեկնարկեցին"),
    # numbers
    (CORRECTION, "en", "12 dead in fire", "14 dead in fire"),
    (CORRECTION, "en", "Five dead in fire", "Six dead in fire"),
    (CORRECTION, "en", "Loss of 5 million", "Loss of 5 billion"),
    (CORRECTION, "en", "Team wins 2-1", "Team wins 1-2"),
    (CORRECTION, "ru", "Погибли пять человек", "Погибли шесть человек"),
    (CORRECTION, "az", "3 nəfər öldü", "4 nəfər öldü"),
    (CORRECTION, "tr", "Beş kişi öldü", "Altı kişi öldü"),
    (CORRECTION, "hy", "Երևանում զոհվել է 3 մարդ", "Երևանում զոհվել է 5 մարդ"),
    # names
    (CORRECTION, "en", "Talks in Baku fail", "Talks in Ganja fail"),
    (CORRECTION, "en", "Armenia wins", "Azerbaijan wins"),
    (CORRECTION, "en", "Iran talks resume in Vienna", "Iraq talks resume in Vienna"),
    (CORRECTION, "ru", "Переговоры начались в Баку", "Переговоры начались в Гяндже"),
    (CORRECTION, "ru", "Войска Нигера отступили", "Войска Нигерии отступили"),
    (CORRECTION, "az", "Prezident Bakıya gəldi", "Prezident Gəncəyə gəldi"),
    (CORRECTION, "tr", "Ankara'da toplantı", "İzmir'de toplantı"),
    (CORRECTION, "hy", "Հանդիպում Երևանում", "Հանդիպում Գյումրիում"),
    # a "not"
    (CORRECTION, "en", "Minister will resign", "Minister will not resign"),
    (CORRECTION, "en", "Minister is guilty", "Minister isn't guilty"),
    (CORRECTION, "en", "Ruling was lawful", "Ruling was unlawful"),
    (CORRECTION, "ru", "Суд признал его виновным", "Суд не признал его виновным"),
    (CORRECTION, "ru", "Решение законное", "Решение незаконное"),
    (CORRECTION, "az", "Nazir istefa verdi", "Nazir istefa vermədi"),
    (CORRECTION, "az", "Bu qanuni deyil", "Bu qanunidir"),
    (CORRECTION, "tr", "Bakan istifa etti", "Bakan istifa etmedi"),
    (CORRECTION, "tr", "Karar yasal", "Karar yasal değil"),
    (CORRECTION, "hy", "Նախարարը հրաժարական տվեց", "Նախարարը հրաժարական չտվեց"),
    (CORRECTION, "hy", "Նա մեղավոր է", "Նա մեղավոր չէ"),
    # who did it to whom
    (CORRECTION, "en", "Armenia beats Azerbaijan", "Azerbaijan beats Armenia"),
    (CORRECTION, "en", "Armenia attacked Azerbaijan", "Armenia was attacked by Azerbaijan"),
    (CORRECTION, "ru", "Алиев обвинил Пашиняна", "Пашинян обвинил Алиева"),
    (CORRECTION, "ru", "Алиев обвинил Пашиняна", "Алиева обвинил Пашинян"),
    (CORRECTION, "tr", "Ahmet Mehmet'i yendi", "Mehmet Ahmet'i yendi"),
    (CORRECTION, "az", "Nazir Bakıda danışdı", "Nazir Bakıdan danışdı"),
]


@pytest.mark.parametrize(("weight", "language", "old", "new"), EXAMPLES)
def test_what_a_change_of_words_weighs(weight, language, old, new):
    assert weigh(old, new, language) is weight


def test_the_rest_of_the_article_tells_names_from_words_that_begin_a_sentence():
    assert weigh("Talks collapse", "Negotiations collapse", "en") is CORRECTION, "in doubt it may be a name"
    assert weigh("Talks collapse", "Negotiations collapse", "en", "The talks were long.") is VISIBLE


def test_in_headlines_in_capitals_only_what_the_text_shows_as_a_name_is_one():
    old, new, text = "Ministers Meet In Baku On Water", "Ministers Gather In Baku On Water", "They met in Baku."
    assert weigh(old, new, "en", text) is VISIBLE
    assert weigh(old, new.replace("Baku", "Ganja"), "en", text) is CORRECTION


TEXTS = st.text(st.sampled_from(string.ascii_letters + string.digits + " .,-'\"?!«»—Ёёığİıәəչи"), max_size=60)
LANGUAGES = st.sampled_from(["en", "ru", "az", "hy", "tr", "ka", ""])


@given(TEXTS, TEXTS, LANGUAGES)
def test_a_change_is_silent_in_both_directions_or_in_none(old, new, language):
    assert (weigh(old, new, language) is SILENT) == (weigh(new, old, language) is SILENT)


@given(TEXTS, LANGUAGES)
def test_typography_is_always_silent(text, language):
    other = text.replace("—", "–").replace("«", "“").replace("»", "”").replace(" ", " \u00a0").replace("Ё", "Е")
    assert weigh(text, other, language) is SILENT
    assert weigh(text, f"\ufeff {text}\u00ad ", language) is SILENT


@given(
    st.lists(st.sampled_from(["talks", "on", "water", "begin", "in", "town"]), min_size=1), st.integers(0, 9), st.data()
)
def test_another_number_is_always_a_correction(words, number, data):
    at = data.draw(st.integers(0, len(words)))
    old, new = ([*words[:at], str(n), *words[at:]] for n in (number, number + 1))
    assert weigh(" ".join(old), " ".join(new), "en") is CORRECTION


@given(st.lists(st.sampled_from(["talks", "will", "go", "on"]), min_size=1), st.data())
def test_one_not_more_or_less_is_always_a_correction(words, data):
    at = data.draw(st.integers(0, len(words)))
    for language, word in (("en", "not"), ("ru", "не"), ("az", "deyil"), ("tr", "değil"), ("hy", "չէ")):
        denied = " ".join([*words[:at], word, *words[at:]])
        assert weigh(" ".join(words), denied, language) is CORRECTION
        assert weigh(denied, " ".join(words), language) is CORRECTION


@given(st.text(max_size=80), st.text(max_size=80), LANGUAGES, st.text(max_size=40))
def test_any_text_can_be_weighed(old, new, language, context):
    assert weigh(old, new, language, context) in Weight
    assert weigh(old, old, language, context) is SILENT


SEEN = Article(
    url="https://site.example/1",
    title="Fire kills 12",
    lead="A fire in Baku has killed 12.",
    body="A fire in Baku has killed 12.\n\nThe cause is not known.",
    section="world",
    edition="en",
    images=(Image(url="https://site.example/1.jpg?w=800"),),
)


def test_nothing_changed_weighs_nothing():
    assert compare(SEEN, SEEN) == Difference()
    assert compare(SEEN, SEEN).weight is SILENT


def test_a_correction_in_the_text_is_found_and_shown_where_it_is():
    changed = replace(SEEN, body=SEEN.body.replace("12", "14"))
    difference = compare(SEEN, changed)
    [part] = difference.parts
    assert (part.name, part.weight) == ("body", CORRECTION)
    assert difference.said() == "text corrected: Baku has killed 12. → Baku has killed 14."


def test_a_paragraph_more_or_less_is_no_correction():
    longer = replace(SEEN, body=f"{SEEN.body}\n\nNobody in Ganja was hurt.")
    assert compare(SEEN, longer).weight is VISIBLE
    assert compare(longer, SEEN).weight is VISIBLE
    assert compare(SEEN, longer).said() == "text changed: nothing → Nobody in Ganja was hurt."


def test_a_paragraph_that_moved_away_does_not_hide_a_correction():
    changed = replace(SEEN, body="A fire in Baku has killed 14.\n\nIt broke out at noon.\n\nThe cause is not known.")
    assert compare(SEEN, changed).weight is CORRECTION


def test_a_picture_in_another_size_is_the_same_one():
    def shown(url):
        return replace(SEEN, images=(Image(url=url),))

    assert compare(SEEN, shown("https://site.example/1.jpg?w=400")).weight is SILENT
    assert compare(SEEN, shown("https://site.example/2.jpg")).said() == "picture changed"
    assert compare(SEEN, replace(SEEN, images=())).weight is VISIBLE


def test_the_heaviest_part_is_told_first():
    changed = replace(SEEN, title="Fire kills 14", section="society", lead="A  fire in Baku has killed 12.")
    difference = compare(SEEN, changed)
    assert difference.weight is CORRECTION
    assert difference.said() == (
        "headline corrected: Fire kills 12 → Fire kills 14; section changed: world → society; lead: typography only"
    )
    assert Difference.from_json(difference.to_json()) == difference


def test_weights_are_ordered():
    assert heaviest(iter([SILENT, CORRECTION, VISIBLE])) is CORRECTION
    assert heaviest(iter([])) is SILENT
