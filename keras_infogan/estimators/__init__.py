"""Estimators of mutual information I(x; c) from samples alone, in nats, and their networks.

A statistics network scores every pair of a batch, and an estimator turns the scores into nats.
"""

import lazy_loader

from keras_infogan.runtime.environment import require_tensorflow_backend

require_tensorflow_backend()
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
