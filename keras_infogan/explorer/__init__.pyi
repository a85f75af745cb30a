"""The explorer, a page that moves a served model's codes; only `page` needs Gradio."""

from .controls import Control
from .served_model import ServedModel
from .served_models import ServedModels

__all__ = ["ServedModels", "Control", "ServedModel"]
