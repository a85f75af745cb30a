import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, Circular, LatentSpec, Uniform
from keras_infogan.metrics import image_attributes
from keras_infogan.models.variants import BiGAN, SeparateInfoGAN
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.regularizers import CodeEquivariance, InferenceReading, PenaltyContext
from keras_infogan.regularizers.code_equivariance import changed_images

LATENTS = LatentSpec(2, {"kind": Categorical(3), "style": Uniform(2)})


@pytest.fixture(scope="module")
def bar():
    """An upright bar, 12 wide and 24 high, in the middle of 48x48."""
    image = np.zeros([1, 48, 48, 1], np.float32)
    image[:, 12:36, 18:30] = 1.0
    return tf.constant(image)


def attributes(images, change, amount):
    amounts = tf.fill([len(images), 1], amount)
    changed = changed_images(images, (change,), amounts).numpy()
    return {name: float(value[0]) for name, value in image_attributes(changed).items()}


def test_changes_change_what_they_are_called(bar):
    slanted = attributes(bar, "slant", 1.0)
    assert slanted["slant"] == pytest.approx(np.degrees(np.arctan(0.35)), abs=0.5)
    assert attributes(bar, "slant", -0.5)["slant"] == pytest.approx(-9.9, abs=0.5)
    for change, wider, higher in (
        ("width", 0.3, 0.0),
        ("height", 0.0, 0.3),
        ("size", 0.3, 0.3),
        ("aspect", 0.2, -0.2),
    ):
        for amount in (-1.0, 1.0):
            seen = attributes(bar, change, amount)
            assert seen["width"] == pytest.approx(12 * np.exp(wider * amount), abs=1.1)
            assert seen["height"] == pytest.approx(24 * np.exp(higher * amount), abs=1.1)


def test_thickness_changes_the_stroke(bar):
    for amount, width in ((1.0, 14.0), (-1.0, 10.0)):  # a pixel on each side
        seen = attributes(bar, "thickness", amount)
        assert (seen["width"], seen["height"]) == pytest.approx((width, width + 12), abs=0.1)
    # At half of it the new pixels have half of the brightness; slants are before it.
    half = changed_images(bar, ("slant", "thickness"), tf.constant([[0.0, 0.5]])).numpy()
    assert half[0, 20, 17, 0] == pytest.approx(0.5, abs=1e-5)


def test_a_rotation_is_counterclockwise(bar):
    turned = changed_images(bar, ("rotation",), tf.ones([1, 1])).numpy()[0, :, :, 0]
    columns = np.arange(48)
    top, bottom = ((columns * turned[row]).sum() / turned[row].sum() for row in (18, 29))
    assert bottom - top == pytest.approx(11 * np.tan(np.radians(25.0)), abs=0.5)


def test_shifts_are_to_the_right_and_down(bar):
    for change, axis, pixels in (("x", 2, 7), ("y", 1, 7)):  # 15% of 48 pixels is 7.2
        moved = changed_images(bar, (change,), tf.constant([[pixels / 7.2]])).numpy()
        np.testing.assert_allclose(moved, np.roll(bar, pixels, axis), atol=1e-4)
    turned = changed_images(bar, ("rotation", "x"), tf.ones([1, 2])).numpy()
    assert image_attributes(turned)["width"] == pytest.approx(
        image_attributes(changed_images(bar, ("rotation",), tf.ones([1, 1])).numpy())["width"],
        abs=0.5,
    )


def test_no_change_keeps_the_images(images):
    x = tf.cast(images[:4], tf.float32) / 255.0
    kept = changed_images(x, ("slant", "size", "rotation"), tf.zeros([4, 3]))
    np.testing.assert_allclose(kept, x, atol=1e-5)


def penalty(means_of, equivariance=None, rows=256, amounts_of=2):
    """The penalty if Q's means of the changed images are a function of the true amounts."""
    equivariance = equivariance or CodeEquivariance("style", ("slant", "width"))
    seed = tf.constant([1, 2])
    amounts = tf.random.stateless_uniform([rows, amounts_of], seed, -1.0, 1.0)
    before = tf.random.stateless_uniform([rows, 2], (3, 4), -1.0, 1.0)

    def output(means):
        return DiscriminatorOutput(
            None, None, tf.concat([tf.zeros([rows, 3]), means, tf.zeros([rows, 2])], -1)
        )

    images = tf.random.stateless_uniform([rows, 8, 8, 1], (5, 6))
    changed, real = output(before + means_of(amounts)), output(before)
    fake = output(tf.random.stateless_uniform([rows, 2], (7, 8)))

    def discriminate(seen):
        expected = changed_images(images, equivariance.changes, amounts)
        np.testing.assert_array_equal(seen, expected)
        return changed

    context = PenaltyContext(images, 0.0 * images, real, fake, discriminate, LATENTS, seed)
    return float(equivariance(context))


