import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, CodeConsistency, LatentSpec, Ramp, Uniform, networks
from keras_infogan.layers import ClusteringHeads
from keras_infogan.readings import Reading, Views
from keras_infogan.variants import BiGAN, SeparateInfoGAN

LOG_2 = math.log(2.0)


def views(logits, read=None, images=None):
    """Views in which real images read as these logits of one code; `read` gives other images'."""
    if images is None:
        images = tf.zeros([logits.shape[0], 8, 8, 1])
    latents = LatentSpec(1, {"kind": Categorical(logits.shape[1])})
    real = Reading(None, None, logits)
    return Views(images, images, real, real, read or (lambda _: real), latents, tf.constant([0, 0]))


def penalty(regularizer, logits, augmented_logits):
    """The penalty where Q gives the first logits on images and the second on augmented ones."""
    augmented = Reading(None, None, tf.constant(augmented_logits))
    return float(regularizer(views(tf.constant(logits), lambda _: augmented)))


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
    latents = LatentSpec(1, {"a": Categorical(2), "style": Uniform(1), "b": Categorical(2)})
    doubt = Reading(None, None, tf.zeros([1, latents.parameter_count]))
    seen = views(tf.zeros([1, 2]))._replace(latents=latents, real=doubt, read=lambda _: doubt)
    value = regularizer(balance=0.0, confidence=1.0)(seen)
    assert float(value) == pytest.approx(2 * LOG_2, rel=1e-5)


def test_the_augmented_reading_learns_from_the_plain_one():
    plain, augmented = tf.Variable([[1.0, 0.0]]), tf.Variable([[0.0, 0.0]])
    with tf.GradientTape() as tape:
        seen = views(tf.identity(plain), lambda _: Reading(None, None, tf.identity(augmented)))
        value = regularizer(balance=0.0, confidence=0.0)(seen)
    to_plain, to_augmented = tape.gradient(
        value, [plain, augmented], unconnected_gradients=tf.UnconnectedGradients.ZERO
    )
    assert float(tf.norm(to_plain)) == 0.0
    # dKL / d logits = softmax(augmented) - softmax(plain).
    expected = 0.5 - 1 / (1 + math.exp(-1))
    assert to_augmented.numpy()[0, 0] == pytest.approx(expected, rel=1e-5)


def test_the_augmentation_runs_in_training_mode():
    seen = []

    def read(images):
        seen.append(float(tf.reduce_max(images)))
        return Reading(None, None, tf.zeros([1, 2]))

    augmentation = keras.layers.Lambda(lambda images: images + 1.0)
    CodeConsistency(augmentation)(views(tf.zeros([1, 2]), read))
    assert seen == [1.0]
    dropout = CodeConsistency(keras.layers.Dropout(0.5, seed=0))
    dropout(views(tf.zeros([1, 2]), read, images=tf.ones([1, 8, 8, 1])))
    assert seen[1] == 2.0  # 1 / (1 - 0.5): what a dropout does in training only


def test_config_round_trip():
    original = CodeConsistency(
        keras.layers.RandomRotation(0.1, seed=3),
        weight=2.0,
        balance=0.5,
        confidence=0.2,
        heads=3,
        settle=40,
    )
    serialized = keras.saving.serialize_keras_object(original)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert (restored.weight, restored.balance, restored.confidence) == (2.0, 0.5, 0.2)
    assert (restored.heads, restored.settle) == (3, 40)
    assert restored.augmentation.get_config() == original.augmentation.get_config()


def test_it_needs_a_categorical_code():
    with pytest.raises(ValueError, match="needs a categorical code. Received: codes="):
        regularizer().check(SimpleNamespace(latents=LatentSpec(1, {"style": Uniform(1)})))


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
        loss = consistency(views(logits))
    assert bool(tf.reduce_all(tf.math.is_finite(tape.gradient(loss, logits))))


# Heads beside Q


@pytest.fixture
def headed(make_model):
    consistency = CodeConsistency(
        keras.layers.RandomTranslation(0.1, 0.1, seed=0, dtype="float32"), heads=3, settle=2
    )
    never = Ramp(start=10**6)  # generated images leave Q alone
    model = make_model(regularizers=[consistency], ramps=(never, never))
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.01))
    return model


def test_heads_give_logits_side_by_side():
    heads = ClusteringHeads(3, 4, settle=0)
    heads.build([None, 16])
    features = tf.random.normal([5, 16], seed=0)
    logits = heads(features)
    assert logits.shape == (3, 5, 4)
    np.testing.assert_allclose(logits[1], heads.classifiers[1](features))
    assert not np.allclose(logits[0], logits[1])


