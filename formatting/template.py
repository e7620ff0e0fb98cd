"""Templates: an editor's few lines with values in them become rich text, and a bad one is refused with its line.

Jinja2's sandbox reads them. Values and filters are objects, never markup: what a feed says is text and nothing else.
Loops, calls, assignments and arithmetic are refused, so a template's work grows no faster than its length.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import combinations

from jinja2 import TemplateSyntaxError, nodes
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import ImmutableSandboxedEnvironment

from formatting.measure import length
from newswire.errors import ConfigError
from newswire.platform import Limits
from newswire.richtext import RichText, Span, Style, link

VALUES = ("title", "lead", "url", "read", "tags", "author", "section", "site", "edition", "flag", "time")
OPTIONAL = tuple(name for name in VALUES if name not in ("title", "url", "read"))
LONGEST = 4096

_PLAIN = "{{ flag }} {{ title }}\n\n{{ lead }}\n\n{{ url }}\n{{ tags }}"
DEFAULTS = {
    "telegram": "{{ flag }} {{ title|bold }}\n\n{{ lead }}\n\n{{ read }}\n\n{{ tags }}",
    "x": _PLAIN,
    "plain": _PLAIN,
}

Value = str | RichText
_ADDRESS = re.compile(r"https?://\S+")
_ALLOWED = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.Filter,
    nodes.If,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
)


class BadTemplate(ConfigError, ValueError):
    """A template that cannot be used. The text says why and, where it is known, on which of its lines."""


class _Environment(ImmutableSandboxedEnvironment, NativeEnvironment):
    """A sandbox that yields values as they are, so that spans reach the text without being written as markup."""


def _style(style: Style) -> object:
    return lambda value: RichText(str(value), (*_spans(value), Span(0, len(value), style)))


def _link(value: Value, url: Value) -> RichText:
    """A link on `value`; a link inside gives way."""
    kept = tuple(span for span in _spans(value) if span.style is not Style.LINK)
    return RichText(str(value), (*kept, Span(0, len(value), Style.LINK, str(url))))


def _spans(value: Value) -> tuple[Span, ...]:
    return value.spans if isinstance(value, RichText) else ()


FILTERS: dict[str, object] = {
    **{style.value: _style(style) for style in Style if style is not Style.LINK},
    "link": _link,
    "upper": lambda value: str(value).upper(),
    "lower": lambda value: str(value).lower(),
}


class Template:
    """A template that has been read and found harmless. Raises `BadTemplate`."""

    def __init__(self, source: str) -> None:
        environment = _environment()
        try:
            tree = environment.parse(source[: LONGEST + 1])
            _refuse_what_is_not_allowed(tree, source)
            self._template = environment.from_string(source)
        except TemplateSyntaxError as error:
            raise BadTemplate(f"template line {error.lineno}: {error.message}") from None
        except RecursionError:
            raise BadTemplate("template: too deeply nested") from None

    def render(self, values: Mapping[str, Value], *, styles: bool = True) -> RichText:
        """The text with `values` in it. Without `styles` a link is written out, once, and nothing is drawn.

        Lines left empty by empty values close up, and so do double spaces.
        """
        context = self._template.new_context(dict.fromkeys(VALUES, "") | dict(values))
        whole = RichText()
        for piece in self._template.root_render_func(context):
            whole += piece if isinstance(piece, RichText) else str(piece)
        return _tidy(whole if styles else written_out(whole))


@lru_cache(maxsize=256)
def template(source: str) -> Template:
    """`Template(source)`, kept for the next article."""
    return Template(source)


def check(source: str, limits: Limits) -> None:
    """Raise `BadTemplate` unless `source` can be used on a platform with `limits`.

    It must be understood, harmless, short, and have the link in its text (or in a span of it) whichever optional
    values are missing.
    """
    tried = template(source)
    url = "https://news.example/1"
    for missing in (m for size in range(len(OPTIONAL) + 1) for m in combinations(OPTIONAL, size)):
        values = {name: "" if name in missing else name for name in VALUES} | link_values(url, "Read →", limits)
        text = tried.render(values, styles=limits.styles)
        if not carries(text, url):
            raise BadTemplate(_no_link(source, missing, glued=url in text.text))
    room = limits.caption or limits.text
    if (size := length(text.text, limits.unit)) > room // 2:
        raise BadTemplate(f"template: its own words take {size} of {room} characters. Shorten them")


def link_values(url: str, label: str, limits: Limits) -> dict[str, Value]:
    """`url` and `read` as a platform with `limits` takes them."""
    return {"url": url, "read": link(label, url) if limits.styles else url}


def carries(text: RichText, url: str) -> bool:
    """Whether `url` is in `text` as a whole, or in a span of it."""
    if any(span.url == url for span in text.spans):
        return True
    return re.search(rf"(?<![^\s(]){re.escape(url)}(?![\w/?&=#%~+-])", text.text) is not None


def written_out(text: RichText) -> RichText:
    """`text` without spans; an address that a span held follows its words."""
    plain, at = "", 0
    for span in text.spans:
        if span.style is Style.LINK and span.start >= at:
            label = text.text[span.start : span.end]
            plain += text.text[at : span.start] + (label if span.url in label else f"{label} {span.url}")
            at = span.end
    return RichText(plain + text.text[at:])


def _tidy(text: RichText) -> RichText:
    for left_over in (r"(?m)^[ \t]+|[ \t]+$|(?<=[ \t])[ \t]+", r"(?<=\n\n)\n+", r"\A\s+|\s+\Z"):
        text = _without(text, left_over)
    return text


def _without(text: RichText, pattern: str) -> RichText:
    """`text` less what `pattern` matches; spans shrink with it."""
    gone = bytearray(len(text) + 1)
    for match in re.finditer(pattern, text.text):
        gone[match.start() : match.end()] = b"\1" * (match.end() - match.start())
    if not any(gone):
        return text
    place, new = [0], 0
    for mark in gone:
        new += not mark
        place.append(new)
    kept = "".join(char for char, mark in zip(text.text, gone, strict=False) if not mark)
    return RichText(kept, tuple(Span(place[s.start], place[s.end], s.style, s.url) for s in text.spans))


@lru_cache(maxsize=1)
def _environment() -> _Environment:
    environment = _Environment(autoescape=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=False)
    environment.filters.clear()
    environment.globals.clear()
    environment.filters.update(FILTERS)
    return environment


def _refuse_what_is_not_allowed(tree: nodes.Template, source: str) -> None:
    if len(source) > LONGEST:
        raise BadTemplate(f"template: {len(source)} characters, at most {LONGEST} fit")
    for node in _walk(tree):
        if isinstance(node, nodes.Name) and node.name not in VALUES:
            raise BadTemplate(f"template line {node.lineno}: unknown value “{node.name}”{_known(node.name, VALUES)}")
        if isinstance(node, nodes.Filter):
            _refuse_filter(node)
        if not isinstance(node, _ALLOWED):
            what = type(node).__name__.lower()
            raise BadTemplate(f"template line {node.lineno}: “{what}” is not for templates; use values, filters and if")


def _refuse_filter(node: nodes.Filter) -> None:
    if node.name not in FILTERS:
        raise BadTemplate(
            f"template line {node.lineno}: unknown filter “{node.name}”{_known(node.name, tuple(FILTERS))}"
        )
    arguments = [*node.args, *node.kwargs, *filter(None, [node.dyn_args, node.dyn_kwargs])]
    if node.name != "link" and arguments:
        raise BadTemplate(f"template line {node.lineno}: “{node.name}” takes nothing in brackets")
    if node.name == "link" and not (len(arguments) == 1 and _leads_somewhere(arguments[0])):
        raise BadTemplate(f'template line {node.lineno}: write link(url), or link("https://…")')


def _leads_somewhere(node: nodes.Node) -> bool:
    if isinstance(node, nodes.Name):
        return node.name == "url"
    return isinstance(node, nodes.Const) and _ADDRESS.fullmatch(str(node.value)) is not None


def _walk(node: nodes.Node) -> list[nodes.Node]:
    return [node, *(deeper for child in node.iter_child_nodes() for deeper in _walk(child))]


def _known(name: str, names: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean “{close[0]}”?" if close else f"; known: {', '.join(names)}"


def _no_link(source: str, missing: tuple[str, ...], *, glued: bool) -> str:
    where = f" when these are empty: {', '.join(missing)}" if missing else ""
    if glued:
        return f"template: the link touches other words{where}. Put a space or a new line round {{{{ url }}}}"
    braces = " (with two braces)" if re.search(r"(?<!\{)\{\s*(?:url|read)\s*\}(?!\})", source) else ""
    return f"template has no link{where}. Add {{{{ url }}}} or {{{{ read }}}}{braces}"
