"""Layers for the frames of videos."""

from __future__ import annotations

from typing import Any

import keras

from keras_infogan.images import VIDEO_RANK, frames_in_channels
from keras_infogan.runtime.types import Tensor


@keras.saving.register_keras_serializable("keras_infogan")
class AllFrames(keras.layers.Layer):
    """The same change of every frame of a video; an image is changed as by the layer itself.

    Args:
        layer: Keras layer, images [B, H, W, C] -> the same, for any number of channels. It is
            called with the frames side by side in channels, so that one draw changes all of them.

    Raises:
        TypeError: that is no Keras layer.

    Examples:
        >>> AllFrames(keras.layers.RandomTranslation(0.1, 0.1))(tf.zeros([2, 8, 32, 32, 1])).shape
        TensorShape([2, 8, 32, 32, 1])
    """

    def __init__(self, layer: keras.layers.Layer, **kwargs: Any):
        super().__init__(**{"autocast": False, **kwargs})
        if not isinstance(layer, keras.layers.Layer):
            raise TypeError(f"`layer` should be a Keras layer. Received: {layer!r}")
        self.layer = layer

    def call(self, videos: Tensor, training: bool = False) -> Tensor:
        changed = self.layer(frames_in_channels(videos), training=training)
        if len(videos.shape) != VIDEO_RANK:
            return changed
        sides, frames, channels = changed.shape[1:3], videos.shape[1], videos.shape[-1]
        apart = keras.ops.reshape(changed, [-1, *sides, frames, channels])
        return keras.ops.transpose(apart, [0, 3, 1, 2, 4])

    def get_config(self) -> dict[str, Any]:
        layer = keras.saving.serialize_keras_object(self.layer)
        return {**super().get_config(), "layer": layer}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> AllFrames:
        return cls(**{**config, "layer": keras.saving.deserialize_keras_object(config["layer"])})


@keras.saving.register_keras_serializable("keras_infogan")
class FrameView(keras.layers.Layer):
    """One frame of a video, or what changes between two frames.

    Args:
        frame: its number, from 0; int.
        minus: another frame, to be taken away: (frame - minus + 1) / 2, so that what is still is
            0.5; None shows `frame` itself.

    Raises:
        ValueError: images that are no videos, or a frame that they do not have.

    Examples:
        >>> FrameView(7, minus=0)(tf.zeros([2, 8, 32, 32, 1])).shape
        TensorShape([2, 32, 32, 1])
    """

    def __init__(self, frame: int, minus: int | None = None, **kwargs: Any):
        super().__init__(**{"autocast": False, **kwargs})
        self.frame = frame
        self.minus = minus

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        wanted = [each for each in (self.frame, self.minus) if each is not None]
        frames = (input_shape[1] or 0) if len(input_shape) == VIDEO_RANK else 0
        if not all(0 <= each < frames for each in wanted):
            raise ValueError(
                "`frame` and `minus` should be numbers of frames of a video [T, H, W, C], from 0. "
                f"Received: frame={self.frame}, minus={self.minus}, shape {tuple(input_shape[1:])}"
            )
        self.built = True

    def call(self, videos: Tensor) -> Tensor:
        shown = videos[:, self.frame]
        return shown if self.minus is None else (shown - videos[:, self.minus] + 1.0) / 2.0

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "frame": self.frame, "minus": self.minus}
