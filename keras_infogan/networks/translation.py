"""A generator that makes an image of another one."""

from __future__ import annotations

import keras
from keras import layers

from keras_infogan.layers import ResidualBlock
from keras_infogan.networks.architectures import Recipe
from keras_infogan.networks.blocks import NORMALIZATION_EPSILON, Shape, hidden_dtype, tiled

OUTER_MAPS = 64
HALVINGS = 2
BLOCKS = 3


def translator(
    recipe: Recipe, source: Shape, target: Shape, columns: int, name: str
) -> keras.Model:
    """Conv 64, 128 and 256, three residual blocks, and back, after CycleGAN's appendix.

    Of the first three convolutions the last two have stride 2. Instance normalization follows each
    convolution. It removes the mean of each map, and so everything that is constant over the
    image, such as a color. So the columns are laid next to each pixel of the smallest maps, and on
    the way back they also scale and shift the normalized maps: conditional instance normalization
    (Dumoulin et al. 2017, arXiv:1610.07629), as in Almahairi et al. 2018, arXiv:1802.10151.

    Args:
        recipe: of the architecture, for its width and its dtype.
        source: (H, W, C) of the image that is given.
        target: (H, W, D) of the image that is made.
        columns: of what else is given: noise and codes; int >= 0.
        name: of the model.

    Returns:
        Keras model [B, columns + H W C], the columns and then a flat image -> images
        [B, H, W, D] in [0, 1].

    Raises:
        ValueError: images of two sizes, or sides that are no multiples of 4.
    """
    if source[:2] != target[:2] or any(side % 2**HALVINGS for side in source[:2]):
        raise ValueError(
            f"Both images should have one size, with sides that are multiples of {2**HALVINGS}. "
            f"Received: {tuple(source)} and {tuple(target)}"
        )
    height, width, channels = source
    with hidden_dtype(recipe.dtype):
        row = layers.Input([columns + height * width * channels], dtype="float32")
        hidden = layers.Reshape(source)(row[:, columns:])
        maps = [recipe.scaled(OUTER_MAPS * 2**k) for k in range(HALVINGS + 1)]
        for index, count in enumerate(maps):
            hidden = _normalized(layers.Conv2D(count, 3, 2 if index else 1, "same"), hidden)
        if columns:
            planes = tiled(row[:, :columns], (height // 2**HALVINGS, width // 2**HALVINGS))
            hidden = layers.Concatenate()([hidden, planes])
            hidden = layers.Conv2D(maps[-1], 3, padding="same")(hidden)
        for _ in range(BLOCKS):
            hidden = ResidualBlock(maps[-1])(hidden)
        for count in reversed(maps[:-1]):
            hidden = layers.UpSampling2D()(hidden)
            hidden = _normalized(layers.Conv2D(count, 3, padding="same"), hidden, row[:, :columns])
        logits = layers.Conv2D(target[2], 3, padding="same", dtype="float32")(hidden)
        image = layers.Activation("sigmoid", dtype="float32")(logits)
    return keras.Model(row, image, name=name)


def _normalized(
    convolution: layers.Conv2D, maps: keras.KerasTensor, columns: keras.KerasTensor | None = None
) -> keras.KerasTensor:
    """Convolution, instance normalization, ReLU; columns scale and shift the normalized maps."""
    normalization = layers.GroupNormalization(groups=-1, epsilon=NORMALIZATION_EPSILON)
    hidden = normalization(convolution(maps))
    if columns is not None and columns.shape[-1]:
        scale, shift = (
            layers.Reshape((1, 1, convolution.filters))(layers.Dense(convolution.filters)(columns))
            for _ in range(2)
        )
        hidden = hidden * (1.0 + scale) + shift
    return layers.ReLU()(hidden)
