import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, InfoGAN, LatentSpec, Ramp, Uniform
from keras_infogan.estimators import NWJ, StatisticsNetwork
from keras_infogan.information import EstimatedInformation
from keras_infogan.layers import seed_states
from keras_infogan.objectives import (
    FeatureMatching,
    Hinge,
    LeastSquares,
    Minimax,
    RelativisticPairing,
    Wasserstein,
)
from keras_infogan.regularizers import CodeConsistency, DiscriminatorPenalty
from keras_infogan.regularizers.gradient_penalties import R1, R2, GradientPenalty
from keras_infogan.regularizers.weight_clipping import WeightClipping

OPTIMIZERS = ("generator_optimizer", "discriminator_optimizer")
LOGS = {
    "discriminator_loss",
    "generator_loss",
    "information/real_fake",
    "information/kind",
    "information/style",
}
POLICIES = ("float32", "mixed_bfloat16", "mixed_float16")


def values(variables):
    return [keras.ops.convert_to_numpy(variable).copy() for variable in variables]


def assert_equal(first, second):
    for one, other in zip(values(first), values(second), strict=True):
        np.testing.assert_array_equal(one, other)


def assert_moved(before, after):
    """Every variable has changed, if only by rounding as a bias before a normalisation."""
    for one, other in zip(before, values(after), strict=True):
        assert not np.array_equal(one, other)


def optimizer_state(model):
    return [variable for name in OPTIMIZERS for variable in getattr(model, name).variables]


# The step


def losses_and_tapes(model, images):
    """The losses of a training step, with a persistent tape over them."""
    real_images = tf.cast(images, tf.float32) / 255.0
    with tf.GradientTape(persistent=True) as tape:
        losses = model.compute_losses(real_images, tf.constant([0, 0])).named()
    return losses, tape


def test_variables_are_split_without_remainder(model):
    generator, discriminator = model.generator_variables(), model.discriminator_variables()
    ids = [id(variable) for variable in generator + discriminator]
    assert len(ids) == len(set(ids))
    assert set(ids) == {id(variable) for variable in model.trainable_variables}


def test_each_loss_reaches_its_own_variables(model, images):
    losses, tape = losses_and_tapes(model, images)
    for loss, variables in (
        ("generator_loss", model.generator_variables()),
        ("discriminator_loss", model.discriminator_variables()),
    ):
        for gradient in tape.gradient(losses[loss], [variable.value for variable in variables]):
            assert gradient is not None


@pytest.mark.parametrize("side", ["generator", "discriminator"])
def test_an_optimizer_moves_its_own_side_only(make_model, images, side):
    model = make_model()
    rates = {
        f"{name}_optimizer": keras.optimizers.SGD(0.0) for name in ("generator", "discriminator")
    }
    rates[f"{side}_optimizer"] = keras.optimizers.SGD(0.5)
    model.compile(**rates)
    sides = {
        "generator": model.generator_variables(),
        "discriminator": model.discriminator_variables(),
    }
    before = {name: values(variables) for name, variables in sides.items()}
    model.train_on_batch(images)
    for name, variables in sides.items():
        check = assert_moved if name == side else assert_equal
        check(before[name], variables)


def test_losses_add_up_from_the_terms_of_the_paper(model, images):
    losses, _ = losses_and_tapes(model, images)
    information = -(losses["information/kind"] + 0.5 * losses["information/style"])
    # V(D, G) in nats from the bound: E log D + E log(1 - D) = 2 (bound - ln 2).
    adversarial = -2 * (losses["information/real_fake"] - np.log(2.0))
    np.testing.assert_allclose(losses["discriminator_loss"], adversarial + information, rtol=1e-5)


