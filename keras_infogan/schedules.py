"""Weights of loss terms as functions of the step."""

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_number


@keras.saving.register_keras_serializable("keras_infogan")
class Ramp(keras.optimizers.schedules.LearningRateSchedule):
    """Zero until `start`, then a linear rise to `height` over `duration` updates.

    weight(step) = height * clip((step - start) / duration, 0, 1); a jump when duration is 0.

    Args:
        start: updates at weight zero, int >= 0.
        duration: updates from zero to the height, int >= 0.
        height: the weight after the rise, float >= 0; 0 keeps a term off.

    Raises:
        ValueError: a negative argument.

    Examples:
        >>> float(Ramp(600, 1500)(1350))
        0.5
    """

    def __init__(self, start: int = 0, duration: int = 0, height: float = 1.0):
        checked_number("start", start, least=0)
        checked_number("duration", duration, least=0)
        self.start = start
        self.duration = duration
        self.height = checked_number("height", height, least=0)

    def __call__(self, step: Any) -> tf.Tensor:
        elapsed = tf.cast(step, tf.float32) - float(self.start)
        if self.duration == 0:
            return self.height * tf.cast(elapsed >= 0, tf.float32)
        return self.height * tf.clip_by_value(elapsed / float(self.duration), 0.0, 1.0)

    def get_config(self) -> dict[str, float]:
        return {"start": self.start, "duration": self.duration, "height": self.height}
