from .preset import Preset, find_preset, presets
from .terms import Terms, terms_of

__all__ = ["Preset", "Terms", "find_preset", "presets", "terms_of"]