def test_ramps_weigh_the_information_of_each_side(make_model, images):
    late = make_model(ramps=(Ramp(start=1), Ramp(start=0, duration=4)))
    plain = make_model()
    late.step.assign(1)
    losses, _ = losses_and_tapes(late, images)
    full, _ = losses_and_tapes(plain, images)
    information = -(full["information/kind"] + 0.5 * full["information/style"])
    np.testing.assert_allclose(losses["generator_loss"], full["generator_loss"], rtol=1e-5)
    difference = full["discriminator_loss"] - losses["discriminator_loss"]
    np.testing.assert_allclose(difference, 0.75 * information, rtol=1e-4)


def test_logs_are_means_over_an_epoch(model, images):
    logs = model.train_on_batch(images, return_dict=True)
    assert set(logs) == LOGS
    assert int(model.step) == 1
    again = model.fit(images, batch_size=16, epochs=2, verbose=0).history
    assert set(again) == LOGS
    assert int(model.step) == 5


def test_equal_seeds_train_alike(make_model, images):
    models = [make_model(seed=seed) for seed in (3, 3, 4)]
    for model in models:
        model.compile()
        model.fit(images, batch_size=16, shuffle=False, verbose=0)
    first, same, other = (values(model.weights) for model in models)
    assert_equal(first, same)
    assert any(not np.array_equal(one, another) for one, another in zip(first, other, strict=True))


def test_penalties_log_under_their_own_name(make_model, images):
    consistency = CodeConsistency(keras.layers.RandomRotation(0.1, seed=0, dtype="float32"))
    model = make_model(regularizers=[consistency])
    model.compile()
    logs = model.train_on_batch(images, return_dict=True)
    assert set(logs) == LOGS | {"consistency"}


def test_evaluate_does_not_train(make_model, images):
    rotation = keras.layers.RandomRotation(0.1, seed=0, dtype="float32")
    model = make_model(regularizers=[CodeConsistency(rotation)])
    model.compile()
    before = values([*model.weights, *seed_states(rotation)])
    logs = model.evaluate(images, batch_size=16, verbose=0, return_dict=True)
    assert set(logs) == LOGS | {"consistency"}
    assert_equal(before, values([*model.weights, *seed_states(rotation)]))


# Updates per step, and the average of the generator


def test_each_discriminator_update_has_images_of_its_own(make_model, images, monkeypatch):
    model = make_model(discriminator_steps=3, generator_steps=2)
    model.compile()
    model.run_eagerly = True
    played, compute_losses = [], model.compute_losses

    def record(images, seed, sides):
        played.append((images.numpy(), tuple(seed.numpy())))
        return compute_losses(images, seed, sides)

    monkeypatch.setattr(model, "compute_losses", record)
    model.train_on_batch(images[:13])
    shown = [batch for batch, _ in played]
    np.testing.assert_allclose(np.concatenate(shown[:3]), images[:12] / 255.0, rtol=1e-6)
    np.testing.assert_array_equal(shown[3], shown[2])
    assert len({seed for _, seed in played}) == 4
    assert int(model.discriminator_optimizer.iterations) == 3
    assert int(model.generator_optimizer.iterations) == 2
    assert int(model.step) == 1


def test_in_turn_the_generator_learns_from_the_moved_discriminator(make_model, images):
    """One SGD step of rate 1 by hand: D moves first, then G through the moved D."""
    real = tf.cast(images, tf.float32) / 255.0
    by_hand, model = make_model(), make_model(alternating=True)
    seed = by_hand.step_seed()
    for losses, variables in (
        ("discriminator", by_hand.discriminator_variables()),
        ("generator", by_hand.generator_variables()),
    ):
        with tf.GradientTape() as tape:
            loss = getattr(by_hand.compute_losses(real, seed), losses)
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        for variable, gradient in zip(variables, gradients, strict=True):
            variable.assign_sub(gradient)
    model.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0))
    model.train_on_batch(images)
    for mine, theirs in zip(model.trainable_variables, by_hand.trainable_variables, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-5)


