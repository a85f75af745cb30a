import numpy as np
import pytest
import tensorflow as tf


def test_sample_is_a_function_of_its_seed(model):
    first = model.sample(5, seed=2**40)
    assert first.shape == (5, 8, 8, 1)
    assert first.dtype == np.float32
    assert 0.0 <= first.min() < first.max() <= 1.0
    np.testing.assert_array_equal(first, model.sample(5, seed=2**40))
    assert not np.array_equal(first, model.sample(5, seed=-1))


def test_sample_obeys_codes(model):
    latents = model.latents.sample(3, tf.constant([7, 0]))
    fixed = {**latents, "kind": tf.constant([2, 2, 2], tf.int64)}
    np.testing.assert_array_equal(model.sample(3, {"kind": 2}, seed=7), model.generate(fixed))
    assert model.sample(2, {"kind": [0, 1], "style": [0.5, -1.0]}).shape == (2, 8, 8, 1)


def test_sample_takes_more_than_a_batch(model):
    assert model.sample(501).shape == (501, 8, 8, 1)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"count": 0}, "`count` should be an int of at least 1. Received: count=0"),
        ({"count": 1, "codes": {"digit": 1}}, "Received: 'digit'"),
        ({"count": 1, "codes": {"kind": 3}}, "in 0..2. Received: 3"),
        ({"count": 1, "codes": {"style": [1.0]}}, r"Received: \[1\]"),
    ],
)
def test_sample_refuses(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model.sample(**arguments)


def test_recognize_gives_a_distribution_a_code(model, images):
    posteriors = model.recognize(images)
    assert set(posteriors) == {"kind", "style"}
    np.testing.assert_allclose(tf.reduce_sum(posteriors["kind"].probs, axis=-1), 1.0, rtol=1e-5)
    assert posteriors["kind"].probs.shape == (32, 3)
    assert posteriors["style"].mean().shape == posteriors["style"].stddev().shape == (32, 2)
    assert posteriors["style"].batch_shape == (32,)


def test_recognize_takes_bytes_and_unit_floats(model, images):
    from_bytes = model.recognize(images)["style"].mean()
    from_floats = model.recognize(images / np.float32(255.0))["style"].mean()
    np.testing.assert_allclose(from_bytes, from_floats, atol=1e-6)


def test_recognize_takes_more_than_a_batch(model, images):
    many = np.tile(images, [17, 1, 1, 1])[:501]
    means = model.recognize(many)["style"].mean()
    np.testing.assert_allclose(
        means[500], model.recognize(many[500:])["style"].mean()[0], atol=1e-6
    )


def test_recognize_agrees_with_call(model, images):
    unit = tf.cast(images, tf.float32) / 255.0
    outputs = model(unit)
    assert {name: value.shape for name, value in outputs.items()} == {
        "kind": (32, 3),
        "style": (32, 4),
        "logit": (32, 1),
    }
    np.testing.assert_allclose(
        tf.nn.softmax(outputs["kind"]), model.recognize(images)["kind"].probs, atol=1e-6
    )


@pytest.mark.parametrize("shape", [(8, 8, 1), (2, 8, 8, 3), (0, 8, 8, 1)])
def test_recognize_refuses_other_shapes(model, shape):
    with pytest.raises(ValueError, match=r"shape \[batch, 8, 8, 1\]|at least one image\. Received"):
        model.recognize(np.zeros(shape, np.uint8))


def test_traverse_walks_one_code(model):
    images = model.traverse("kind", rows=4, seed=1)
    assert images.shape == (4, 3, 8, 8, 1)
    assert model.traverse("style", rows=2, columns=5).shape == (2, 10, 8, 8, 1)
    np.testing.assert_array_equal(images, model.traverse("kind", rows=4, seed=1))
    noise = model.latents.sample(4, tf.constant([1, 0]))
    expected = model.generate({**noise, "kind": tf.constant([1] * 4, tf.int64)})
    np.testing.assert_allclose(images[:, 1], expected, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"code": "digit"}, "should be one of .'kind', 'style'.. Received: 'digit'"),
        ({"code": "kind", "rows": 0}, "should be an int of at least 1. Received: rows=0"),
        ({"code": "style", "columns": 0}, "should be an int of at least 1. Received: columns=0"),
    ],
)
def test_traverse_refuses(model, arguments, message):
    with pytest.raises(ValueError, match=message):
        model.traverse(**arguments)
