"""Pieces of a web page that needs nothing from outside: its style, tables, figures."""

from __future__ import annotations

import base64
import datetime
import html
from collections.abc import Iterable, Sequence
from pathlib import Path

STYLE = """
:root { color-scheme: light dark; --text: #24292f; --faint: #57606a; --ground: #ffffff;
  --raised: #f5f7f9; --line: #d5dbe1; --accent: #0a5da8; --bad: #b3261e; }
@media (prefers-color-scheme: dark) {
  :root { --text: #d8dee4; --faint: #9aa4ae; --ground: #14181d; --raised: #1d232a;
    --line: #39424c; --accent: #7db8f0; --bad: #ff9b90; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 72rem; background: var(--ground);
  color: var(--text); font: 1rem/1.55 system-ui, sans-serif; }
h1 { font-size: 1.75rem; line-height: 1.25; margin: 0 0 .75rem; text-wrap: balance; }
h2 { font-size: 1.3rem; line-height: 1.3; margin: 3rem 0 .75rem; padding-top: 1rem;
  border-top: 1px solid var(--line); }
h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
p, dl, ul, ol { max-width: 48rem; }
a { color: var(--accent); }
.faint, figcaption, caption { color: var(--faint); font-size: .9rem; }
.bad { color: var(--bad); font-weight: 600; }
nav { background: var(--raised); border-radius: .5rem; padding: .75rem 1.25rem; margin: 1.5rem 0; }
nav ol { margin: .25rem 0; padding-left: 1.25rem; }
.wide { overflow-x: auto; margin: 1rem 0; }
.wide:focus-visible, a:focus-visible, summary:focus-visible { outline: 2px solid var(--accent); }
table { border-collapse: collapse; width: 100%; font-size: .92rem; }
caption { text-align: left; padding-bottom: .5rem; caption-side: top; }
th, td { text-align: left; vertical-align: top; padding: .35rem .6rem;
  border-bottom: 1px solid var(--line); }
thead th { border-bottom: 2px solid var(--line); vertical-align: bottom; }
tbody th { font-weight: 600; min-width: 9rem; }
caption span { display: block; position: sticky; left: 0; max-width: calc(100vw - 2.5rem); }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
thead .number { white-space: normal; }
.words { min-width: 13rem; max-width: 20rem; }
code, pre { font: .86em/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { background: var(--raised); border-radius: .4rem; padding: .6rem .8rem; margin: .5rem 0;
  white-space: pre-wrap; }
.figures { display: flex; flex-wrap: wrap; gap: 1rem 1.75rem; align-items: flex-start; }
figure { margin: .5rem 0; max-width: 100%; }
figcaption { max-width: 34rem; margin-top: .3rem; }
.curve { flex: 1 1 20rem; max-width: 34rem; }
.curve img { width: 100%; height: auto; display: block; }
.picture { width: fit-content; }
.picture figcaption { contain: inline-size; }
.picture img { max-width: 100%; height: auto; display: block; image-rendering: pixelated;
  border: 1px solid var(--line); }
details { margin: .5rem 0; }
summary { cursor: pointer; padding: .2rem 0; }
dt { font-weight: 600; }
dd { margin: 0 0 .4rem; }
"""


NO_VALUE = "–"


def written() -> str:
    """When the page is made, as a sentence."""
    now = datetime.datetime.now().astimezone()
    return f"Written {now.strftime('%Y-%m-%d %H:%M %Z')}."


def text(value: object) -> str:
    """A value as text that no browser takes for markup."""
    return html.escape(str(value))


def document(title: str, body: Iterable[str]) -> str:
    """A whole page.

    Args:
        title: text.
        body: pieces of markup.
    """
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def section(name: str, heading: str, content: Iterable[str]) -> str:
    """A part of the page that the table of contents leads to.

    Args:
        name: for links, unique on the page.
        heading: text.
        content: pieces of markup.
    """
    pieces = "\n".join(content)
    return (
        f'<section id="{text(name)}" aria-labelledby="{text(name)}-heading">\n'
        f'<h2 id="{text(name)}-heading">{text(heading)}</h2>\n{pieces}\n</section>'
    )


def table(caption: str, columns: Sequence[str], groups: Iterable[Sequence[str]]) -> str:
    """A table that scrolls by itself where the window is narrow.

    Args:
        caption: text.
        columns: headings, text; one that begins with "#" is of numbers.
        groups: of rows that belong together, each row its cells' markup.
    """
    head = "".join(
        f'<th scope="col" class="number">{text(column[1:])}</th>'
        if column.startswith("#")
        else f'<th scope="col">{text(column)}</th>'
        for column in columns
    )
    bodies = "\n".join(
        "<tbody>" + "\n".join(f"<tr>{row}</tr>" for row in rows) + "</tbody>" for rows in groups
    )
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{text(caption)}">\n'
        f"<table><caption><span>{text(caption)}</span></caption>\n<thead><tr>{head}</tr></thead>\n"
        f"{bodies}</table></div>"
    )


def number(value: str) -> str:
    """A cell of a number that is written already."""
    return f'<td class="number">{text(value)}</td>'


def figure(kind: str, source: str, alternative: str, caption: str) -> str:
    """A picture with its caption.

    Args:
        kind: "curve" or "picture".
        source: a `data:` address.
        alternative: text for those who do not see it.
        caption: text.
    """
    return (
        f'<figure class="{kind}"><img src="{source}" alt="{text(alternative)}">'
        f"<figcaption>{text(caption)}</figcaption></figure>"
    )


def png_data_uri(path: Path) -> str:
    """A PNG file as a `data:` address."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")