def test_a_code_that_follows_its_change_costs_nothing():
    assert penalty(lambda t: 0.3 * t) == pytest.approx(0.0, abs=0.02)


def test_the_penalty_by_hand():
    # In the opposite direction: 1 - (-1) for each dimension.
    assert penalty(lambda t: -t) == pytest.approx(4.0, abs=0.02)
    # Exchanged: 1 for each dimension's own correlation and 1 for the other's square.
    assert penalty(lambda t: t[:, ::-1]) == pytest.approx(4.0, abs=0.1)
    assert penalty(tf.zeros_like) == pytest.approx(2.0, abs=1e-3)
    # Both follow the sum: each correlation is 1 / sqrt 2.
    both = penalty(lambda t: tf.reduce_sum(t, -1, keepdims=True) * tf.ones([1, 2]))
    assert both == pytest.approx(2 * (1 - np.sqrt(0.5)) + 2 * 0.5, abs=0.1)


def test_further_changes_are_ignored():
    three = CodeEquivariance("style", ("slant", "width", "size"))
    assert penalty(lambda t: t[:, :2], three, amounts_of=3) == pytest.approx(0.0, abs=0.03)
    # The second follows the third change: 1 for its own correlation and 1 for the other's square.
    seen = penalty(lambda t: t[:, ::2], three, amounts_of=3)
    assert seen == pytest.approx(2.0, abs=0.1)


def test_the_discriminator_minimizes_it_on_real_images(make_model):
    model = make_model(LATENTS, regularizers=[CodeEquivariance("style", ("slant",), weight=3.0)])
    images = tf.random.stateless_uniform([16, 8, 8, 1], (0, 0))
    plain = make_model(LATENTS, regularizers=[])
    seed = tf.constant([1, 2])
    with tf.GradientTape() as tape:
        losses = model.compute_losses(images, seed).named()
    readers = model.trunk.trainable_variables + model.information.trainable_variables
    others = model.generator.trainable_variables
    gradients = tape.gradient(losses["equivariance"], readers + others)
    assert all(gradient is not None for gradient in gradients[: len(readers)])
    assert all(gradient is None for gradient in gradients[len(readers) :])
    without = plain.compute_losses(images, seed).named()
    for name, rise in (
        ("discriminator_loss", losses["equivariance"]),
        ("generator_loss", tf.constant(0.0)),
    ):
        np.testing.assert_allclose(losses[name] - without[name], rise, atol=1e-5)
    assert float(losses["equivariance"]) > 0


@pytest.mark.parametrize("dtype", ["mixed_bfloat16", "mixed_float16"])
def test_it_trains_saves_and_loads(make_model, images, tmp_path, dtype):
    regularizers = [CodeEquivariance("style", ("width", "thickness", "slant")), InferenceReading()]
    model = make_model(LATENTS, dtype=dtype, regularizers=regularizers)
    model.compile()
    history = model.fit(images, batch_size=16, epochs=1, verbose=0).history
    assert np.isfinite(history["equivariance"]).all()
    assert np.isfinite(history["inference_reading"]).all()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert [each.name for each in loaded.regularizers] == ["equivariance", "inference_reading"]
    np.testing.assert_array_equal(loaded.sample(2), model.sample(2))


def test_it_refuses(make_model):
    for changes, message in (
        ((), r"`changes` should be of \['aspect', .*Received: \[\]"),
        (("blur",), r"Received: \['blur'\]"),
        (("slant", "slant"), r"`changes` should differ. Received: \['slant', 'slant'\]"),
    ):
        with pytest.raises(ValueError, match=message):
            CodeEquivariance("style", changes)
    with pytest.raises(ValueError, match="`weight` should be above 0"):
        CodeEquivariance("style", ("slant",), weight=0)
    for code in ("kind", "size"):
        with pytest.raises(ValueError, match=rf"codes \['style'\]. Received: '{code}'"):
            make_model(LATENTS, regularizers=[CodeEquivariance(code, ("slant",))])
    turning = LatentSpec(2, {"angle": Circular(1)})
    with pytest.raises(ValueError, match=r"codes \[\]. Received: 'angle'"):
        make_model(turning, regularizers=[CodeEquivariance("angle", ("rotation",))])
    for variant in (BiGAN, SeparateInfoGAN):
        with pytest.raises(ValueError, match="CodeEquivariance needs a model whose"):
            variant.from_architecture(
                "mnist", LATENTS, regularizers=[CodeEquivariance("style", ("slant",))]
            )


def test_config_round_trips():
    original = CodeEquivariance("style", ("slant", "width"), 0.5)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    expected = {"weight": 0.5, "code": "style", "changes": ["slant", "width"]}
    assert restored.get_config() == original.get_config() == expected
