import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.optimizers import FusedAdam

UPDATES = 5


def variables():
    return [keras.Variable([1.0, -2.0, 3.0]), keras.Variable([[0.5, 0.0]])]


def gradients(update):
    return [
        tf.constant([0.1, -3.0, 1e-4]) * (update + 1.0),
        tf.constant([[(-1.0) ** update, 0.0]]),
    ]


def apply_updates(optimizer, updates=UPDATES):
    trained = variables()
    for update in range(updates):
        optimizer.apply(gradients(update), trained)
    return trained


def assert_same(first, second):
    # 1 - beta_2^t cancels at the first updates, so that float32 keeps five digits.
    for one, other in zip(first, second, strict=True):
        np.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-7)


@pytest.mark.parametrize(
    "arguments",
    [
        {"learning_rate": 1e-2},
        {"learning_rate": 2e-4, "beta_1": 0.5},
        {"learning_rate": 0.1, "beta_1": 0.9, "beta_2": 0.99, "epsilon": 1e-3},
        {"learning_rate": 0.1, "weight_decay": 0.1},
        {"learning_rate": 0.1, "clipnorm": 0.5},
        {"learning_rate": keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)},
    ],
)
def test_updates_are_those_of_keras(arguments):
    fused, stock = FusedAdam(**arguments), keras.optimizers.Adam(**arguments)
    assert_same(apply_updates(fused), apply_updates(stock))
    assert_same(fused.variables, stock.variables)


def test_first_update_by_hand():
    # m = (1 - b1) g and v = (1 - b2) g^2, so that a step has the size of the learning rate.
    trained = keras.Variable([1.0, 1.0])
    FusedAdam(0.25, beta_1=0.5, epsilon=0.0).apply([tf.constant([3.0, -1e-3])], [trained])
    np.testing.assert_allclose(trained, [0.75, 1.25], rtol=1e-4)


def test_updates_are_the_same_when_compiled():
    fused, trained = FusedAdam(0.1), variables()
    fused.build(trained)

    @tf.function(jit_compile=True)
    def step(gradients):
        fused.apply(gradients, trained)

    for update in range(UPDATES):
        step(gradients(update))
    assert_same(trained, apply_updates(keras.optimizers.Adam(0.1)))


def test_config_round_trip():
    original = FusedAdam(keras.optimizers.schedules.CosineDecay(0.1, 10), beta_1=0.5, clipvalue=1.0)
    restored = keras.optimizers.deserialize(keras.optimizers.serialize(original))
    assert type(restored) is FusedAdam
    assert restored.get_config() == original.get_config()


def test_state_can_be_saved_and_loaded():
    first, second = FusedAdam(0.1), FusedAdam(0.1)
    trained = apply_updates(first)
    second.build(trained)
    state = {}
    first.save_own_variables(state)
    second.load_own_variables(state)
    assert int(second.iterations) == UPDATES
    copies = [keras.Variable(variable) for variable in trained]
    first.apply(gradients(7), trained)
    second = FusedAdam.from_config(first.get_config())
    second.build(copies)
    second.load_own_variables(state)
    second.apply(gradients(7), copies)
    assert_same(copies, trained)


def test_loss_scaling_unscales_and_passes_over_overflows():
    scaled = keras.optimizers.LossScaleOptimizer(FusedAdam(0.1), initial_scale=8.0)
    trained = variables()
    scaled.build(trained)
    assert float(scaled.scale_loss(tf.constant(1.0))) == 8.0
    scaled.apply([8.0 * gradient for gradient in gradients(0)], trained)
    assert_same(trained, apply_updates(keras.optimizers.Adam(0.1), updates=1))
    before = [variable.numpy() for variable in trained]
    scaled.apply([tf.constant([np.inf, 0.0, 0.0]), tf.zeros([1, 2])], trained)
    assert_same(trained, before)
    assert float(scaled.dynamic_scale) == 4.0
    assert int(scaled.inner_optimizer.iterations) == 1


def test_amsgrad_is_refused():
    with pytest.raises(ValueError, match="FusedAdam has no AMSGrad.* Received: amsgrad=True"):
        FusedAdam(amsgrad=True)