def test_the_best_head_is_chosen_until_they_have_settled():
    heads = ClusteringHeads(2, 4, settle=2)
    heads.build([None, 16])
    for losses, chosen in ([(2.0, 1.0), 1], [(0.0, 1.0), 0], [(9.0, -9.0), 0]):
        heads.record(tf.constant(losses))
        assert int(heads.chosen) == chosen
    # 0.99 (0.99 (0.01 * 2) + 0.01 * 0) + 0.01 * 9
    assert float(heads.losses_so_far[0]) == pytest.approx(0.99**2 * 0.02 + 0.09, rel=1e-5)


def test_the_term_is_the_mean_of_the_heads_and_what_q_is_from_the_best(headed, images):
    (consistency,) = headed.regularizers
    (heads,) = consistency.layers
    heads.chosen.assign(2)
    unit = tf.cast(images, tf.float32) / 255.0
    real = headed.read(unit)
    changed = real._replace(features=real.features[::-1], parameters=real.parameters[::-1])
    seen = Views(
        unit, unit, real, real, lambda _: changed, headed.latents, tf.constant([0, 0]), False
    )
    logits, changed_logits = heads(real.features), heads(changed.features)
    alone = CodeConsistency(keras.layers.Identity())
    of_heads = [
        float(alone._of_classifier(one, other))
        for one, other in zip(logits, changed_logits, strict=True)
    ]
    best = tf.nn.softmax(logits[2])
    of_q = [tf.nn.log_softmax(each.parameters[:, :3]) for each in (real, changed)]
    taught = [float(tf.reduce_mean(tf.reduce_sum(best * (tf.math.log(best) - q), 1))) for q in of_q]
    expected = np.mean(of_heads) + np.mean(taught)
    assert float(consistency(seen)) == pytest.approx(expected, rel=1e-4)


def test_training_moves_the_heads_and_evaluation_does_not(headed, images):
    (heads,) = headed.regularizers[0].layers
    before = [weight.numpy() for weight in heads.weights]
    headed.evaluate(images, batch_size=16, verbose=0)
    for old, new in zip(before, heads.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    headed.fit(images, batch_size=16, verbose=0)
    assert int(heads.updates) == 2
    for variable in heads.trainable_variables:
        assert any(variable is other for other in headed.discriminator_variables())


def test_q_learns_what_the_best_head_says(headed, images):
    headed.fit(images, batch_size=16, epochs=40, verbose=0)
    (heads,) = headed.regularizers[0].layers
    features = headed.trunk(tf.cast(images, tf.float32) / 255.0)
    best = np.argmax(heads(features)[int(heads.chosen)], axis=1)
    read = headed.recognize(images)["kind"].probs.numpy().argmax(axis=1)
    assert np.mean(best == read) > 0.9


def test_the_heads_come_back_from_a_file(headed, images, tmp_path):
    headed.fit(images, batch_size=16, verbose=0)
    headed.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for old, new in zip(
        headed.regularizers[0].layers[0].weights,
        loaded.regularizers[0].layers[0].weights,
        strict=True,
    ):
        np.testing.assert_array_equal(old, new)
    again = headed.fit(images, batch_size=16, shuffle=False, verbose=0).history
    loaded_again = loaded.fit(images, batch_size=16, shuffle=False, verbose=0).history
    assert loaded_again["discriminator_loss"] == pytest.approx(again["discriminator_loss"], rel=0.1)


def test_heads_belong_to_one_model(headed, make_model):
    with pytest.raises(ValueError, match="belong to one model"):
        make_model(regularizers=headed.regularizers)


@pytest.mark.parametrize("numbers", [{"heads": -1}, {"heads": 2.0}, {"settle": -1}])
def test_numbers_of_heads_are_whole(numbers):
    with pytest.raises(ValueError, match="`heads` and `settle` should be ints of at least 0"):
        regularizer(**numbers)


@pytest.mark.parametrize("kind", [BiGAN, SeparateInfoGAN])
def test_it_needs_a_model_whose_discriminator_trains_q(kind, make_networks, monkeypatch):
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)
    latents = LatentSpec(2, {"kind": Categorical(3)})
    with pytest.raises(ValueError, match=f"trains Q. Received: {kind.__name__}"):
        kind.from_architecture("tiny", latents, (8, 8, 1), regularizers=[regularizer()])
