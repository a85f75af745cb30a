"""InfoGAN for Keras: generative adversarial networks whose latent codes mean something."""

import lazy_loader

from keras_infogan.runtime import environment, registration  # noqa: F401  (before TensorFlow)

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
