"""The explorer, a page that moves a served model's codes; only `page` needs Gradio."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
