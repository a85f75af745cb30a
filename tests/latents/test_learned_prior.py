import keras
import numpy as np
import pytest
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan import LatentSpec, LearnedCategorical, export_savedmodel

SHARES = np.array([0.6, 0.3, 0.1], np.float32)
EULER = 0.5772157
REWARDS = np.array([1.0, -2.0, 0.5], np.float32)


@pytest.fixture
def code():
    code = LearnedCategorical(3, temperature=0.7)
    code.adopt(keras.Variable(np.log(SHARES), dtype="float32"))
    return code


@pytest.fixture
def model(make_model):
    model = make_model(latents=LatentSpec(4, {"kind": LearnedCategorical(3)}))
    model.compile()
    return model


def test_the_prior_is_what_the_logits_say(code):
    drawn = code.prior.sample(20_000, seed=(0, 1)).numpy()
    np.testing.assert_allclose(np.bincount(drawn) / 20_000, SHARES, atol=0.02)
    assert code.entropy() == pytest.approx(-np.sum(SHARES * np.log(SHARES)), rel=1e-5)


def test_a_code_of_no_model_has_equal_categories():
    assert LearnedCategorical(4).entropy() == pytest.approx(np.log(4.0))


def test_the_generator_reads_one_hot_rows(code):
    values = code.prior.sample(50, seed=(0, 1))
    relaxed = code.relaxed_encoding(values, tf.constant([0, 2]))
    np.testing.assert_allclose(relaxed, code.encode(values), atol=1e-6)


def test_the_noise_is_gumbel_and_picks_the_category_that_was_drawn(code):
    values = code.prior.sample(50_000, seed=(0, 1))
    noise = code._noise(code.encode(values), tf.constant([0, 2])).numpy()
    np.testing.assert_allclose(noise.mean(axis=0), EULER, atol=0.02)
    np.testing.assert_allclose(noise.var(axis=0), np.pi**2 / 6, atol=0.05)
    np.testing.assert_array_equal((noise + np.log(SHARES)).argmax(axis=1), values)


def test_the_gradient_is_that_of_the_gumbel_softmax(code):
    """On average that of E[r . s], s relaxed one-hot rows as TensorFlow Probability draws them."""
    count = 100_000
    logits = tf.constant(np.log(SHARES))
    with tf.GradientTape() as tape:
        tape.watch(logits)
        relaxed = tfd.RelaxedOneHotCategorical(0.7, logits=logits).sample(count, seed=(3, 4))
        expected = tf.reduce_mean(tf.linalg.matvec(relaxed, REWARDS))
    expected_gradient = tape.gradient(expected, logits)
    values = code.prior.sample(count, seed=(0, 1))
    with tf.GradientTape() as tape:
        encoding = code.relaxed_encoding(values, tf.constant([0, 2]))
        reward = tf.reduce_mean(tf.linalg.matvec(encoding, REWARDS))
    np.testing.assert_allclose(
        tape.gradient(reward, code._logits.value), expected_gradient, atol=0.01
    )


def test_a_prior_learns_which_category_the_generator_should_draw(code):
    optimizer = keras.optimizers.SGD(1.0)
    for step in range(60):
        values = code.prior.sample(64, seed=(0, step))
        with tf.GradientTape() as tape:
            encoding = code.relaxed_encoding(values, tf.constant([1, step]))
            loss = -tf.reduce_mean(encoding[:, 2])
        optimizer.apply(tape.gradient(loss, [code._logits.value]), [code._logits])
    assert code.prior.probs_parameter()[2] > 0.8


def test_training_moves_the_prior_and_a_saved_model_keeps_it(model, images, tmp_path):
    assert model.generator_variables()[-1] is model._prior_logits[0]
    model.fit(images, batch_size=16, epochs=3, verbose=0)
    learned = model.latents.codes["kind"].logits.numpy()
    assert np.all(learned != 0.0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.latents.codes["kind"].logits, learned)
    np.testing.assert_array_equal(loaded.sample(8, seed=1), model.sample(8, seed=1))


def test_the_export_draws_from_the_learned_prior(model, tmp_path):
    model._prior_logits[0].assign([-20.0, 20.0, -20.0])
    served = tf.saved_model.load(export_savedmodel(model, tmp_path))
    drawn = served.signatures["sample"](seed=tf.range(8, dtype=tf.int64))["kind"]
    np.testing.assert_array_equal(drawn, 1)


def test_the_entropy_in_a_graph_follows_the_prior(model):
    graph = tf.function(lambda: model.latents.entropy()["kind"])
    assert float(graph()) == pytest.approx(np.log(3.0))
    model._prior_logits[0].assign([-20.0, 20.0, -20.0])
    assert float(graph()) == pytest.approx(0.0, abs=1e-5)


def test_a_code_belongs_to_one_model(model, make_model):
    with pytest.raises(ValueError, match="belong to one model"):
        make_model(latents=model.latents)


@pytest.mark.parametrize("temperature", [0.0, -1.0, float("nan")])
def test_a_temperature_that_is_not_positive_is_refused(temperature):
    with pytest.raises(ValueError, match="temperature"):
        LearnedCategorical(3, temperature=temperature)
