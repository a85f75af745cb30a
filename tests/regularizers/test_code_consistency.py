import math
from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, InfoGAN, LatentSpec, Ramp, Uniform, networks
from keras_infogan.models.variants import BiGAN, SeparateInfoGAN
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.regularizers import CodeConsistency
from keras_infogan.regularizers.context import PenaltyContext

LOG_2 = math.log(2.0)


def context(logits, read=None, images=None):
    """A context whose real images read as these logits of one code; `read` is of other images."""
    if images is None:
        images = tf.zeros([logits.shape[0], 8, 8, 1])
    latents = LatentSpec(1, {"kind": Categorical(logits.shape[1])})
    real = DiscriminatorOutput(None, None, logits)
    return PenaltyContext(
        images, images, real, real, read or (lambda _: real), latents, tf.constant([0, 0])
    )


def penalty(regularizer, logits, augmented_logits):
    """The penalty where Q gives the first logits on images and the second on augmented ones."""
    augmented = DiscriminatorOutput(None, None, tf.constant(augmented_logits))
    return float(regularizer(context(tf.constant(logits), lambda _: augmented)))


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
    doubt = DiscriminatorOutput(None, None, tf.zeros([1, latents.parameter_count]))
    seen = context(tf.zeros([1, 2]))._replace(
        latents=latents, real=doubt, discriminate=lambda _: doubt
    )
    value = regularizer(balance=0.0, confidence=1.0)(seen)
    assert float(value) == pytest.approx(2 * LOG_2, rel=1e-5)


def test_the_augmented_reading_learns_from_the_plain_one():
    plain, augmented = tf.Variable([[1.0, 0.0]]), tf.Variable([[0.0, 0.0]])
    with tf.GradientTape() as tape:
        seen = context(
            tf.identity(plain), lambda _: DiscriminatorOutput(None, None, tf.identity(augmented))
        )
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
        return DiscriminatorOutput(None, None, tf.zeros([1, 2]))

    augmentation = keras.layers.Lambda(lambda images: images + 1.0)
    CodeConsistency(augmentation)(context(tf.zeros([1, 2]), read))
    assert seen == [1.0]
    dropout = CodeConsistency(keras.layers.Dropout(0.5, seed=0))
    dropout(context(tf.zeros([1, 2]), read, images=tf.ones([1, 8, 8, 1])))
    assert seen[1] == 2.0  # 1 / (1 - 0.5): what a dropout does in training only


def test_config_round_trip():
    original = CodeConsistency(
        keras.layers.RandomRotation(0.1, seed=3),
        weight=2.0,
        balance=0.5,
        confidence=0.2,
        classifiers=3,
        ensemble_steps=40,
        voters=2,
    )
    serialized = keras.saving.serialize_keras_object(original)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert (restored.weight, restored.balance, restored.confidence) == (2.0, 0.5, 0.2)
    assert (restored.classifiers, restored.ensemble_steps, restored.voters) == (3, 40, 2)
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
        loss = consistency(context(logits))
    assert bool(tf.reduce_all(tf.math.is_finite(tape.gradient(loss, logits))))


# Classifiers next to Q


@pytest.fixture
def taught(make_model):
    consistency = CodeConsistency(
        keras.layers.RandomTranslation(0.1, 0.1, seed=0, dtype="float32"),
        classifiers=2,
        ensemble_steps=30,
    )
    never = Ramp(start=10**6)  # generated images leave Q alone
    model = make_model(regularizers=[consistency], ramps=(never, never))
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.01))
    return model


def test_the_term_is_of_the_networks_and_their_vote_and_then_of_q(taught, images):
    (consistency,) = taught.regularizers
    (ensemble,) = consistency.layers
    consistency.augmentation = keras.layers.Lambda(lambda batch: batch[::-1])
    unit = tf.cast(images, tf.float32) / 255.0
    logits = ensemble(unit)
    ensemble.record(logits)
    ensemble.record(logits)
    real = taught.discriminate(unit)
    changed = real._replace(parameters=real.parameters[::-1])
    seen = PenaltyContext(
        unit, unit, real, real, lambda _: changed, taught.latents, tf.constant([0, 0]), False
    )
    alone = CodeConsistency(keras.layers.Identity())
    of_networks = np.mean([float(alone._of_classifier(one, one[::-1])) for one in logits])
    of_q = float(alone._of_classifier(real.parameters[:, :3], changed.parameters[:, :3]))
    vote = ensemble.vote(logits)
    logs = [tf.nn.log_softmax(each.parameters[:, :3]) for each in (real, changed)]
    from_vote = np.mean(
        [float(tf.reduce_mean(tf.reduce_sum(vote * (tf.math.log(vote) - q), axis=1))) for q in logs]
    )
    for step, expected in (
        (0, of_networks + from_vote),
        (29, of_networks + from_vote),
        (30, of_q + from_vote),
        (59, of_q + from_vote),
        (60, of_q),
    ):
        assert float(consistency(seen._replace(step=step))) == pytest.approx(expected, rel=1e-4)


