"""Web pages from templates, and what every page needs: figures, dates, pictures as text."""

from __future__ import annotations

import base64
import datetime
import functools
from pathlib import Path
from typing import Any, Literal, NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined

NO_VALUE = "–"


class Figure(NamedTuple):
    """A picture with its caption.

    Attributes:
        kind: how the page shows it: a curve grows with the page, a picture keeps its pixels.
        source: a `data:` address.
        alternative: text for readers who do not see it.
        caption: text below it.
    """

    kind: Literal["curve", "picture"]
    source: str
    alternative: str
    caption: str


def render_template(name: str, **values: Any) -> str:
    """A page from a template of `templates/`.

    Args:
        name: of the template's file.
        values: what the template shows, as plain text and numbers. All of it is escaped, so no
            browser takes a label or a message for markup.

    Returns:
        An HTML document.

    Raises:
        jinja2.UndefinedError: the template asks for a value that is not given.

    Examples:
        >>> html = render_template("run.html", title="mnist", **values)  # doctest: +SKIP
    """
    return _environment().get_template(name).render(values)


def written() -> str:
    """When the page is made, as a sentence."""
    now = datetime.datetime.now().astimezone()
    return f"Written {now.strftime('%Y-%m-%d %H:%M %Z')}."


def png_data_uri(path: Path) -> str:
    """A PNG file as a `data:` address."""
    return "data:image/png;base64," + base64.b64encode(path.read_bytes()).decode("ascii")


@functools.cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("keras_infogan.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
