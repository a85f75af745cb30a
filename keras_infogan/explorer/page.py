"""The page: a notice about servers that do not answer, and tabs built from the codes."""

from __future__ import annotations

from typing import Any

import gradio as gr

from keras_infogan.explorer.controls import Control
from keras_infogan.explorer.events import CHECK_SECONDS, Events
from keras_infogan.explorer.served_models import ServedModels
from keras_infogan.explorer.tabs import Tabs
from keras_infogan.runtime.environment import without_proxies

TITLE = "InfoGAN explorer"
CACHE_SECONDS = 3600  # for this time, a picture that was shown can be downloaded
# Fonts of the system: the page has to work without a network.
FONT, MONOSPACED = ("system-ui", "sans-serif"), ("ui-monospace", "monospace")
CSS = """
.picture img { image-rendering: pixelated; }
.picture img, .chart img { margin-top: 2.2rem; } /* below the label */
.notice { background: #b91c1c; color: white; padding: 0.75em 1em; border-radius: 0.4em; }
"""


def build(models: ServedModels) -> gr.Blocks:
    """Builds the page. The servers need not run yet.

    Args:
        models: the models, which are shown side by side.

    Example::

        launch(build(models), "127.0.0.1", 7860)
    """
    events = Events(models)
    with gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(CACHE_SECONDS, CACHE_SECONDS),
    ) as page:
        gr.Markdown(f"# {TITLE}: {', '.join(models.labels)}")
        notice = gr.HTML("", elem_id="notice")
        known, returned = gr.State(None), gr.State(0)
        state = [known, notice, returned]
        gr.on(
            [page.load, gr.Timer(CHECK_SECONDS).tick],
            events.check_servers,
            state,
            state,
            show_progress="hidden",
            api_visibility="private",
        )

        @gr.render(inputs=[known], triggers=[known.change], show_progress="hidden")
        def render(controls: tuple[Control, ...] | None) -> None:
            if controls is not None:
                Tabs(events, models.labels, controls, notice, returned.change).add_to_page()

    return page


def launch(page: gr.Blocks, host: str, port: int) -> None:
    """Serves the page from its own thread, on this machine without a proxy.

    Raises:
        OSError: the port is in use.
    """
    options: dict[str, Any] = {"share": False, "ssr_mode": False, "footer_links": []}
    with without_proxies():  # Gradio asks itself for the page once
        page.launch(
            server_name=host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            theme=gr.themes.Default(font=FONT, font_mono=MONOSPACED),
            css=CSS,
            **options,
        )
