"""How a config is tried: two files share it, so that two workers can run them."""

import importlib
from functools import partial

import keras
import numpy as np
import pytest

from keras_infogan import datasets, export_savedmodel
from keras_infogan.latents import GivenImage, GivenText
from keras_infogan.runs.building import build_model
from keras_infogan.runs.checking import check_config
from keras_infogan.serving import Client, EmbeddedServer

BATCH = 8
# The shape of the images of a config whose architecture is made for any.
SHAPES = {
    "captioned_sprites": datasets.CaptionedSprites.IMAGE_SHAPE,
    "gray_to_color": datasets.GrayAndColored.IMAGE_SHAPE,
    "moving_sprites": datasets.MovingSprites.IMAGE_SHAPE,
    "sprite_stories": datasets.SpriteStories.IMAGE_SHAPE,
    "sprites_pyramid": datasets.GrayAndColored.IMAGE_SHAPE,
    "stick_figures": datasets.StickFigures.IMAGE_SHAPE,
}
# These have the step of another config, with other sizes or another loss of D. It is traced there;
# here it runs eagerly.
STEP_OF_ANOTHER = {
    **dict.fromkeys(("basicprop_line", "basicprop_rectangles", "chairs", "mnist_lsgan"), "mnist"),
    **dict.fromkeys(("mnist_20_categories", "mnist_categorical_only", "mnist_codes_only"), "mnist"),
    **dict.fromkeys(("mnist_vanilla", "mnist_vanilla_codes"), "mnist"),
    **dict.fromkeys(("basicprop_plus", "faces", "svhn"), "celeba"),
    **dict.fromkeys(("sprites_equivariant", "turntable"), "mnist_equivariant"),
    "dsprites": "dsprites_cr",
    "fashion_consistent": "mnist_consistent",
    "image_arrays": "image_folder",
    "mnist_mine": "mnist_infonce",
}
# The step of these models is traced with small networks in tests/models/variants.
TRACED_WITH_SMALL_NETWORKS = ("bigan", "conditional", "conditional_gan", "separate", "vae")
# Consistency beside another model's losses: it is traced with `mnist_consistent`, `lpc_sprites`,
# and for videos with `moving_sprites`.
CONSISTENCY_OF_ANOTHER = (
    "captioned_sprites",
    "gray_to_color",
    "sprite_stories",
    "sprites_pyramid",
    "stick_figures",
)


def targets(model, images, generator):
    """What comes with each image; None if the model takes the images alone."""
    if not (model.takes_labels or model.takes_given):
        return None
    for given in model.latents.given.values():
        if isinstance(given, GivenText):
            return [given.examples[k % len(given.examples)] for k in range(len(images))]
        if isinstance(given, GivenImage):
            return generator.integers(0, 256, [len(images), *given.shape], dtype=np.uint8)
    return np.arange(len(images)) % 2


@pytest.fixture
def try_config(tmp_path):
    """Builds the model of a config, trains two steps, saves, loads, exports and serves it."""
    return partial(_try_config, tmp_path=tmp_path)


def _try_config(name, tmp_path):
    config = importlib.import_module(f"keras_infogan.configs.{name}").get_config()
    config.networks.width_multiplier = 0.25  # the widths themselves are counted elsewhere
    config.consistency.classifiers = min(config.consistency.classifiers, 2)  # and so are these
    config.consistency.voters = min(config.consistency.voters, config.consistency.classifiers)
    if name in CONSISTENCY_OF_ANOTHER:
        config.consistency.weight = 0.0
        config.information.discriminator_share = 1.0  # Q learns from nothing else then
    check_config(config)
    # Each update is traced on its own, and how many there are is tested with the models.
    config.discriminator_steps = min(config.discriminator_steps, 2)
    model = build_model(config, SHAPES.get(name))
    model.run_eagerly = name in STEP_OF_ANOTHER or config.model.kind in TRACED_WITH_SMALL_NETWORKS
    generator = np.random.default_rng(0)
    batch = BATCH * config.discriminator_steps
    images = generator.integers(0, 256, [2 * batch, *model.image_shape], dtype=np.uint8)
    logs = model.fit(images, targets(model, images, generator), batch_size=batch, verbose=0).history
    assert int(model.step) == 2
    assert all(np.isfinite(value).all() for value in logs.values())

    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.sample(2, seed=1), model.sample(2, seed=1))

    export_savedmodel(loaded, tmp_path / "served")
    with (
        EmbeddedServer({"model": tmp_path / "served"}, rest_api_port=None) as server,
        Client(f"127.0.0.1:{server.port}", "model") as client,
    ):
        served = client.sample([1, 2])
    assert served["image"].shape == (2, *model.image_shape)
    assert 0.0 <= served["image"].min() <= served["image"].max() <= 1.0
    assert set(served) == {"image", *model.latents.inputs}
