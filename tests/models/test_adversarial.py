import keras
import numpy as np
import pytest
import tensorflow as tf
from keras.optimizers import LossScaleOptimizer

from keras_infogan.models.adversarial import AdversarialModel
from keras_infogan.optimizers import FusedAdam
from keras_infogan.regularizers import CodeConsistency


def test_optimizers_are_built_on_their_own_variables(model):
    assert model.generator_optimizer._trainable_variables == model.generator_variables()
    assert model.discriminator_optimizer._trainable_variables == model.discriminator_variables()
    foreign = [(np.zeros([2, 2]), keras.Variable(np.zeros([2, 2])))]
    with pytest.raises(ValueError):
        model.generator_optimizer.apply_gradients(foreign)


def test_no_third_optimizer_is_installed(model):
    assert model.optimizer is None


@pytest.mark.parametrize("name", ["optimizer", "loss", "loss_weights", "metrics"])
def test_compile_refuses_what_the_model_has_itself(make_model, name):
    with pytest.raises(TypeError, match=f"has its own losses. Received: {name}=..."):
        make_model().compile(**{name: "adam"})


def test_compile_refuses_one_optimizer_for_both(make_model):
    optimizer = keras.optimizers.Adam()
    with pytest.raises(
        ValueError, match="an optimizer of its own. Received: the same object twice"
    ):
        make_model().compile(optimizer, optimizer)


def test_compile_refuses_an_unbuilt_model():
    with pytest.raises(ValueError, match=r"should be built before compile\(\)"):
        AdversarialModel((8, 8, 1)).compile()


def test_compile_config_round_trip(make_model):
    model, copy = make_model(dtype="mixed_float16"), make_model(dtype="mixed_float16")
    schedule = keras.optimizers.schedules.CosineDecay(0.1, 10)
    model.compile(
        generator_optimizer=keras.optimizers.SGD(schedule, momentum=0.5),
        discriminator_optimizer=FusedAdam(0.25),
        steps_per_execution=3,
        jit_compile=False,
    )
    copy.compile_from_config(model.get_compile_config())
    assert copy.get_compile_config() == model.get_compile_config()
    assert isinstance(copy.generator_optimizer, LossScaleOptimizer)
    assert copy.generator_optimizer.inner_optimizer.momentum == 0.5
    assert float(copy.discriminator_optimizer.inner_optimizer.learning_rate) == 0.25
    assert copy.steps_per_execution == 3
    assert copy.jit_compile is False


def test_seeds_of_steps_differ(model):
    first = model.step_seed().numpy()
    model.step.assign_add(1)
    second = model.step_seed().numpy()
    assert first.shape == (2,)
    assert not np.array_equal(first, second)
    model.step.assign(0)
    np.testing.assert_array_equal(model.step_seed(), first)


def test_seeds_of_models_differ(make_model):
    assert not np.array_equal(make_model(seed=0).step_seed(), make_model(seed=1).step_seed())


def test_regularizer_that_does_not_fit_the_codes(make_model):
    from keras_infogan import LatentSpec, Uniform

    consistency = CodeConsistency(keras.layers.Identity())
    with pytest.raises(ValueError, match="needs a categorical code"):
        make_model(LatentSpec(2, {"style": Uniform(1)}), regularizers=[consistency])


def spoiled(images, *steps):
    """Batches of 8 images, NaN in the given ones, counted from 0."""
    batches = np.split(images / 255.0, len(images) // 8)
    for step in steps:
        batches[step] = np.full_like(batches[step], np.nan)
    # A dataset: an array with NaN in it is refused before it trains.
    return tf.data.Dataset.from_tensor_slices(np.float32(np.stack(batches)))


def state(model):
    slots = [*model.generator_optimizer.variables, *model.discriminator_optimizer.variables]
    return {
        variable.path + str(index): keras.ops.convert_to_numpy(variable)
        for index, variable in enumerate([*model.weights, *slots])
        if not variable.path.endswith(("step", "row", "steps", "losses"))
    }


def test_a_bad_step_is_counted_and_left_out(make_model, images):
    model = make_model(generator_average=0.5)
    model.compile()
    model.fit(images[:8], batch_size=8, verbose=0)
    discriminator = [*model.discriminator_variables(), *model.discriminator_optimizer.variables]
    before = [keras.ops.convert_to_numpy(each) for each in [*discriminator, *model.statistics()]]
    tf.function(model.train_step)(tf.fill([8, 8, 8, 1], np.nan))  # `fit` refuses such images
    assert int(model.non_finite_steps) == int(model.non_finite_in_a_row) == 1
    assert "discriminator_loss" in model.non_finite_names()
    # The generator never saw the images: its own gradient was good.
    after = [keras.ops.convert_to_numpy(each) for each in [*discriminator, *model.statistics()]]
    for one, other in zip(before, after, strict=True):
        np.testing.assert_array_equal(one, other)
    assert all(np.isfinite(weight).all() for weight in model.get_weights())


def test_a_good_step_ends_the_row(make_model, images):
    model = make_model()
    model.compile()
    history = model.fit(spoiled(images, 1, 2), verbose=0).history
    assert int(model.non_finite_steps) == 2
    assert int(model.non_finite_in_a_row) == 0
    # The logs are of the steps that counted.
    assert np.isfinite(history["discriminator_loss"][0]) and history["discriminator_loss"][0] > 0.1


def test_a_gradient_that_is_not_finite_is_left_out(model, images, monkeypatch):
    gradient = tf.GradientTape.gradient

    def infinite(tape, *arguments, **keywords):
        return [value + np.inf for value in gradient(tape, *arguments, **keywords)]

    monkeypatch.setattr(tf.GradientTape, "gradient", infinite)
    before = state(model)
    model.fit(images[:8], batch_size=8, verbose=0)
    assert model.non_finite_names() == "a gradient"
    assert int(model.non_finite_steps) == 1
    for name, value in state(model).items():
        np.testing.assert_array_equal(before[name], value, err_msg=name)


@pytest.mark.parametrize("dtype", ["float64", "bfloat16", "float16"])
def test_weights_of_several_types_train(make_model, images, dtype):
    """Heads are float32 under any policy, so that gradients are of two types."""
    model = make_model(dtype=dtype)
    model.compile()
    before = state(model)
    history = model.fit(images, batch_size=8, verbose=0).history
    assert {variable.dtype for variable in model.discriminator_variables()} == {"float32", dtype}
    assert int(model.non_finite_steps) == 0 and model.steps_done == 4
    assert np.isfinite(history["discriminator_loss"]).all()
    assert any((before[name] != value).any() for name, value in state(model).items())


def test_a_model_that_was_never_compiled_is_saved(make_model, tmp_path):
    model = make_model()
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert not loaded.compiled
    np.testing.assert_array_equal(loaded.sample(2), model.sample(2))
