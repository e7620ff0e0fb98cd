"""Plain text out of what sites write, and headline tags off titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources._text import attributes, first_words, fold, paragraphs, plain, plain_title, take_flags


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain words", "plain words"),
        ("<p>One</p><p>Two</p>", "One Two"),
        ("One<br>Two<br/>Three", "One Two Three"),
        ("a <b>bold</b>er <i>word</i>", "a bolder word"),
        ("A &amp; B &nbsp;&quot;C&quot; &#8212; &hellip;", 'A & B "C" — …'),
        ("5 < 6 and 7 > 2", "5 < 6 and 7 > 2"),
        ('<a title="x > y" href=/z>link</a>', "link"),
        ("<a title='it's'>link</a>", "link"),
        ("<P CLASS=x>upper</P>", "upper"),
        ("seen<!-- not <p> seen -->here", "seenhere"),
        ("<script>if (a < b) { c() }</script>text", "text"),
        ("<STYLE>p { }</STYLE>text", "text"),
        ("<figure><img src=x><figcaption>A caption</figcaption></figure>text", "text"),
        ("<svg><path d='M0'/></svg>text", "text"),
        ("<iframe src='/v'/>text", "text"),
        ("<object data='/v'>one<iframe></iframe>two", "onetwo"),
        ("text<script>if (a)", "text"),
        ("don\x92t\x85", "don’t…"),
        ("<p>don&#146;t\x85</p>\n", "don’t…"),
        ("cafÃ© â\x80¦".replace("©", "\xa9"), "café …"),
        ("text <unclosed", "text"),
        ("text <!-- unclosed", "text"),
        ("<p>The news.</p><p>The post <a>Title</a> appeared first on <a>Site</a>.</p>", "The news."),
    ],
)
def test_html_becomes_the_text_a_reader_sees(html, text):
    assert plain(html) == text


def test_paragraphs_stay_apart_and_line_breaks_of_the_source_do_not():
    assert paragraphs("<p>One\n  line</p>\n\n<div>Two<br>Three</div><ul><li>a<li>b</ul>") == [
        *("One line", "Two", "Three", "a", "b")
    ]


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("A & B <C> _d_", "A & B <C> _d_"),
        ("A &amp; B &nbsp; &quot;C&quot;", 'A & B "C"'),
        ("<b>Bold</b> and <em class='x'>more</em><br/>", "Bold and more"),
        ("Using List<String> in 5 < 6", "Using List<String> in 5 < 6"),
        ("  two\n lines\t", "two lines"),
        ("evil \u202etxt.exe\u202c end\u0000", "evil txt.exe end"),
        ("soft\u00adhyphen \u200bzero\ufeff", "softhyphen zero"),
        ("family 👨\u200d👩\u200d👧", "family 👨\u200d👩\u200d👧"),
        ("&lt;script&gt;", "<script>"),
        ("The <script> tag and the <link> tag", "The <script> tag and the <link> tag"),
        ("A<script type='x'>go('</p>')</script> b<style>p{}</style>", "A b"),
        ("A <script src=x> Ltd changes its name", "A Ltd changes its name"),
        ("A<object classid='x'></object><iframe src='/v'></iframe><link rel='x'> b", "A b"),
    ],
)
def test_a_title_is_plain_text(raw, title):
    assert plain_title(raw) == title


def test_a_title_that_is_meant_as_text_keeps_its_tags():
    assert plain_title("The <b> tag", markup=False) == "The <b> tag"


@pytest.mark.parametrize(
    ("raw", "title", "flags"),
    [
        ("President opens port PHOTO", "President opens port", ("photo",)),
        ("President opens port - VIDEO", "President opens port", ("video",)),
        ("President opens port (PHOTO/VIDEO)", "President opens port", ("photo", "video")),
        ("President opens port [VIDEO]", "President opens port", ("video",)),
        ("President opens port | PHOTOS + VIDEO", "President opens port", ("photo", "video")),
        ("Президент открыл порт - ФОТО", "Президент открыл порт", ("photo",)),
        ("Президент открыл порт. ФОТО ВИДЕО", "Президент открыл порт.", ("photo", "video")),
        ("Նախագահը բացեց նավահանգիստը ՖՈՏՈ", "Նախագահը բացեց նավահանգիստը", ("photo",)),
        ("Նախագահը բացեց նավահանգիստը ՎԻԴԵՈ", "Նախագահը բացեց նավահանգիստը", ("video",)),
        ("Prezident limanı açdı - FOTO/VİDEO", "Prezident limanı açdı", ("photo", "video")),
        ("VIDEO: How it was", "How it was", ("video",)),
        ("(PHOTO) How it was", "How it was", ("photo",)),
        ("ФОТО | Как это было", "Как это было", ("photo",)),
        ("PHOTO: How it was VIDEO", "How it was", ("video", "photo")),
        ("VIDEO games sell well", "VIDEO games sell well", ()),
        ("A new Video", "A new Video", ()),
        ("HOW TO MAKE A VIDEO", "HOW TO MAKE A VIDEO", ()),
        ("HOW IT WAS - VIDEO", "HOW IT WAS", ("video",)),
        ("VIDEO", "VIDEO", ()),
        ("TELEVIDEO", "TELEVIDEO", ()),
        ("Nothing here", "Nothing here", ()),
        ("", "", ()),
    ],
)
def test_headline_tags_become_flags(raw, title, flags):
    assert take_flags(raw) == (title, flags)


def test_first_words_end_with_a_whole_word():
    assert first_words("one two three", 9) == "one two…"
    assert first_words("one two", 9) == "one two"
    assert first_words("x" * 50, 9) == "xxxxxxxxx…"


def test_attributes_are_read_however_they_are_quoted():
    assert attributes(" SRC=\"a&amp;b\" alt='it is' width=5 hidden src=second ") == {
        "src": "a&b",
        "alt": "it is",
        "width": "5",
        "hidden": "",
    }


@given(st.text())
def test_folded_text_is_one_visible_line(text):
    folded = fold(text)
    assert fold(folded) == folded
    assert "\n" not in folded


@given(st.text(alphabet=st.sampled_from(list("<>/=\"'&;!-ap bscriptfigcaption\n#x0"))))
def test_any_markup_becomes_text(markup):
    for line in paragraphs(markup):
        assert line == line.strip()
        assert line


@pytest.mark.parametrize(
    "part",
    [
        *(
            "<",
            "<a",
            "<!--",
            "-->",
            "<a =",
            '<a ="',
            "<a b='",
            "<script>",
            "&",
            "&#",
            "&amp",
            "<p",
            "=",
            '"',
            "\0",
            "[",
        ),
        *("<figcaption>", "<a b=\"'>", " ", "PHOTO ", "- ", "<![CDATA["),
    ],
)
def test_no_text_takes_long(part, timed):
    markup = part * (1_000_000 // len(part))
    with timed(2):
        plain(markup)
    with timed(2):
        take_flags(plain_title(markup))


@pytest.mark.parametrize(
    ("title", "rest", "flags"),
    [
        ("Talks resume UPDATED", "Talks resume", ("updated",)),
        ("LIVE: Talks resume - VIDEO", "Talks resume", ("video", "live")),
        ("Переговоры возобновились ОБНОВЛЕНО", "Переговоры возобновились", ("updated",)),
        ("Danışıqlar bərpa olunub - FOTO - YENİLƏNİB", "Danışıqlar bərpa olunub", ("photo", "updated")),
        ("ՈՒՂԻՂ ԵԹԵՐ: Բանակցություններ", "Բանակցություններ", ("live",)),
        ("People live longer", "People live longer", ()),
    ],
)
def test_updated_and_live_are_tags_as_well(title, rest, flags):
    assert take_flags(title) == (rest, flags)