def test_in_turn_and_at_once_differ_and_log_alike(make_model, images):
    at_once, in_turn = make_model(), make_model(alternating=True)
    logs = []
    for model in (at_once, in_turn):
        model.compile(keras.optimizers.SGD(1.0), keras.optimizers.SGD(1.0))
        logs.append(model.train_on_batch(images, return_dict=True))
        assert int(model.step) == 1
    assert logs[0].keys() == logs[1].keys() == LOGS
    assert logs[0]["discriminator_loss"] == pytest.approx(logs[1]["discriminator_loss"], rel=1e-6)
    assert logs[0]["generator_loss"] != pytest.approx(logs[1]["generator_loss"], rel=1e-3)
    assert in_turn.get_config()["alternating"] and not at_once.get_config()["alternating"]


def test_in_turn_each_penalty_is_computed_with_its_own_side(make_model, images):
    calls = []

    class Counted(DiscriminatorPenalty):
        name = "counted"

        def __call__(self, context):
            calls.append(self.name)
            return self.weight * tf.reduce_mean(tf.square(context.real.logits))

    model = make_model(alternating=True, regularizers=[Counted(2.0)])
    model.compile(run_eagerly=True)
    logs = model.train_on_batch(images, return_dict=True)
    assert calls == ["counted"]
    assert logs["counted"] > 0.0


@pytest.mark.parametrize(
    ("argument", "value"),
    [
        ("discriminator_average", 1.5),
        ("discriminator_steps", 0),
        ("discriminator_steps", True),
        ("generator_steps", 1.5),
        ("generator_average", 1.0),
        ("generator_average", -0.1),
    ],
)
def test_numbers_that_make_no_step_are_refused(make_model, argument, value):
    with pytest.raises(ValueError, match=f"`{argument}` should be .* Received: .*{value}"):
        make_model(**{argument: value})


VARIANTS = {
    "wgan": {
        "objective": Wasserstein(),
        "regularizers": [WeightClipping(0.05)],
        "discriminator_steps": 2,
    },
    "wgan_gp": {"objective": Wasserstein(), "regularizers": [GradientPenalty()]},
    "r3gan": {"objective": RelativisticPairing(), "regularizers": [R1(1.0), R2(1.0)]},
    "hinge": {"objective": Hinge(), "generator_steps": 2},
    "lsgan": {"objective": LeastSquares()},
    "minimax": {"objective": Minimax()},
    "feature_matching": {"objective": FeatureMatching()},
}


