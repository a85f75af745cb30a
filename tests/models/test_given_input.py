import numpy as np
import pytest

from keras_infogan.latents import Categorical, GivenClass, GivenImage, LatentSpec
from keras_infogan.models.given_input import GivenInput
from keras_infogan.models.variants import ConditionalGAN


class Needs(GivenInput):
    given_kind = GivenImage


def test_what_is_given_is_one_input_of_the_right_kind():
    image = GivenImage((2, 2, 1))
    assert Needs.checked_given(LatentSpec(1, given={"source": image})) is image
    for given in ({}, {"a": GivenClass(2)}, {"a": image, "b": image}):
        with pytest.raises(ValueError, match="Needs should be given one GivenImage"):
            Needs.checked_given(LatentSpec(1, {"kind": Categorical(2)}, given=given))


def test_examples_are_kept():
    given = {"source": GivenImage((8, 8, 1), examples=2)}
    model = ConditionalGAN.from_architecture("dcgan", LatentSpec(2, given=given), (8, 8, 1))
    model.keep_given(np.full([1, 8, 8, 1], 255, np.uint8))
    assert model.given_name == "source"
    assert np.min(model.latents.sample(3, (0, 1))["source"]) == 1.0
