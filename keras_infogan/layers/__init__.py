"""What Keras's layers lack."""

import lazy_loader

from keras_infogan.runtime.environment import require_tensorflow_backend

require_tensorflow_backend()
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
