import keras
import pytest
from keras.optimizers import LossScaleOptimizer

from keras_infogan.models.compiling import check_callbacks, loss_scaled
from keras_infogan.optimizers import FusedAdam

OPTIMIZERS = ("generator_optimizer", "discriminator_optimizer")


@pytest.mark.parametrize("identifier", [None, "infogan_adam", "InfoGAN_Adam"])
def test_infogan_adam_is_the_papers(make_model, identifier):
    model = make_model()
    model.compile(**{name: identifier for name in OPTIMIZERS if identifier})
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


@pytest.mark.parametrize("identifier", ["adam", "Adam"])
def test_adam_is_kerass_in_any_case(make_model, identifier):
    model = make_model()
    model.compile(generator_optimizer=identifier, discriminator_optimizer=identifier)
    for name in OPTIMIZERS:
        optimizer = getattr(model, name)
        assert type(optimizer) is keras.optimizers.Adam
        assert (optimizer.beta_1, optimizer.beta_2) == (0.9, 0.999)
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)


@pytest.mark.parametrize(
    "identifier", ["adma", 3, None, {}, {"learning_rate": 0.1}, keras.optimizers.Adam, ["adam"]]
)
def test_compile_names_the_optimizer_that_it_cannot_make(make_model, identifier):
    with pytest.raises(ValueError, match="`discriminator_optimizer` should be .* Received: "):
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


@pytest.mark.parametrize(
    ("callback", "received"),
    [
        (keras.callbacks.EarlyStopping, "<class 'keras"),
        (len, "<built-in function len>"),
        (None, "None"),
    ],
)
def test_what_is_no_callback(model, images, callback, received):
    with pytest.raises(TypeError, match=f"keras.callbacks.Callback objects. Received: {received}"):
        model.fit(images, callbacks=[callback])


def test_a_checkpoint_of_another_format_is_refused_before_training(model, images, tmp_path):
    checkpoint = keras.callbacks.ModelCheckpoint(tmp_path / "model.h5")
    with pytest.raises(ValueError, match="^`filepath` should end in .keras; .*model.h5$"):
        model.fit(images, callbacks=[checkpoint])
    assert model.steps_done == 0
    weights = keras.callbacks.ModelCheckpoint(tmp_path / "model.weights.h5", save_weights_only=True)
    assert check_callbacks([weights, keras.callbacks.ModelCheckpoint(tmp_path / "m.keras")]) is None


@pytest.mark.parametrize("steps", [0, "2", 1.5])
def test_steps_per_execution_is_an_int(model, steps):
    with pytest.raises(ValueError, match="^`steps_per_execution` should be an int of at least 1"):
        model.compile(steps_per_execution=steps)
