"""The explorer, a page that moves a served model's codes; only `page` needs Gradio."""

from keras_infogan.explorer.answers import Answers
from keras_infogan.explorer.controls import Control
from keras_infogan.explorer.served import ServedModel

__all__ = ["Answers", "Control", "ServedModel"]
