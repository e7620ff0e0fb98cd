"""Templates: values are text, links are there, and what cannot be used is refused with its line."""

import time

import pytest

from formatting.template import DEFAULTS, LONGEST, BadTemplate, carries, check, template, written_out
from newswire.errors import ConfigError
from newswire.richtext import RichText, Span, Style, link

URL = "https://news.example/1"


@pytest.mark.parametrize("name", DEFAULTS)
def test_the_default_templates_pass_their_own_check(name, telegram, x):
    check(DEFAULTS[name], telegram)
    check(DEFAULTS[name], x)


def test_filters_make_spans():
    made = template("{{ title|bold|italic }} {{ lead|quote }} {{ site|link(url) }} {{ author|upper }}").render(
        {"title": "T", "lead": "L", "site": "S", "url": URL, "author": "ann"}
    )
    assert made == RichText(
        "T L S ANN",
        (
            Span(0, 1, Style.BOLD),
            Span(0, 1, Style.ITALIC),
            Span(2, 3, Style.QUOTE),
            Span(4, 5, Style.LINK, URL),
        ),
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "A & B <C> _d_ *e* `f` [g](https://evil)",
        "{{ url }} {% if x %} {# c #}",
        "<a href='https://evil'>x</a>",
        "\ue000\ufdd0bold\ufdd1",
        "&lt;b&gt; &amp;amp; \\* \\n",
    ],
)
def test_a_value_is_text_whatever_it_looks_like(hostile):
    made = template("{{ title|bold }}\n{{ read }}").render({"title": hostile, "read": link("Read", URL)})
    assert made.text == f"{hostile}\nRead"
    assert made.spans == (Span(0, len(hostile), Style.BOLD), Span(len(hostile) + 1, len(made), Style.LINK, URL))


def test_what_an_empty_value_leaves_behind_closes_up():
    made = template("{{ flag }} {{ title|bold }}  {{ site }}\n\n{{ lead }}\n\n\n{{ url }}\n{{ tags }}\n")
    assert made.render({"title": "Title", "url": URL}) == RichText(f"Title\n\n{URL}", (Span(0, 5, Style.BOLD),))


def test_if_and_choice_work_on_values():
    made = template(
        "{% if section == 'sport' %}⚽ {% endif %}{{ title }}{{ ' · ' if author }}{{ author or site }} {{ url }}"
    )
    assert made.render({"section": "sport", "title": "T", "author": "A", "url": "u"}).text == "⚽ T · A u"
    assert made.render({"title": "T", "site": "S", "url": "u"}).text == "TS u"


def test_without_styles_the_link_is_written_out_once():
    made = template("{{ title|bold|link(url) }}").render({"title": "Title", "url": URL}, styles=False)
    assert made == RichText(f"Title {URL}")
    assert written_out(link(URL, URL) + " x") == RichText(f"{URL} x")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("{{ url }}\n{{ titel }}", "template line 2: unknown value “titel”; did you mean “title”?"),
        ("{{ url }} {{ zzzz }}", "known: title, lead, url, read"),
        ("{{ url|boldd }}", "template line 1: unknown filter “boldd”; did you mean “bold”?"),
        ("{{ url|escape }}", "unknown filter “escape”"),
        ("\n\n{{ title", "template line 3: "),
        ("{% if lead %}{{ url }}", "template line 1: "),
        ("{{ title }}", "template has no link. Add {{ url }} or {{ read }}"),
        ("{title} {url}", "with two braces"),
        ("{{ title }} {% if lead %}{{ url }}{% endif %}", "no link when these are empty: lead"),
        ("{{ title }} {% if lead or author %}{{ read }}{% endif %}", "no link when these are empty: lead, author"),
        ("{{ title }} {% if not section %}{{ url }}{% endif %}", "template has no link"),
        ("{{ title }}{{ url }}", "the link touches other words. Put a space"),
        ("{{ title|link('https://elsewhere.example') }}", "template has no link"),
        ("{{ title|link('javascript:alert(1)') }}", "template line 1: write link(url)"),
        ("{{ title|link(lead) }}", "template line 1: write link(url)"),
        ("{{ title|bold(1) }}", "“bold” takes nothing in brackets"),
        ("{% for i in range(9) %}{{ url }}{% endfor %}", "template line 1: “for” is not for templates"),
        ("{{ 'a' * 1000000000 }} {{ url }}", "“mul” is not for templates"),
        ("{{ 9 ** 9 ** 9 }} {{ url }}", "“pow” is not for templates"),
        ("{{ title ~ lead }} {{ url }}", "“concat” is not for templates"),
        ("{% set a = title %}{{ url }}", "“assign” is not for templates"),
        ("{% macro a() %}{% endmacro %}{{ url }}", "is not for templates"),
        ("{% include 'x' %}{{ url }}", "“include” is not for templates"),
        ("{{ title.__class__ }} {{ url }}", "“getattr” is not for templates"),
        ("{{ title['x'] }} {{ url }}", "“getitem” is not for templates"),
        ("{{ title.upper() }} {{ url }}", "is not for templates"),
        ("{{ url }} " + "{{ " + "not " * 1300 + "title }}", "too deeply nested"),
        ("{{ url }}" + "x" * LONGEST, "characters, at most 4096 fit"),
        ("{{ url }} " + "word " * 110, "its own words take"),
    ],
)
def test_a_template_that_cannot_be_used_is_refused_with_the_reason(source, text, telegram, x):
    for limits in (telegram, x):
        with pytest.raises(BadTemplate) as refusal:
            check(source, limits)
        assert text in str(refusal.value)
        assert "\n" not in str(refusal.value)


def test_a_bad_template_is_a_configuration_error_and_a_value_error():
    assert issubclass(BadTemplate, ConfigError)
    assert issubclass(BadTemplate, ValueError)


def test_checking_tries_all_optional_values_in_well_under_a_second(telegram):
    began = time.thread_time()
    check("{% if lead and author and site and flag %}{{ url }}{% else %}{{ read }}{% endif %} {{ title }}", telegram)
    assert time.thread_time() - began < 1


@pytest.mark.parametrize(
    ("text", "there"),
    [
        (RichText(f"See {URL}"), True),
        (RichText(f"({URL})."), True),
        (link("Read", URL), True),
        (RichText(f"{URL}23"), False),
        (RichText(f"x{URL}"), False),
        (RichText(f"{URL}/more"), False),
        (link("Read", "https://elsewhere.example"), False),
        (RichText(), False),
    ],
)
def test_a_link_is_carried_whole_or_not_at_all(text, there):
    assert carries(text, URL) is there
