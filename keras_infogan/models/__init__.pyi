from . import variants
from .adversarial import AdversarialModel
from .infogan import InfoGAN

__all__ = ["AdversarialModel", "InfoGAN", "variants"]