def test_training_moves_the_networks_until_they_have_settled(taught, images):
    (ensemble,) = taught.regularizers[0].layers
    before = [weight.numpy() for weight in ensemble.weights]
    taught.evaluate(images, batch_size=16, verbose=0)
    for old, new in zip(before, ensemble.weights, strict=True):
        np.testing.assert_array_equal(old, new)
    for variable in ensemble.trainable_variables:
        assert any(variable is other for other in taught.discriminator_variables())
    taught.fit(images, batch_size=16, epochs=1, verbose=0)
    learning = [variable.numpy() for variable in ensemble.trainable_variables]
    # An optimizer's momentum carries them on for a while.
    taught.fit(images, batch_size=16, epochs=70, verbose=0)
    settled = [variable.numpy() for variable in ensemble.trainable_variables]
    assert not np.allclose(settled[0], learning[0])
    taught.fit(images, batch_size=16, epochs=2, verbose=0)
    for old, new in zip(settled, ensemble.trainable_variables, strict=True):
        np.testing.assert_allclose(old, new, atol=1e-5)


@pytest.mark.parametrize("how", ["run_eagerly", "jit_compile"])
def test_all_three_phases_run_however_the_step_is_compiled(how, make_model, images):
    consistency = CodeConsistency(
        keras.layers.Identity(dtype="float32"), classifiers=1, ensemble_steps=2
    )
    model = make_model(regularizers=[consistency])
    model.compile(**{how: True})
    history = model.fit(images, batch_size=8, epochs=2, verbose=0).history  # eight steps
    assert np.all(np.isfinite(history["consistency"]))


def test_q_learns_the_vote(taught, images):
    kinds = np.arange(len(images)) % 3
    images = (80 * kinds[:, None, None, None] + images // 4).astype(np.uint8)  # dark, gray, bright
    taught.fit(images, batch_size=16, epochs=40, verbose=0)
    (ensemble,) = taught.regularizers[0].layers
    vote = ensemble.vote(ensemble(tf.cast(images, tf.float32) / 255.0))
    read = taught.recognize(images)["kind"].probs.numpy().argmax(axis=1)
    assert np.mean(np.argmax(vote, axis=1) == read) > 0.9


def test_the_networks_come_back_from_a_file(taught, images, tmp_path):
    taught.compile(run_eagerly=True)
    taught.fit(images, batch_size=16, verbose=0)
    taught.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for old, new in zip(
        taught.regularizers[0].layers[0].weights,
        loaded.regularizers[0].layers[0].weights,
        strict=True,
    ):
        np.testing.assert_array_equal(old, new)
    again = taught.fit(images, batch_size=16, shuffle=False, verbose=0).history
    loaded_again = loaded.fit(images, batch_size=16, shuffle=False, verbose=0).history
    assert loaded_again["discriminator_loss"] == pytest.approx(again["discriminator_loss"], rel=0.1)


@keras.saving.register_keras_serializable("tests")
class LeftHalf(keras.layers.Layer):
    def call(self, images):
        return images[:, :, : images.shape[2] // 2]


def two_codes(**arguments):
    latents = LatentSpec(2, {"left": Categorical(2), "whole": Categorical(2)})
    return latents, CodeConsistency(
        keras.layers.Identity(dtype="float32"),
        classifiers=2,
        ensemble_steps=20,
        views={"left": LeftHalf(dtype="float32")},
        **arguments,
    )


def test_the_networks_of_a_code_see_its_view(make_networks, monkeypatch):
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)
    latents, consistency = two_codes()
    model = InfoGAN.from_architecture("tiny", latents, (8, 8, 1), regularizers=[consistency])
    left, whole = consistency.layers
    assert left.hidden.kernel.shape == (2, 4 * 2 * 16, 128)
    assert whole.hidden.kernel.shape == (2, 4 * 4 * 16, 128)
    model.compile()
    # The left half is dark or bright, the right half noise.
    generator = np.random.default_rng(0)
    images = generator.uniform(0.0, 1.0, [64, 8, 8, 1]).astype(np.float32)
    kinds = np.arange(64) % 2
    images[:, :, :4] = kinds[:, None, None, None]
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.005))
    model.fit(images, batch_size=16, epochs=10, verbose=0)
    read = np.argmax(left.vote(left(images[:, :, :4])), axis=1)
    assert max(np.mean(read == kinds), np.mean(read != kinds)) == 1.0


