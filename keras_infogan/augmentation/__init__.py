"""Generated images as labeled data: classes by a few labels, and what that is worth."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
