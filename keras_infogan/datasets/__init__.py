"""Our own datasets, any TFDS dataset, image folder or arrays in memory, and the input pipeline."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
