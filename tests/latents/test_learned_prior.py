import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import LatentSpec, LearnedCategorical, export_savedmodel


@pytest.fixture
def model(make_model):
    model = make_model(latents=LatentSpec(4, {"kind": LearnedCategorical(3)}))
    model.compile()
    return model


def test_training_moves_the_prior_and_a_saved_model_keeps_it(model, images, tmp_path):
    assert model.generator_variables()[-1] is model.prior_logits[0]
    model.fit(images, batch_size=16, epochs=3, verbose=0)
    learned = model.latents.codes["kind"].logits.numpy()
    assert np.all(learned != 0.0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.latents.codes["kind"].logits, learned)
    np.testing.assert_array_equal(loaded.sample(8, seed=1), model.sample(8, seed=1))


def test_the_export_draws_from_the_learned_prior(model, tmp_path):
    model.prior_logits[0].assign([-20.0, 20.0, -20.0])
    served = tf.saved_model.load(export_savedmodel(model, tmp_path))
    drawn = served.signatures["sample"](seed=tf.range(8, dtype=tf.int64))["kind"]
    np.testing.assert_array_equal(drawn, 1)


def test_the_entropy_in_a_graph_follows_the_prior(model):
    graph = tf.function(lambda: model.latents.entropy()["kind"])
    assert float(graph()) == pytest.approx(np.log(3.0))
    model.prior_logits[0].assign([-20.0, 20.0, -20.0])
    assert float(graph()) == pytest.approx(0.0, abs=1e-5)


def test_a_code_belongs_to_one_model(model, make_model):
    with pytest.raises(ValueError, match="belong to one model"):
        make_model(latents=model.latents)
