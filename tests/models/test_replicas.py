"""Two replicas are stood in for; tests/runs/test_distribution.py has real ones."""

from types import SimpleNamespace

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.models import replicas

VALUES = tf.range(6)


@pytest.fixture(params=[0, 1])
def replica(request, monkeypatch):
    """One of two replicas; both hold equal numbers."""
    operations = {tf.distribute.ReduceOp.SUM: 2.0, tf.distribute.ReduceOp.MEAN: 1.0}
    context = SimpleNamespace(
        replica_id_in_sync_group=request.param,
        all_reduce=lambda operation, value: tf.nest.map_structure(
            lambda each: operations[operation] * each, value
        ),
    )
    monkeypatch.setattr(tf.distribute, "get_replica_context", lambda: context)
    strategy = SimpleNamespace(num_replicas_in_sync=2)
    monkeypatch.setattr(tf.distribute, "get_strategy", lambda: strategy)
    return request.param


def test_a_replica_has_its_half_of_the_rows(replica):
    assert replicas.count() == 2
    assert replicas.all_rows(3) == 6
    np.testing.assert_array_equal(replicas.own_rows(VALUES), [[0, 1, 2], [3, 4, 5]][replica])


def test_a_replica_has_a_seed_of_its_own(replica):
    seed = tf.constant([1, 2])
    expected = tf.random.experimental.stateless_fold_in(seed, replica)
    np.testing.assert_array_equal(replicas.own_seed(seed), expected)


def test_a_flag_of_any_replica_is_seen_by_all(replica):
    np.testing.assert_array_equal(replicas.anywhere(tf.constant([True, False])), [True, False])


def test_variables_take_the_mean_over_replicas(replica, monkeypatch):
    other = {0: 5.0, 1: 1.0}[replica]
    context = tf.distribute.get_replica_context()
    monkeypatch.setattr(
        context, "all_reduce", lambda operation, values: [(v + other) / 2.0 for v in values]
    )
    variable = keras.Variable({0: 1.0, 1: 5.0}[replica])
    replicas.share_mean([variable])
    assert float(variable) == 3.0


def test_one_replica_has_everything():
    seed = tf.constant([1, 2])
    assert replicas.count() == 1
    assert replicas.all_rows(3) == 3
    assert replicas.own_rows(VALUES) is VALUES
    assert replicas.own_seed(seed) is seed
    assert replicas.anywhere(VALUES) is VALUES
    logs = {"loss": tf.constant(1.0)}
    assert replicas.logs(logs) is logs


@pytest.mark.parametrize("strategy", [None, ["CPU:0"]], ids=["alone", "mirrored"])
@pytest.mark.parametrize(("condition", "value", "steps"), [(True, 0.5, 1), (False, 1.0, 0)])
def test_an_update_is_made_where_the_condition_holds(strategy, condition, value, steps):
    strategy = (
        tf.distribute.MirroredStrategy(strategy) if strategy else tf.distribute.get_strategy()
    )
    with strategy.scope():
        variable, optimizer = keras.Variable(1.0), keras.optimizers.SGD(0.5)
        optimizer.build([variable])

    @tf.function
    def step(holds):
        replicas.apply_where(holds, optimizer, [tf.constant(1.0)], [variable])

    strategy.run(step, args=(tf.constant(condition),))
    assert (variable.numpy(), optimizer.iterations.numpy()) == (value, steps)
