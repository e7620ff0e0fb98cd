"""Which of the places that were found are for one language edition."""

from sources.discovery import Candidate, suited


def place(path: str, language: str = "", articles: int = 3) -> Candidate:
    return Candidate(kind="feed", url=f"https://news.example{path}", language=language, articles=articles)


def test_its_own_comes_first_then_what_does_not_say_and_other_editions_are_left_out():
    found = [place("/us.xml", "en-US"), place("/rss.xml"), place("/a.xml", "az"), place("/b.xml", "ru-RU")]
    assert suited(found, "ru", {"az"}) == [found[3], found[1], found[0]]


def test_an_address_may_tell_but_leaves_nothing_out():
    found = [place("/ru/rss.xml"), place("/rss.xml"), place("/en/rss.xml")]
    assert suited(found, "en") == [found[2], found[1], found[0]]


def test_a_place_without_articles_comes_last():
    found = [place("/en/empty.xml", "en", 0), place("/rss.xml")]
    assert suited(found, "en") == [found[1], found[0]]
