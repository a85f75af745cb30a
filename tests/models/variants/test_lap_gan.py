import numpy as np
import pytest

from keras_infogan import Categorical, LatentSpec
from keras_infogan.models.variants import LapGAN


def make(shape):
    latents = LatentSpec(4, {"kind": Categorical(3)})
    return LapGAN.from_architecture("dcgan", latents, shape, networks={"width_multiplier": 0.05})


def test_the_smallest_image_of_a_sample_comes_from_the_codes():
    model = make((32, 32, 1))
    rows = model.latents.concatenate(model.latents.sample(2, (0, 1)))
    coarse = model.generator.get_layer(index=1)(rows).numpy()
    shrunk = model.generate(model.latents.sample(2, (0, 1)))
    shrunk = shrunk.reshape(2, 8, 4, 8, 4, 1).mean(axis=(2, 4))
    np.testing.assert_allclose(shrunk, coarse, atol=1e-2)  # but for values clipped to [0, 1]
    assert [stage.name for stage in model.stages] == ["stage_16x16", "stage_32x32"]


def test_images_that_cannot_be_halved_are_refused():
    with pytest.raises(ValueError, match=r"sides that are 8 or more .*\(12, 12, 1\)"):
        make((12, 12, 1))
