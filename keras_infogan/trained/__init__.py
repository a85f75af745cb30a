"""Trained weights: the presets in this package, and directories with the same files."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