@pytest.mark.parametrize("name", sorted(VARIANTS))
def test_variants_train_save_and_load(make_model, images, tmp_path, name):
    model = make_model(dtype="mixed_float16", **VARIANTS[name])  # the one whose loss is scaled
    model.compile()
    history = model.fit(images, batch_size=16, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    penalties = {name for each in model.regularizers for name in each.log_names}
    real_fake = {"information/real_fake"} if model.objective.estimates_probability else set()
    assert set(history) == LOGS - {"information/real_fake"} | real_fake | penalties
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    for part in ("objective", "regularizers", "discriminator_steps", "generator_steps"):
        assert loaded.get_config()[part] == model.get_config()[part]
    np.testing.assert_array_equal(loaded.sample(3), model.sample(3))
    for each in (model, loaded):
        each.train_on_batch(images[:16])
    assert_equal(values(loaded.weights), model.weights)


def test_clipped_weights_stay_within_the_limit(make_model, images):
    model = make_model(**VARIANTS["wgan"])
    model.compile()
    model.fit(images, batch_size=16, verbose=0)
    critic = model.trunk.trainable_variables + model.discriminator_head.trainable_variables
    assert max(float(np.abs(variable).max()) for variable in critic) <= np.float32(0.05)
    assert float(np.abs(model.information.trainable_variables[0]).max()) > 0.05


# Fit, in every precision and from every source


@pytest.mark.parametrize("policy", (*POLICIES, "float16", "float64"))
def test_trains_saves_and_loads(make_model, images, tmp_path, policy):
    # An augmentation that draws nothing: Keras does not save the state of one that does.
    consistency = CodeConsistency(keras.layers.Rescaling(0.5))
    model = make_model(dtype=policy, regularizers=[consistency])
    model.compile()
    history = model.fit(images, batch_size=16, epochs=2, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded, InfoGAN)
    assert int(loaded.step) == 4
    assert_equal(loaded.weights, model.weights)
    assert_equal(optimizer_state(loaded), optimizer_state(model))
    np.testing.assert_array_equal(loaded.sample(3, seed=1), model.sample(3, seed=1))
    np.testing.assert_array_equal(
        loaded.recognize(images)["kind"].probs, model.recognize(images)["kind"].probs
    )
    assert loaded.information.latents is loaded.latents
    # A step from there is the step that the original takes.
    for each in (model, loaded):
        each.train_on_batch(images[:16])
    assert_equal(loaded.weights, model.weights)
    assert_equal(optimizer_state(loaded), optimizer_state(model))


@pytest.mark.parametrize("policy", POLICIES)
def test_outputs_are_float32_under_every_policy(make_model, images, policy):
    model = make_model(dtype=policy)
    reading = model.discriminate_all(images)
    assert reading.logits.dtype == reading.parameters.dtype == tf.float32
    assert model.sample(2).dtype == np.float32
    assert model.recognize(images)["kind"].probs.dtype == tf.float32


@pytest.mark.slow
def test_compiled_by_xla(make_model, images):
    model = make_model()
    model.compile(jit_compile=True)
    before = values(model.trainable_variables)
    history = model.fit(images, batch_size=32, epochs=2, verbose=0).history
    assert all(np.isfinite(value).all() for value in history.values())
    assert_moved(before, model.trainable_variables)


def test_several_steps_in_one_execution(make_model, images):
    one, several = make_model(), make_model()
    one.compile()
    several.compile(steps_per_execution=2)
    for model in (one, several):
        model.fit(images, batch_size=8, shuffle=False, verbose=0)
        assert int(model.step) == 4
    for first, second in zip(one.weights, several.weights, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-5)


def test_runs_eagerly(make_model, images):
    model = make_model()
    model.compile(run_eagerly=True)
    assert set(model.train_on_batch(images, return_dict=True)) == LOGS


class Batches(keras.utils.PyDataset):
    def __init__(self, images):
        super().__init__()
        self.images = images

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.images[16 * index : 16 * (index + 1)], np.zeros(16)


def source(kind, images, tmp_path):
    """The images as one of the things that `fit` takes; whether it holds batches already."""
    unit = images / np.float32(255.0)
    labels = np.arange(len(images))
    if kind == "directory":
        for index, image in enumerate(images):
            folder = tmp_path / str(index % 2)
            folder.mkdir(exist_ok=True)
            keras.utils.save_img(folder / f"{index:02d}.png", image, scale=False)
        return keras.utils.image_dataset_from_directory(
            tmp_path, color_mode="grayscale", image_size=(8, 8), batch_size=16, verbose=False
        )
    return {
        "uint8": lambda: images,
        "unit_floats": lambda: unit,
        "byte_floats": lambda: images.astype(np.float32),
        "tensor": lambda: tf.constant(unit),
        "dataset": lambda: tf.data.Dataset.from_tensor_slices((images, labels)).batch(16),
        "float_dataset": lambda: tf.data.Dataset.from_tensor_slices((unit, labels)).batch(16),
        "pydataset": lambda: Batches(images),
        "generator": lambda: ((unit[start : start + 16],) for start in (0, 16)),
    }[kind]()


@pytest.mark.parametrize(
    "kind",
    [
        "uint8",
        "unit_floats",
        "byte_floats",
        "tensor",
        "dataset",
        "float_dataset",
        "directory",
        "pydataset",
        "generator",
    ],
)
def test_fit_takes(model, images, tmp_path, kind):
    x = source(kind, images, tmp_path)
    arrays = {"batch_size": 16} if isinstance(x, (np.ndarray, tf.Tensor)) else {}
    if kind == "generator":
        arrays = {"steps_per_epoch": 2}
    history = model.fit(x, verbose=0, **arrays).history
    assert int(model.step) == 2
    assert np.isfinite(history["discriminator_loss"]).all()


def test_all_sources_mean_the_same_images(make_model, images, tmp_path):
    trained = []
    for kind in ("uint8", "byte_floats", "dataset"):
        model = make_model()
        model.compile()
        x = source(kind, images, tmp_path)
        arrays = {"batch_size": 16} if isinstance(x, np.ndarray) else {}
        model.fit(x, shuffle=False, verbose=0, **arrays)
        trained.append(values(model.weights))
    for other in trained[1:]:
        for one, two in zip(trained[0], other, strict=True):
            np.testing.assert_allclose(one, two, atol=1e-5)


def test_fit_ignores_labels_and_validates(model, images):
    labels = np.arange(len(images))
    history = model.fit(
        images, labels, batch_size=16, validation_data=(images, labels), verbose=0
    ).history
    assert set(history) == LOGS | {f"val_{name}" for name in LOGS}


def test_fit_refuses_other_shapes_before_it_trains(model):
    with pytest.raises(ValueError, match=r"shape \[batch, 8, 8, 1\]. Received: \[4, 28, 28, 1\]"):
        model.fit(np.zeros([4, 28, 28, 1], np.uint8), verbose=0)
    assert int(model.step) == 0


def test_fit_before_compile(make_model, images):
    with pytest.raises(ValueError, match="compile"):
        make_model().fit(images, verbose=0)


# Stock callbacks


def test_model_checkpoint(model, images, tmp_path):
    path = tmp_path / "best.keras"
    model.fit(
        images,
        batch_size=16,
        validation_data=images,
        callbacks=keras.callbacks.ModelCheckpoint(
            path, monitor="val_information/kind", mode="max", save_best_only=True
        ),
        verbose=0,
    )
    assert_equal(keras.saving.load_model(path).weights, model.weights)


def test_early_stopping(model, images):
    stop = keras.callbacks.EarlyStopping(
        monitor="information/kind", mode="max", min_delta=100.0, patience=1
    )
    history = model.fit(images, batch_size=16, epochs=9, callbacks=[stop], verbose=0)
    assert history.epoch == [0, 1]


def test_csv_logger(model, images, tmp_path):
    path = tmp_path / "log.csv"
    logger = keras.callbacks.CSVLogger(path)
    model.fit(images, batch_size=16, epochs=2, callbacks=[logger], verbose=0)
    header, *rows = path.read_text().splitlines()
    assert set(header.split(",")) >= LOGS | {"epoch"}
    assert len(rows) == 2


def test_backup_and_restore(make_model, images, tmp_path):
    class Interrupt(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch, logs=None):
            if epoch == 1:
                raise KeyboardInterrupt

    def fit(model, *callbacks):
        model.compile()
        return model.fit(
            images, batch_size=16, epochs=2, shuffle=False, callbacks=list(callbacks), verbose=0
        )

    whole, stopped, resumed = make_model(), make_model(), make_model()
    fit(whole)
    with pytest.raises(KeyboardInterrupt):
        fit(stopped, keras.callbacks.BackupAndRestore(tmp_path), Interrupt())
    history = fit(resumed, keras.callbacks.BackupAndRestore(tmp_path))
    assert history.epoch == [1]
    assert_equal(resumed.weights, whole.weights)


def test_tensorboard(model, images, tmp_path):
    board = keras.callbacks.TensorBoard(tmp_path, histogram_freq=1, update_freq=1)
    model.fit(images, batch_size=16, callbacks=[board], verbose=0)
    assert list(tmp_path.glob("train/events.*"))


def test_lambda_callback(model, images):
    seen = []
    callback = keras.callbacks.LambdaCallback(on_epoch_end=lambda epoch, logs: seen.append(logs))
    model.fit(images, batch_size=16, callbacks=[callback], verbose=0)
    assert set(seen[0]) == LOGS


# Other specs


@pytest.mark.parametrize(
    "latents",
    [
        LatentSpec(0, {"kind": Categorical(3)}),
        LatentSpec(0, {"style": Uniform(1)}),
        LatentSpec(4),
    ],
    ids=["no noise", "one number", "no codes"],
)
def test_specs_at_the_edge_train_save_and_load(make_model, images, tmp_path, latents):
    model = make_model(latents)
    model.compile()
    model.fit(images, batch_size=16, verbose=0)
    assert model.sample(2).shape == (2, 8, 8, 1)
    assert set(model.recognize(images)) == set(latents.codes)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(loaded.sample(2), model.sample(2))


def test_from_architecture_is_initialised_by_its_seed(latents):
    weights = [
        InfoGAN.from_architecture("mnist", latents, (8, 8, 1), seed=seed).get_weights()
        for seed in (1, 1, 2)
    ]
    assert_equal(weights[0], weights[1])
    pairs = zip(weights[0], weights[2], strict=True)
    assert any(not np.array_equal(one, other) for one, other in pairs)


@pytest.mark.slow
def test_readme_example(images):
    latents = LatentSpec(noise=62, codes={"digit": Categorical(10), "style": Uniform(2)})
    model = InfoGAN.from_architecture("mnist", latents, dtype="mixed_bfloat16")
    model.compile()
    digits = np.tile(images, [1, 4, 4, 1])[:, :28, :28]
    model.fit(digits, batch_size=16, epochs=1, verbose=0)
    assert model.sample(8, codes={"digit": 3}, seed=0).shape == (8, 28, 28, 1)
    assert model.recognize(digits[:8])["digit"].probs.shape == (8, 10)


@pytest.mark.parametrize("count", [35, 8, 40])
def test_a_remainder_that_cannot_be_cut_is_left_out(make_model, images, count):
    """16 images a batch and 5 updates of D: a remainder of 3 has too few."""
    model = make_model(discriminator_steps=5)
    model.compile()
    many = np.concatenate([images, images])[:count]
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        history = model.fit(many, batch_size=16, epochs=2, verbose=0).history
    sentences = [str(each.message) for each in said if "left out" in str(each.message)]
    assert len(sentences) == (1 if count == 35 else 0)
    assert model.steps_done == {35: 4, 8: 2, 40: 6}[count]
    assert model.non_finite_steps.numpy() == 0
    assert min(history["discriminator_loss"]) > 0.1


def test_too_few_images_for_the_updates_are_refused(make_model, images):
    model = make_model(discriminator_steps=5)
    model.compile()
    with pytest.raises(ValueError, match="at least 5 images.* Received: a batch of 4$"):
        model.fit(images[:4])
    with pytest.raises(ValueError, match="for each of 5 updates.* Received: a batch of 4$"):
        model.train_on_batch(images[:4])
    assert model.steps_done == 0


def test_validation_split_is_the_end_of_the_arrays(make_model, images):
    model = make_model(discriminator_steps=3)
    model.compile()
    with pytest.warns(UserWarning, match="of size 2, is left out"):
        history = model.fit(images[:20], batch_size=16, validation_split=0.1, verbose=0).history
    assert model.steps_done == 1
    expected = model.evaluate(images[18:20], return_dict=True, verbose=0)
    # Each evaluation draws latents of its own, so only what real images alone decide is equal.
    assert set(history) == {*expected, *(f"val_{name}" for name in expected)}
    assert np.isfinite([values[-1] for values in history.values()]).all()


def test_each_batch_of_an_evaluation_counts_by_its_images(make_model, images):
    model = make_model()
    model.compile()
    name = "discriminator_loss"
    first = model.evaluate(images[:16], batch_size=16, return_dict=True, verbose=0)[name]
    last = model.evaluate(images[16:18], batch_size=16, return_dict=True, verbose=0)[name]
    both = model.evaluate(images[:18], batch_size=16, return_dict=True, verbose=0)[name]
    assert both == pytest.approx((16 * first + 2 * last) / 18, rel=1e-5)
    assert abs(first - last) > 1e-3


@pytest.mark.slow
def test_xla_compiles_a_step_for_one_size_only(make_model, images):
    model = make_model()
    model.compile(jit_compile=True)
    with pytest.warns(UserWarning, match="of size 2, is left out: with jit_compile"):
        model.fit(images[:18], batch_size=8, verbose=0)
    assert model.steps_done == 2


@pytest.mark.parametrize("name", ["class_weight", "sample_weight"])
def test_weights_that_the_losses_do_not_use_are_refused(model, images, name):
    with pytest.raises(TypeError, match=f"takes no `{name}`: the model's losses weigh all"):
        model.fit(images, **{name: {0: 1.0}})


@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_no_images_are_refused(model, method):
    with pytest.raises(TypeError, match="`x` should be images as an array, .* Received: NoneType$"):
        getattr(model, method)(None)


@pytest.mark.parametrize("side", ["generator", "discriminator"])
def test_a_frozen_side_is_refused(make_model, images, side):
    model = make_model()
    frozen = {
        "generator": [model.generator],
        "discriminator": [model.trunk, model.discriminator_head, model.information],
    }[side]
    model.compile()
    for network in frozen:
        network.trainable = False
    sentence = f"^The {side} should have weights to train. Received: networks of which every weight"
    with pytest.raises(ValueError, match=sentence):
        model.fit(images, verbose=0)
    with pytest.raises(ValueError, match=sentence):
        model.compile()


@pytest.mark.parametrize("seed", [None, 1.5, 2**70, "a"])
def test_a_seed_that_is_no_int_is_refused(model, make_model, seed):
    for draw in (lambda: model.sample(2, seed=seed), lambda: model.traverse("kind", seed=seed)):
        with pytest.raises(ValueError, match="^`seed` should be an int of 64 bits. Received: "):
            draw()
    with pytest.raises(ValueError, match="^`seed` should be an int of 32 bits. Received: "):
        InfoGAN.from_architecture("mnist", model.latents, seed=seed)


@pytest.mark.parametrize("image_shape", [(28, 28), 28, (28, 28, 0)])
def test_an_image_shape_without_channels_is_refused(model, image_shape):
    with pytest.raises(ValueError, match=r"^`image_shape` should be \(height, width, channels\), "):
        InfoGAN.from_architecture("mnist", model.latents, image_shape)


def test_an_option_is_named_as_the_user_wrote_it(model):
    with pytest.raises(ValueError, match="^`minibatch_discrimination` should be an int of at "):
        InfoGAN.from_architecture(
            "mnist", model.latents, networks={"minibatch_discrimination": True}
        )


def test_an_estimate_leaves_out_a_batch_of_one_image(latents, make_networks, images):
    networks = make_networks(latents.width, latents.parameter_count)
    information = EstimatedInformation(
        latents,
        networks.recognition_head,
        statistics_network=StatisticsNetwork(units=8, embedding=4),
        estimator=NWJ(),
    )
    model = InfoGAN(
        latents, networks.generator, networks.trunk, networks.discriminator_head, information
    )
    model.compile()
    with pytest.warns(UserWarning, match="of size 1, is left out: a step needs 2 images"):
        logs = model.fit(images[:17], batch_size=16, validation_data=images[:17], verbose=0).history
    assert int(model.non_finite_steps.numpy()) == 0
    assert np.isfinite(logs["val_information/estimate"]).all()
    with pytest.warns(UserWarning, match="of size 1, is left out"):
        assert np.isfinite(model.evaluate(images[:17], batch_size=16, verbose=0)).all()
    with pytest.raises(ValueError, match="A batch should hold at least 2 images"):
        model.evaluate(images[:1], verbose=0)
