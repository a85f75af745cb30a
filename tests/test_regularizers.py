import math

import keras
import pytest
import tensorflow as tf

from keras_infogan import Categorical, CodeConsistency, LatentSpec, Uniform

LOG_2 = math.log(2.0)


def penalty(regularizer, logits, augmented_logits):
    """The penalty where Q gives the first logits on images and the second on augmented ones."""
    code = Categorical(len(logits[0]))
    images = tf.zeros([len(logits), 8, 8, 1])
    return float(
        regularizer(
            images,
            {"kind": code.posterior(tf.constant(logits))},
            lambda _: {"kind": code.posterior(tf.constant(augmented_logits))},
        )
    )


def regularizer(**weights):
    return CodeConsistency(keras.layers.Identity(), **weights)


def test_consistency_is_a_divergence():
    # KL((3/4, 1/4) || (1/2, 1/2)) = 3/4 ln 3/2 + 1/4 ln 1/2.
    nats = penalty(regularizer(balance=0.0, confidence=0.0), [[math.log(3.0), 0.0]], [[0.0, 0.0]])
    assert nats == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5), rel=1e-5)


def test_balance_rewards_the_use_of_all_categories():
    weights = {"balance": 0.4, "confidence": 0.0}
    both, one = [[50.0, 0.0], [0.0, 50.0]], [[50.0, 0.0], [50.0, 0.0]]
    assert penalty(regularizer(**weights), both, both) == pytest.approx(-0.4 * LOG_2, rel=1e-5)
    assert penalty(regularizer(**weights), one, one) == pytest.approx(0.0, abs=1e-5)


def test_confidence_punishes_doubt():
    doubt = [[0.0, 0.0]]
    nats = penalty(regularizer(balance=0.0, confidence=0.1), doubt, doubt)
    assert nats == pytest.approx(0.1 * LOG_2, rel=1e-5)


def test_weight_multiplies_all_terms():
    logits, augmented = [[1.0, 0.0], [0.5, 2.0]], [[0.0, 1.0], [1.0, 1.0]]
    single = penalty(regularizer(), logits, augmented)
    assert penalty(regularizer(weight=3.0), logits, augmented) == pytest.approx(3 * single)


def test_codes_add_up_and_continuous_ones_are_passed_over():
    doubt, images = tf.zeros([1, 2]), tf.zeros([1, 8, 8, 1])
    posteriors = {
        "a": Categorical(2).posterior(doubt),
        "b": Categorical(2).posterior(doubt),
        "style": Uniform(1).posterior(doubt),
    }
    value = regularizer(balance=0.0, confidence=1.0)(images, posteriors, lambda _: posteriors)
    assert float(value) == pytest.approx(2 * LOG_2, rel=1e-5)


def test_the_augmented_reading_learns_from_the_plain_one():
    plain, augmented = tf.Variable([[1.0, 0.0]]), tf.Variable([[0.0, 0.0]])
    code = Categorical(2)
    with tf.GradientTape() as tape:
        value = regularizer(balance=0.0, confidence=0.0)(
            tf.zeros([1, 8, 8, 1]),
            {"kind": code.posterior(plain)},
            lambda _: {"kind": code.posterior(augmented)},
        )
    to_plain, to_augmented = tape.gradient(
        value, [plain, augmented], unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    assert float(tf.norm(to_plain)) == 0.0
    # dKL / d logits = softmax(augmented) - softmax(plain).
    expected = 0.5 - 1 / (1 + math.exp(-1))
    assert to_augmented.numpy()[0, 0] == pytest.approx(expected, rel=1e-5)


def test_the_augmentation_runs_in_training_mode():
    seen = []
    augmentation = keras.layers.Lambda(lambda images: images + 1.0)
    posterior = Categorical(2).posterior(tf.zeros([1, 2]))

    def recognize(images):
        seen.append(float(tf.reduce_max(images)))
        return {"kind": posterior}

    CodeConsistency(augmentation)(tf.zeros([1, 8, 8, 1]), {"kind": posterior}, recognize)
    assert seen == [1.0]
    dropout = CodeConsistency(keras.layers.Dropout(0.5, seed=0))
    dropout(tf.ones([1, 8, 8, 1]), {"kind": posterior}, recognize)
    assert seen[1] == 2.0  # 1 / (1 - 0.5): what a dropout does in training only


def test_config_round_trip():
    original = CodeConsistency(
        keras.layers.RandomRotation(0.1, seed=3), weight=2.0, balance=0.5, confidence=0.2
    )
    serialized = keras.saving.serialize_keras_object(original)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert (restored.weight, restored.balance, restored.confidence) == (2.0, 0.5, 0.2)
    assert restored.augmentation.get_config() == original.augmentation.get_config()


def test_it_needs_a_categorical_code():
    regularizer().check(LatentSpec(1, {"kind": Categorical(2)}))
    with pytest.raises(ValueError, match="needs a categorical code. Received: codes="):
        regularizer().check(LatentSpec(1, {"style": Uniform(1)}))


@pytest.mark.parametrize("name", ["weight", "balance", "confidence"])
def test_weights_are_not_negative(name):
    with pytest.raises(ValueError, match="should be at least 0. Received: .*-1"):
        regularizer(**{name: -1.0})


def test_the_augmentation_is_a_layer():
    with pytest.raises(TypeError, match="`augmentation` should be a Keras layer"):
        CodeConsistency(lambda images: images)


def test_a_category_that_died_has_a_finite_gradient():
    logits = tf.constant([[0.0, -200.0]] * 4)
    consistency = CodeConsistency(keras.layers.Identity())
    with tf.GradientTape() as tape:
        tape.watch(logits)
        posteriors = {"kind": Categorical(2).posterior(logits)}
        loss = consistency(tf.zeros([4, 8, 8, 1]), posteriors, lambda images: posteriors)
    assert bool(tf.reduce_all(tf.math.is_finite(tape.gradient(loss, logits))))
