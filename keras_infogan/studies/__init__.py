"""Tables of papers as data: configs times seeds, run and reported by `infogan-study`."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
