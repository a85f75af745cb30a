import re

import jinja2
import pytest

from keras_infogan.reports import page

RUN = {
    "title": "run",
    "state": "trained",
    "workdir": "W",
    "evaluation": None,
    "curves": [],
    "pictures": [],
    "confusion": [],
    "config": "{}",
    "machine": [],
}


def test_values_are_escaped_everywhere():
    hostile = "<script>\"'&"
    escaped = "&lt;script&gt;&#34;&#39;&amp;"
    figure = page.Figure("picture", hostile, hostile, hostile)
    html = page.render_template(
        "run.html",
        **RUN
        | {
            "title": hostile,
            "state": hostile,
            "workdir": hostile,
            "curves": [figure],
            "config": hostile,
            "machine": [(hostile, hostile)],
        },
    )
    assert "<script" not in html
    assert f'<img src="{escaped}" alt="{escaped}">' in html
    # The head, the heading, the state, the command, three of the figure, the config, the machine.
    assert html.count(escaped) == 10


def test_a_value_that_is_missing_is_an_error():
    values = {name: value for name, value in RUN.items() if name != "machine"}
    with pytest.raises(jinja2.UndefinedError, match="'machine' is undefined"):
        page.render_template("run.html", **values)


def test_a_png_is_a_data_address(tmp_path):
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert page.png_data_uri(tmp_path / "picture.png") == "data:image/png;base64,iVBORw=="


def test_written_says_when():
    assert re.fullmatch(r"Written \d{4}-\d\d-\d\d \d\d:\d\d \S+\.", page.written())