def test_a_lasting_vote_is_learned_to_the_end(images):
    unit = tf.cast(images, tf.float32) / 255.0
    terms = {}
    for lasting in (False, True):
        consistency = CodeConsistency(
            keras.layers.Identity(dtype="float32"),
            classifiers=2,
            ensemble_steps=10,
            lasting=lasting,
        )
        keras.utils.set_random_seed(0)
        latents = LatentSpec(1, {"kind": Categorical(3)})
        trunk = SimpleNamespace(input_shape=(None, *unit.shape[1:]))
        consistency.build(SimpleNamespace(latents=latents, trunk=trunk))
        real = DiscriminatorOutput(None, None, tf.random.stateless_normal([len(unit), 3], (0, 0)))
        seen = PenaltyContext(
            unit, unit, real, real, lambda _, real=real: real, latents, tf.constant([0, 0]), False
        )
        terms[lasting] = [float(consistency(seen._replace(step=step))) for step in (10, 20, 90)]
    assert terms[True] == pytest.approx([terms[False][0]] * 3)
    assert terms[False][1] == terms[False][2] < terms[False][0]


def test_views_are_kept_by_a_round_trip():
    _, original = two_codes(lasting=True)
    restored = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(original))
    assert isinstance(restored.views["left"], LeftHalf)
    assert restored.lasting


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"views": {"kind": abs}, "classifiers": 1}, TypeError, "`kind` should be a Keras layer"),
        ({"lasting": True}, ValueError, "need classifiers. Received: classifiers=0"),
        ({"voters": 1}, ValueError, "need classifiers. Received: classifiers=0.*voters=1"),
        ({"voters": 3, "classifiers": 2}, ValueError, "an int from 1 to the number of class"),
    ],
)
def test_views_are_layers_of_networks(arguments, error, message):
    with pytest.raises(error, match=message):
        CodeConsistency(keras.layers.Identity(), ensemble_steps=1, **arguments)


def test_a_view_is_of_a_categorical_code():
    consistency = CodeConsistency(
        keras.layers.Identity(),
        classifiers=1,
        ensemble_steps=1,
        views={"pose": keras.layers.Identity()},
    )
    parts = SimpleNamespace(latents=LatentSpec(1, {"kind": Categorical(2), "pose": Uniform(1)}))
    with pytest.raises(ValueError, match=r"codes .'kind'.*. Received: \['pose'\]"):
        consistency.check(parts)


def test_classifiers_belong_to_one_model(taught, make_model):
    with pytest.raises(ValueError, match="belong to one model"):
        make_model(regularizers=taught.regularizers)


@pytest.mark.parametrize(
    "numbers", [{"classifiers": -1}, {"classifiers": 2.0}, {"ensemble_steps": -1}]
)
def test_numbers_of_classifiers_are_whole(numbers):
    with pytest.raises(
        ValueError, match=f"`{next(iter(numbers))}` should be an int of at least 0. Received: "
    ):
        regularizer(**numbers)


def test_classifiers_need_steps_to_learn_in():
    with pytest.raises(
        ValueError, match="need steps to learn in. Received: classifiers=2, ensemble_steps"
    ):
        regularizer(classifiers=2)


@pytest.mark.parametrize("kind", [BiGAN, SeparateInfoGAN])
def test_it_needs_a_model_whose_discriminator_trains_q(kind, make_networks, monkeypatch):
    monkeypatch.setitem(networks.ARCHITECTURES, "tiny", make_networks)
    latents = LatentSpec(2, {"kind": Categorical(3)})
    with pytest.raises(ValueError, match="trains Q. Received: one in which another loss trains Q"):
        kind.from_architecture("tiny", latents, (8, 8, 1), regularizers=[regularizer()])
