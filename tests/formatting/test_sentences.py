"""Where sentences end in the newsroom's languages."""

import pytest

from formatting.sentences import base, sentence_ends, sentences

CASES = [
    ("en", "The U.S. said so. Mr. Smith paid $1,200.50 to A. B. Jones. Done.", 3),
    ("en", '"It is fine," he said. "Is it?" she asked. Yes!', 3),
    ("en", "“Stop!” he cried. No. 5 won on Sept. 24. He said no. Then he left.", 4),
    ("en", "They left at 5 p.m. Today is new. Apples, etc. Next one...", 4),
    ("en", "Yahoo! said so. iPhone.", 1 + 1 - 1),
    ("en", "It fell 3.5 percent in 2024. Then it rose.", 2),
    ("en", "Prices rose… and fell. Wait… What?", 3),
    ("ru", "В 2024 г. Путин заявил об этом. Т.е. это так, т.к. И. И. Иванов сказал.", 2),
    ("ru", "Длилось 5 мин. Это много и т.д. Новый закон! Да? «Нет», — сказал он.", 4),
    ("ru", "Цена 3,5 млн руб. за ул. Низами, д. 5. Конец.", 2),
    ("az", "Prezident İ. Əliyev gəldi. Bakıda yağış yağır. 5 mln. manat və s. ödənilib.", 3),
    ("tr", "24. Dönem başladı. Dr. Ali geldi. Tamam mı? Evet.", 4),
    ("hy", "Նա ասաց. «Ես գալիս եմ»։ Ո՞վ է նա։ Ի՜նչ գեղեցիկ է։", 3),
    ("hy", "Նախագահը Երևանում է: Նա ժամանեց 12:30-ին։", 2),
    ("zh", "你好。世界！“再见？”他说。", 4),
    ("ar", "وصل الرئيس. ماذا قال؟ لا شيء.", 3),
    ("hi", "यह वाक्य है। यह दूसरा है।", 2),
    ("", "", 0),
    ("en", "No stop at all", 1),
]


@pytest.mark.parametrize(("language", "text", "count"), CASES)
def test_a_text_has_the_sentences_a_reader_would_count(language, text, count):
    found = sentences(text, language)
    assert len(found) == count, found


def test_nothing_is_lost_between_sentences():
    for language, text, _ in CASES:
        assert "".join("".join(sentences(text, language)).split()) == "".join(text.split())


def test_the_last_place_is_the_end_of_the_text():
    assert sentence_ends("One. Two", "en") == [4, 8]
    assert sentence_ends("One. Two.  ", "en") == [4, 9]


def test_a_language_tag_is_cut_to_its_language():
    assert [base(tag) for tag in ("en-GB", "zh_Hans", "RU", "")] == ["en", "zh", "ru", ""]
