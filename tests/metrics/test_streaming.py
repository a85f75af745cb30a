import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

from keras_infogan.metrics import (
    FrechetDistance,
    InceptionScore,
    RunningGaussian,
    frechet_distance,
    inception_score,
)


def expected_distance(real, fake):
    gaussians = RunningGaussian(), RunningGaussian()
    for gaussian, features in zip(gaussians, (real, fake), strict=True):
        gaussian.update(features)
    return frechet_distance(*gaussians)


@pytest.fixture
def features():
    generator = np.random.default_rng(0)
    real, fake = generator.normal(size=[2, 64, 3]).astype(np.float32)
    return real, fake @ generator.normal(size=[3, 3]).astype(np.float32) + 2


def test_frechet_distance_in_batches(features):
    real, fake = features
    distance = FrechetDistance("pixels", width=3)
    assert distance.name == "frechet_distance/pixels"
    distance.update_state(real[:10], fake[:7])
    distance.update_state(real[10:], fake[7:])
    assert float(distance.result()) == pytest.approx(expected_distance(real, fake), rel=1e-6)
    distance.reset_state()
    distance.update_state(real, real + 1)
    assert float(distance.result()) == pytest.approx(3, rel=1e-6)


def test_frechet_distance_within_a_graph(features):
    distance = FrechetDistance("pixels", width=3)

    @tf.function(input_signature=[tf.TensorSpec([None, 3])] * 2)
    def step(real, fake):
        distance.update_state(real, fake)
        return distance.result()

    step(features[0][:30], features[1][:30])
    final = step(features[0][30:], features[1][30:])
    assert float(final) == pytest.approx(expected_distance(*features), rel=1e-6)
    with pytest.raises(tf.errors.InvalidArgumentError, match="`fake` should be finite"):
        step(features[0], np.full([2, 3], np.nan, np.float32))


def test_in_fit_and_evaluate(features):
    """The targets are the real features, the outputs the generated ones."""
    model = keras.Sequential([layers.Input([3]), layers.Dense(3)])
    distance = FrechetDistance("pixels", width=3)
    model.compile("sgd", "mse", metrics=[distance])
    real, noise = features
    history = model.fit(noise, real, batch_size=16, epochs=2, verbose=0, shuffle=False).history
    values = history["frechet_distance/pixels"]
    assert len(values) == 2
    assert values[1] < values[0]  # reset between the epochs, and closer in the second
    logs = model.evaluate(noise, real, batch_size=24, verbose=0, return_dict=True)
    expected = expected_distance(real, model.predict_on_batch(noise))
    assert logs["frechet_distance/pixels"] == pytest.approx(expected, rel=1e-4)


def test_frechet_distance_over_replicas(features):
    strategy = tf.distribute.MirroredStrategy(["CPU:0"])
    with strategy.scope():
        distance = FrechetDistance("pixels", width=3)
    strategy.run(lambda: distance.update_state(*map(tf.constant, features)))
    assert float(distance.result()) == pytest.approx(expected_distance(*features), rel=1e-6)


def test_constant_features():
    distance = FrechetDistance("pixels", width=2)
    distance.update_state(np.ones([4, 2]), np.full([5, 2], 3.0))
    assert float(distance.result()) == pytest.approx(8.0)


def test_results_before_there_are_any():
    distance, score = FrechetDistance("pixels", 2), InceptionScore("digits", 2)
    assert np.isnan(distance.result())
    assert np.isnan(score.result())
    distance.update_state(np.ones([4, 2]), np.ones([1, 2]))
    assert np.isnan(distance.result())  # one image has no covariance


def test_inception_score_in_batches():
    probabilities = np.random.default_rng(0).dirichlet(np.full(5, 0.3), size=40)
    probabilities[:5] = np.eye(5)
    score = InceptionScore("digits", width=5)
    assert score.name == "inception_score/digits"
    for batch in np.split(probabilities, [1, 30]):
        score.update_state(batch)
    expected = inception_score(probabilities, splits=1).mean
    assert float(score.result()) == pytest.approx(expected, rel=1e-6)
    score.reset_state()
    score.update_state(np.eye(5))
    assert float(score.result()) == pytest.approx(5)


@pytest.mark.parametrize("kind", [FrechetDistance, InceptionScore])
def test_config_round_trip(kind):
    metric = kind("pixels", width=3, name="distance")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    assert again.get_config() == metric.get_config()
    assert (again.extractor, again.width, again.name) == ("pixels", 3, "distance")


def test_nan_is_refused_and_changes_nothing(features):
    distance, score = FrechetDistance("pixels", 3), InceptionScore("digits", 3)
    broken = np.full([2, 3], np.nan)
    with pytest.raises(ValueError, match="`fake` should be finite. Received: NaN or infinity"):
        distance.update_state(features[0], broken)
    with pytest.raises(ValueError, match="`probabilities` should be finite. Received"):
        score.update_state(broken)
    assert all(not np.any(variable) for variable in distance.variables + score.variables)


def test_what_metrics_do_not_take():
    distance = FrechetDistance("pixels", 3)
    with pytest.raises(ValueError, match=r"`fake` should have shape \[B, 3\]. Received: \(2, 4\)"):
        distance.update_state(np.ones([2, 3]), np.ones([2, 4]))
    with pytest.raises(ValueError, match=r"`real` should have shape \[B, 3\]. Received: \(3,\)"):
        distance.update_state(np.ones(3), np.ones([2, 3]))
    with pytest.raises(ValueError, match="`sample_weight` should be left out"):
        distance.update_state(np.ones([2, 3]), np.ones([2, 3]), np.ones(2))
    for extractor, width in (("", 3), ("pixels", 0)):
        with pytest.raises(ValueError, match="`extractor` should be a name and `width` at least"):
            FrechetDistance(extractor, width)


@pytest.mark.parametrize("scale", [1e30, 1e38])
def test_large_features_have_a_finite_distance(features, scale):
    real, fake = (scale * rows.astype(np.float64) / 10 for rows in features)
    distance = FrechetDistance("pixels", width=3)
    distance.update_state(real, fake)
    assert float(distance.result()) == pytest.approx(expected_distance(real, fake), rel=1e-6)


def test_features_above_the_largest_float32_are_refused():
    distance = FrechetDistance("pixels", width=1)
    with pytest.raises(ValueError, match="`fake` should be at most 3.4e.38 in size"):
        distance.update_state([[1.0]], np.array([[1e39]]))
    graph = tf.function(distance.update_state)
    with pytest.raises(tf.errors.InvalidArgumentError, match="should be at most"):
        graph(tf.constant([[1.0]]), tf.constant([[1e39]], tf.float64))


@pytest.mark.parametrize("rows", [[[2.0, -1.0]], [[3.0, 1.0]], [[0.2, 0.2]]])
def test_logits_are_no_probabilities(rows):
    score = InceptionScore("digits", width=2)
    with pytest.raises(ValueError, match="`probabilities` should be rows of probabilities"):
        score.update_state(rows)
    with pytest.raises(tf.errors.InvalidArgumentError, match="should be rows of probabilities"):
        tf.function(score.update_state)(tf.constant(rows))


def test_a_width_is_an_int():
    with pytest.raises(ValueError, match="`width` should be an int"):
        FrechetDistance("pixels", width=2.0)
