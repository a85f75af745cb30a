"""Models whose step or wiring differs from `InfoGAN`'s, one a file."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
