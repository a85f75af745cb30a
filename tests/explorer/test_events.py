import numpy as np
import pytest
import tensorflow as tf

gr = pytest.importorskip("gradio", reason="the extra `explore` is not installed")

from keras_infogan.explorer.events import SEEDS, Events, another_seed, banner  # noqa: E402
from keras_infogan.explorer.served_models import ServerError  # noqa: E402

FIELDS = [1.0, 1, 0.0, 1.0]  # of coin, kind, style 1, style 2
SKIPPED = gr.skip()


class Away:
    """Answers while no server is there."""

    labels = ["legible"]

    def check(self):
        raise ServerError("The server at 127.0.0.1:1 does not answer.")

    connect = check


def test_looks_find_the_server_lose_it_and_find_it_again(models, controls):
    here, away = Events(models), Events(Away())
    assert here.check_servers(None, "", 0) == [controls, "", 1]
    assert here.check_servers(controls, "", 1) == [SKIPPED] * 3
    kept, notice, returned = away.check_servers(controls, "", 1)
    assert (kept, returned) == (SKIPPED, SKIPPED)
    assert 'role="alert"' in notice
    assert "The server at 127.0.0.1:1 does not answer. Trying again every 2 seconds." in notice
    assert here.check_servers(controls, notice, 1) == [controls, "", 2]


def test_what_the_callbacks_return(models, controls, tmp_path):
    events = Events(models)
    assert [len(picture) for picture in events.pictures(controls, 0, *FIELDS)] == [280] * 2
    caption, *grids = events.grids(controls, 3, "style 1", "noise", 2, 3, *FIELDS)
    assert caption == "Columns: style 1 from -1 to 1. Rows: noise (seeds 3 to 4)."
    assert len(grids) == 2
    assert len(events.morphs(controls, 0, 0.5, *FIELDS, *FIELDS)) == 4
    saved = []
    played = events.play(lambda gif: saved.append(gif) or "f.gif", controls, 0, 3, *FIELDS * 2)
    assert played[:2] == ["f.gif"] * 2
    assert [data[:6] for data in saved] == [b"GIF89a"] * 2
    picture = str(tmp_path / "black.png")
    tf.io.write_file(picture, tf.io.encode_png(np.zeros([8, 8, 3], np.uint8)))
    assert len(events.readings(picture, False, 0)) == 6
    assert events.readings(None, False, 0) == [None, "", None] * 2


def test_an_emptied_seed_is_0(models, controls):
    events = Events(models)
    for emptied, first in zip(
        events.pictures(controls, None, *FIELDS), events.pictures(controls, 0, *FIELDS), strict=True
    ):
        np.testing.assert_array_equal(emptied, first)


def test_trouble_is_told_in_the_notice_and_leaves_the_rest(models, controls):
    events = Events(Away())
    assert events.with_notice(lambda: ["picture"], 1)() == ["picture", SKIPPED]
    answer = events.with_notice(Away().check, 2)()
    assert answer[:2] == [SKIPPED] * 2
    assert answer[2] == banner("The server at 127.0.0.1:1 does not answer.")


def test_a_wrong_choice_is_an_error_of_the_page(models, controls):
    events = Events(models)
    grids = events.with_notice(events.grids, 3)
    with pytest.raises(gr.Error, match="Received: kind twice"):
        grids(controls, 0, "kind", "kind", 2, 3, *FIELDS)


def test_messages_are_text():
    assert "&lt;script&gt;" in banner("<script>")


def test_seeds_are_short():
    assert all(0 <= another_seed() < SEEDS for _ in range(100))
