"""Where in a TOML file each key stands."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from newswire.toml_lines import lines, nearest

FILE = """\
# a comment = 1
timezone = "Asia/Baku"

[web]
port = 80 # [not] = a.table
"quoted key" = 1
a.b = 2

[[channel]]
name = "one"
text = '''
name = "not a key"
[neither]
'''
after = 1
[channel.limits]
per_hour = 1

  [[channel]]
  name = "two"
  inline = { a = 1 }
[platform.telegram]
api = "x"
"""


def test_each_key_has_its_line():
    assert lines(FILE) == {
        ("timezone",): 2,
        ("web",): 4,
        ("web", "port"): 5,
        ("web", "quoted key"): 6,
        ("web", "a", "b"): 7,
        ("channel", 0): 9,
        ("channel", 0, "name"): 10,
        ("channel", 0, "text"): 11,
        ("channel", 0, "after"): 15,
        ("channel", 0, "limits"): 16,
        ("channel", 0, "limits", "per_hour"): 17,
        ("channel", 1): 19,
        ("channel", 1, "name"): 20,
        ("channel", 1, "inline"): 21,
        ("platform", "telegram"): 22,
        ("platform", "telegram", "api"): 23,
    }


def test_what_has_no_line_of_its_own_has_that_of_the_table_around_it():
    found = lines(FILE)
    assert nearest(found, ("channel", 1, "inline", "a")) == 21
    assert nearest(found, ("channel", 1, "to")) == 19
    assert nearest(found, ("bot", "language")) == 0


keys = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True)
values = st.integers() | st.booleans() | st.text("abc =[]#", max_size=8).map(lambda t: f'"{t}"')


@given(st.lists(st.tuples(st.booleans(), keys, keys, values), max_size=12), st.integers(0, 3))
def test_every_key_that_tomllib_reads_is_found_on_its_line(rows, blank):
    written = ["", "# x = 1", "[tables]"]
    places = {}
    for many, table, key, value in rows:
        name, shown = (f"m-{table}", "[[{}]]") if many else (f"t{len(written)}-{table}", "[{}]")
        shown_value = str(value).lower() if isinstance(value, bool) else value
        written += [shown.format(name), *[""] * blank, f"{key} = {shown_value}"]
        n = sum(1 for path in places if path[0] == name)
        places[(name, n, key) if many else (name, key)] = len(written)
    text = "\n".join(written)
    assert tomllib.loads(text) is not None
    found = lines(text)
    assert {path: found.get(path) for path in places} == places
