import keras
import numpy as np

from keras_infogan import Categorical, LatentSpec
from keras_infogan.models.variants import SeparateInfoGAN

LATENTS = LatentSpec(3, {"kind": Categorical(2)})


def test_a_step_makes_two_updates_of_each_side(images):
    model = SeparateInfoGAN.from_architecture("tiny", LATENTS, (8, 8, 1))
    model.compile()
    before = [variable.numpy() for variable in model.information.trainable_variables]
    logs = model.train_on_batch(images, return_dict=True)
    assert int(model.generator_optimizer.iterations) == 2
    assert int(model.discriminator_optimizer.iterations) == 2
    assert "information/kind" in logs
    for old, new in zip(before, model.information.trainable_variables, strict=True):
        assert not np.array_equal(old, new)


def test_the_adversarial_losses_hold_no_information(images):
    model = SeparateInfoGAN.from_architecture("tiny", LATENTS, (8, 8, 1))
    images = keras.ops.convert_to_tensor(images, "float32") / 255.0
    losses = model.compute_losses(images, keras.ops.convert_to_tensor([0, 1])).named()
    adversarial = -2 * (losses["information/real_fake"] - np.log(2.0))
    np.testing.assert_allclose(losses["discriminator_loss"], adversarial, rtol=1e-5)
