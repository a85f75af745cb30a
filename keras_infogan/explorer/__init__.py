"""The explorer, a page that changes the codes of a served model; only `page` needs Gradio."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
