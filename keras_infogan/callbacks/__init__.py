"""Callbacks for `fit`: pictures, scores, a table, a progress bar, and a stop on NaN."""

import lazy_loader

from keras_infogan.runtime.environment import require_tensorflow_backend

require_tensorflow_backend()
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
