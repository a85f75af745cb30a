import asyncio
from types import SimpleNamespace

import pytest

from keras_infogan.explorer.controls import Control
from keras_infogan.explorer.grids import NOISE

gr = pytest.importorskip("gradio", reason="the extra `explore` is not installed")

from keras_infogan.explorer.served_models import ServerError  # noqa: E402
from keras_infogan.explorer.tabs import Tabs  # noqa: E402  (it imports gradio)


class Events:
    """Stands for the callbacks; keeps how many outputs each is told to have."""

    def __init__(self, fails=False):
        self.fails, self.asked, self.outputs = fails, [], []

    def pictures(self, controls, seed, *values):
        self.asked.append((seed, values))
        if self.fails:
            raise ServerError("no answer")
        return [None] * 2

    def ask(self, *values):
        raise AssertionError("no picture of these tabs is asked for before it is shown")

    grids = morphs = play = readings = ask

    def with_notice(self, answer, count):
        self.outputs.append(count)
        return lambda *values: None


def page_of(controls, events, labels=("a", "b")):
    async def build():
        with gr.Blocks(analytics_enabled=False) as page:
            notice, returned = gr.HTML(""), gr.State(0)
            Tabs(events, labels, controls, notice, returned.change).add_to_page()
        return page

    page = asyncio.run(build())  # where no loop runs, Gradio leaves loops of its own open
    return SimpleNamespace(
        tabs=[block.label for block in page.blocks.values() if isinstance(block, gr.Tab)],
        blocks=list(page.blocks.values()),
        outputs=[len(event.outputs) for event in page.fns.values() if event.inputs],
    )


def test_a_model_without_codes_can_only_be_explored():
    events = Events()
    assert page_of([], events).tabs == ["Explore"]
    assert events.asked == [(0, ())]


def test_each_tab_answers_with_its_outputs_and_a_notice(controls):
    events = Events()
    page = page_of(controls, events)
    assert page.tabs == ["Explore", "Grid", "Morph", "Read"]
    # Of two models: pictures; a caption and grids; pictures and downloads, twice; three of each.
    assert events.outputs == [2, 3, 4, 4, 6]
    assert page.outputs == [count + 1 for count in events.outputs]
    assert events.asked == [(0, (0.0, 0, 0.0, 0.0))]


def test_rows_of_a_grid_may_be_noise(controls):
    page = page_of(controls, Events())
    across, down = [
        block for block in page.blocks if getattr(block, "elem_id", None) in ("across", "down")
    ]
    labels = ["coin", "kind", "style 1", "style 2"]
    assert ([value for _, value in across.choices], across.value) == (labels, "coin")
    assert ([value for _, value in down.choices], down.value) == ([NOISE, *labels], NOISE)


def test_a_server_that_does_not_answer_leaves_the_pictures_empty():
    page = page_of([Control("digit", "categorical", 2)], Events(fails=True))
    assert page.tabs == ["Explore", "Grid", "Morph", "Read"]
    assert all(block.value is None for block in page.blocks if isinstance(block, gr.Image))


@pytest.mark.parametrize(
    ("labels", "saves"),
    [(["a"], ["Save as GIF"]), (["a", "b"], ["Save as GIF: a", "Save as GIF: b"])],
)
def test_a_single_model_needs_no_name(controls, labels, saves):
    class OneOrTwo(Events):
        def pictures(self, controls, seed, *values):
            return [None] * len(labels)

    page = page_of(controls, OneOrTwo(), labels)
    kinds = [block for block in page.blocks if isinstance(block, gr.DownloadButton)]
    assert [block.value or block.label for block in kinds] == saves
