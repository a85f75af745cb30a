"""The explorer, a page that moves a served model's codes; only `page` needs Gradio."""

from .answers import Answers
from .controls import Control
from .served import ServedModel

__all__ = ["Answers", "Control", "ServedModel"]
