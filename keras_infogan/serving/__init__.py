"""Serving: an embedded server with TensorFlow Serving's APIs, and a client for either."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
