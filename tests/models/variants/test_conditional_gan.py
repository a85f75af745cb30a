import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import export_savedmodel
from keras_infogan.latents import (
    Categorical,
    GivenClass,
    GivenImage,
    GivenText,
    LatentSpec,
    Uniform,
)
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.models.variants import ConditionalGAN
from keras_infogan.objectives import Wasserstein
from keras_infogan.regularizers import R1
from keras_infogan.regularizers.context import PenaltyContext

NETWORKS = {"width_multiplier": 0.05}
SHAPE = (8, 8, 1)


def make(given, **arguments):
    latents = LatentSpec(4, {"style": Uniform(2), "kind": Categorical(3)}, given=given)
    model = ConditionalGAN.from_architecture(
        "dcgan", latents, SHAPE, networks=NETWORKS, **arguments
    )
    model.compile()
    return model


@pytest.fixture
def model():
    return make({"digit": GivenClass(10)})


@pytest.fixture
def labels(images):
    return np.arange(len(images)) % 10


def test_the_discriminator_reads_the_class_and_q_does_not(model, images):
    one, other = (
        model.discriminate_reals(images[:4], {"digit": tf.fill([4], value)}) for value in (1, 2)
    )
    assert not np.allclose(one.logits, other.logits)
    np.testing.assert_array_equal(one.parameters, other.parameters)
    alone = model.discriminate(images[:4])
    np.testing.assert_array_equal(alone.parameters, one.parameters)


def test_generated_images_are_judged_with_the_class_that_made_them(model, images):
    given = {"digit": tf.constant([3, 1, 3, 1], tf.int64)}
    drawn, encoded = model.draw(4, model.step_seed(), given)
    np.testing.assert_array_equal(drawn["digit"], [3, 1, 3, 1])
    np.testing.assert_array_equal(np.argmax(encoded[:, -10:], axis=1), [3, 1, 3, 1])
    fakes = model.discriminate_fakes(images[:4] / np.float32(255), encoded)
    reals = model.discriminate_reals(images[:4], given)
    np.testing.assert_allclose(fakes.logits, reals.logits, atol=1e-5)


def test_it_trains_on_arrays_and_streams(model, images, labels):
    history = model.fit(images, labels, batch_size=16, epochs=1, verbose=0)
    assert np.isfinite(history.history["generator_loss"]).all()
    stream = tf.data.Dataset.from_tensor_slices({"image": images, "digit": labels}).batch(16)
    model.fit(stream, epochs=1, verbose=0)
    assert model.steps_done == 2 * (len(images) // 16)
    assert np.isfinite(model.evaluate(images, labels, verbose=0)).all()


def test_a_penalty_reads_images_with_what_came_with_them(images, labels):
    model = make({"digit": GivenClass(10)}, regularizers=[R1(1.0)], discriminator_steps=2)
    logs = model.train_on_batch(images[:16], labels[:16], return_dict=True)
    assert np.isfinite(logs["r1"])


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        (None, "`y` should be 'digit', one for each image. Received: None"),
        ([1, 2], "`y` should be 'digit', one for each of .* Received: 2"),
        (np.full(64, 10), r"ints in 0\.\.9"),
    ],
)
def test_what_is_given_is_checked(model, images, bad, message):
    with pytest.raises(ValueError, match=message):
        model.fit(images, bad, verbose=0)


def test_it_needs_one_given_input(make_model):
    with pytest.raises(ValueError, match="ConditionalGAN should be given one Given with each"):
        make({})
    with pytest.raises(ValueError, match="ConditionalGAN should be given one Given with each"):
        make({"digit": GivenClass(3), "other": GivenClass(2)})
    latents = LatentSpec(4, given={"digit": GivenClass(3)})
    with pytest.raises(ValueError, match="InfoGAN takes no input that is given with each image"):
        InfoGAN.from_architecture("dcgan", latents, SHAPE, networks=NETWORKS)


def test_saved_and_exported(model, images, tmp_path):
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    codes = {"digit": [1, 2, 3]}
    np.testing.assert_allclose(again.sample(3, codes), model.sample(3, codes), atol=1e-6)
    signatures = tf.saved_model.load(str(export_savedmodel(model, tmp_path / "served"))).signatures
    served = signatures["generate"](
        seed=tf.constant([3], tf.int64),
        digit=tf.constant([2], tf.int64),
        kind=tf.constant([1], tf.int64),
        style=tf.zeros([1, 2]),
    )
    assert served["image"].shape == (1, *SHAPE)
    assert set(signatures["sample"](tf.constant([1], tf.int64))) == {
        "image",
        "digit",
        "kind",
        "style",
    }


def test_a_text_is_given_as_strings(images, tmp_path):
    words = ["bright", "dark", "row"]
    model = make({"caption": GivenText(words, 2, examples=["bright row", "dark row"])})
    model.fit(images, ["bright row", "dark row"] * (len(images) // 2), batch_size=16, verbose=0)
    assert model.sample(2, {"caption": "dark row"}).shape == (2, *SHAPE)
    with pytest.raises(ValueError, match="Received: 'a heart'"):
        model.sample(2, {"caption": "a heart"})
    generate = tf.saved_model.load(str(export_savedmodel(model, tmp_path))).signatures["generate"]
    codes = {"kind": tf.constant([0], tf.int64), "style": tf.zeros([1, 2])}
    seed = tf.constant([3], tf.int64)
    assert generate(seed=seed, caption=tf.constant(["dark row"]), **codes)["image"].shape[0] == 1
    with pytest.raises(tf.errors.InvalidArgumentError, match="caption is out of its range"):
        generate(seed=seed, caption=tf.constant(["dark heart"]), **codes)


def test_images_are_given_and_some_are_kept(images):
    model = make({"source": GivenImage(SHAPE, examples=4)})
    model.fit(images, images[::-1], batch_size=16, verbose=0)
    drawn = model.latents.sample(8, (0, 1))["source"].numpy()
    kept = images[::-1][:4] / np.float32(255)
    assert all(any(np.allclose(each, one) for one in kept) for each in drawn)
    assert model.sample(2, {"source": images[:2]}).shape == (2, *SHAPE)


def test_an_image_with_the_class_of_another_one_is_rejected(images):
    """With Wasserstein's loss, D's is the mean of what it rejects minus that of real pairs.

    The third image has the class of the second one, so a generated image takes its place.
    """
    images = images[:8] / np.float32(255)
    model = make({"digit": GivenClass(10)}, objective=Wasserstein(), matching_aware=True)
    digits, noisy = tf.constant([3, 1, 1, 4]), images[4:]
    read = {
        name: model.discriminate_reals(batch, {"digit": given})
        for name, batch, given in (
            ("real", images[:4], digits),
            ("fake", noisy, digits),
            ("other", images[:4], tf.constant([4, 3, 1, 1])),
        )
    }
    context = PenaltyContext(
        images=images[:4],
        fake_images=noisy,
        real=read["real"],
        fake=read["fake"],
        discriminate=model.discriminate,
        latents=model.latents,
        seed=tf.zeros([2], tf.int32),
        training=False,
        drawn={"digit": digits},
    )
    real, fake = (float(tf.reduce_mean(read[name].logits)) for name in ("real", "fake"))
    rejected = [(read["fake"] if row == 2 else read["other"]).logits[row] for row in range(4)]
    other = float(tf.reduce_mean(rejected))
    losses = model.adversarial_losses(context)
    assert float(losses.discriminator) == pytest.approx((fake + other) / 2 - real, abs=1e-6)
    assert float(losses.generator) == pytest.approx(-fake, abs=1e-6)
