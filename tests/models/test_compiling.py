import keras
import pytest
from keras.optimizers import LossScaleOptimizer

from keras_infogan.models.compiling import check_callbacks, loss_scaled
from keras_infogan.optimizers import FusedAdam

OPTIMIZERS = ("generator_optimizer", "discriminator_optimizer")


def test_the_default_is_the_papers_adam(model):
    for name, learning_rate in zip(OPTIMIZERS, (1e-3, 2e-4), strict=True):
        optimizer = getattr(model, name)
        assert type(optimizer) is FusedAdam
        assert optimizer.beta_1 == 0.5
        assert float(optimizer.learning_rate) == pytest.approx(learning_rate)


@pytest.mark.parametrize(
    "optimizer",
    ["sgd", keras.optimizers.SGD(0.1), {"class_name": "SGD", "config": {"learning_rate": 0.1}}],
)
def test_optimizers_are_taken_as_keras_takes_them(make_model, optimizer):
    model = make_model()
    model.compile(generator_optimizer=optimizer, discriminator_optimizer="rmsprop")
    assert isinstance(model.generator_optimizer, keras.optimizers.SGD)
    assert isinstance(model.discriminator_optimizer, keras.optimizers.RMSprop)


@pytest.mark.parametrize("name", ["adam", "Adam"])
def test_adam_in_any_case_is_that_of_keras(make_model, name):
    model = make_model()
    model.compile(generator_optimizer=name, discriminator_optimizer=name)
    for optimizer in (model.generator_optimizer, model.discriminator_optimizer):
        assert type(optimizer) is keras.optimizers.Adam
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)


@pytest.mark.parametrize(
    ("identifier", "error"),
    [("adma", ValueError), (3, ValueError), ({"learning_rate": 1.0}, ValueError)],
)
def test_compile_names_the_optimizer_that_it_cannot_make(make_model, identifier, error):
    with pytest.raises(error, match="`discriminator_optimizer` should be .* Received: "):
        make_model().compile(discriminator_optimizer=identifier)


@pytest.mark.parametrize(
    ("dtype", "wrapped"), [("float32", False), ("mixed_bfloat16", False), ("mixed_float16", True)]
)
def test_losses_are_scaled_under_float16_only(make_model, dtype, wrapped):
    model = make_model(dtype=dtype)
    model.compile()
    for name in OPTIMIZERS:
        assert isinstance(getattr(model, name), LossScaleOptimizer) is wrapped


def test_a_user_may_scale_losses_himself(make_model):
    model = make_model(dtype="mixed_float16")
    mine = LossScaleOptimizer(keras.optimizers.Adam(), initial_scale=2.0)
    model.compile(generator_optimizer=mine)
    assert model.generator_optimizer is mine
    copy = make_model(dtype="mixed_float16")
    copy.compile_from_config(model.get_compile_config())
    assert copy.generator_optimizer.initial_scale == 2.0
    model = make_model(dtype="mixed_float16")
    model.compile(auto_scale_loss=False)
    assert type(model.discriminator_optimizer) is FusedAdam
    copy.compile_from_config(model.get_compile_config())
    assert type(copy.discriminator_optimizer) is FusedAdam


REFUSED = [
    (keras.callbacks.LearningRateScheduler(lambda epoch: 0.1), "LearningRateSchedule instead"),
    (keras.callbacks.ReduceLROnPlateau(), "LearningRateSchedule instead"),
    (keras.callbacks.TerminateOnNaN(), "StopOnNonFinite instead"),
    (keras.callbacks.SwapEMAWeights(), "this model has two"),
    (keras.callbacks.TensorBoard(write_steps_per_second=True), "leave it out"),
]


@pytest.mark.parametrize(
    ("callback", "advice"), REFUSED, ids=[type(callback).__name__ for callback, _ in REFUSED]
)
def test_callbacks_that_cannot_work_say_what_does(model, images, callback, advice):
    for callbacks in (callback, [keras.callbacks.History(), callback]):
        with pytest.raises(ValueError, match=f"^{type(callback).__name__}.*{advice}") as caught:
            model.fit(images, callbacks=callbacks)
        assert "\n" not in str(caught.value)


def test_a_callback_without_these_needs_is_taken():
    assert check_callbacks(None) is None
    assert check_callbacks([keras.callbacks.TensorBoard(), keras.callbacks.History()]) is None


def test_a_loss_is_scaled_once():
    scaled = loss_scaled(keras.optimizers.SGD())
    assert isinstance(scaled.inner_optimizer, keras.optimizers.SGD)
    assert loss_scaled(scaled) is scaled
