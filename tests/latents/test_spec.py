import math

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec, Uniform

LOG_2 = math.log(2.0)
NORMAL_PEAK = 0.9189385


def test_spec_counts_its_columns(latents):
    assert latents.width == 4 + 3 + 2
    assert latents.parameter_count == 3 + 2 * 2
    assert latents.categorical_names == ["kind"]
    assert latents.entropy() == pytest.approx({"kind": math.log(3.0), "style": 2 * LOG_2})


def test_sample_draws_each_part_once_per_seed(latents):
    drawn = latents.sample(5, seed=(0, 1))
    assert {name: (value.shape, value.dtype) for name, value in drawn.items()} == {
        "noise": ((5, 4), tf.float32),
        "kind": ((5,), tf.int64),
        "style": ((5, 2), tf.float32),
    }
    assert np.abs(drawn["noise"]).max() <= 1.0
    again, other = latents.sample(5, seed=(0, 1)), latents.sample(5, seed=(0, 2))
    np.testing.assert_array_equal(drawn["style"], again["style"])
    assert not np.array_equal(drawn["noise"], other["noise"])


def test_codes_of_one_kind_are_drawn_apart():
    drawn = LatentSpec(0, {"a": Uniform(2), "b": Uniform(2)}).sample(50, seed=(0, 1))
    assert abs(np.corrcoef(drawn["a"][:, 0], drawn["b"][:, 0])[0, 1]) < 0.4


def test_rows_of_a_seed_do_not_depend_on_their_batch(latents):
    seeds = tf.constant([7, -3, 2**40], tf.int64)
    together = latents.sample_rows(seeds)
    alone = latents.sample_rows(seeds[1:2])
    for name, value in together.items():
        np.testing.assert_array_equal(value[1:2], alone[name])
    # Seeds that differ in their high bits only are different seeds.
    low, high = latents.sample_rows(tf.constant([1, 1 + 2**32], tf.int64))["noise"]
    assert not np.array_equal(low, high)


def test_concatenate_puts_noise_first_then_codes_in_order(latents):
    rows = latents.concatenate(
        {
            "noise": tf.constant([[0.1, 0.2, 0.3, 0.4]]),
            "kind": tf.constant([1], tf.int64),
            "style": tf.constant([[0.5, -0.5]]),
        }
    )
    np.testing.assert_allclose(rows, [[0.1, 0.2, 0.3, 0.4, 0, 1, 0, 0.5, -0.5]])


def test_split_undoes_the_order_of_q(latents):
    parts = latents.split(tf.range(7.0)[None])
    np.testing.assert_array_equal(parts["kind"], [[0, 1, 2]])
    np.testing.assert_array_equal(parts["style"], [[3, 4, 5, 6]])


def test_log_prob_is_one_number_a_row_and_code(latents):
    values = {"kind": tf.constant([0, 2], tf.int64), "style": tf.zeros([2, 2])}
    log_prob = latents.log_prob(values, tf.zeros([2, 7]))
    np.testing.assert_allclose(log_prob["kind"], [-math.log(3.0)] * 2, rtol=1e-5)
    np.testing.assert_allclose(log_prob["style"], [-2 * NORMAL_PEAK] * 2, rtol=1e-5)


def test_a_spec_may_lack_noise_or_codes():
    assert LatentSpec(0, {"kind": Categorical(3)}).sample(2, (0, 0))["noise"].shape == (2, 0)
    plain = LatentSpec(3)
    assert plain.split(tf.zeros([2, 0])) == {}
    assert plain.concatenate(plain.sample(2, (0, 0))).shape == (2, 3)


def test_fix_repeats_a_value_or_takes_one_a_row(latents):
    drawn = latents.sample(2, (0, 0))
    fixed = latents.fix(drawn, {"kind": 2, "style": [0.5, -1.0]})
    np.testing.assert_array_equal(fixed["kind"], [2, 2])
    np.testing.assert_array_equal(fixed["style"], [[0.5, -1.0]] * 2)
    np.testing.assert_array_equal(fixed["noise"], drawn["noise"])
    rows = latents.fix(drawn, {"kind": np.array([1, 0], np.int32), "style": [[0, 1], [1, 0]]})
    np.testing.assert_array_equal(rows["kind"], [1, 0])
    np.testing.assert_array_equal(rows["style"], [[0, 1], [1, 0]])
    np.testing.assert_array_equal(latents.fix(drawn, {"style": 0.25})["style"], 0.25)


@pytest.mark.parametrize(
    ("codes", "error", "message"),
    [
        ({"digit": 1}, ValueError, "should be one of .'kind', 'style'.. Received: 'digit'"),
        ({"kind": 3}, ValueError, "A category should be in 0..2. Received: 3"),
        ({"kind": [0, -1]}, ValueError, r"should be in 0..2. Received: \[0, -1\]"),
        ({"kind": [0, 1, 2]}, ValueError, r"shape \[\] or \[2\]. Received: \[3\]"),
        ({"kind": 1.5}, TypeError, "takes ints. Received: dtype float32"),
        ({"style": [1.0, 2.0, 3.0]}, ValueError, r"shape \[2\] or \[2, 2\]. Received: \[3\]"),
        ({"style": float("nan")}, ValueError, "finite.* Received: "),
    ],
)
def test_fix_refuses_what_a_code_cannot_be(latents, codes, error, message):
    with pytest.raises(error, match=message):
        latents.fix(latents.sample(2, (0, 0)), codes)


def test_traversal_keeps_a_row_and_walks_one_code(latents):
    values, width = latents.traversal("kind", rows=2, columns=9, seed=(0, 0))
    assert width == 3
    np.testing.assert_array_equal(values["kind"], [0, 1, 2, 0, 1, 2])
    for name in ("noise", "style"):
        np.testing.assert_array_equal(values[name][0], values[name][2])
        assert not np.array_equal(values[name][2], values[name][3])
    values, width = latents.traversal("style", rows=2, columns=4, seed=(0, 0))
    assert width == 8
    assert values["style"].shape == (16, 2)


def test_spec_survives_its_config(latents):
    serialized = keras.saving.serialize_keras_object(latents)
    restored = keras.saving.deserialize_keras_object(serialized)
    assert repr(restored) == repr(latents)
    assert repr(latents) == (
        "LatentSpec(noise=4, codes={'kind': Categorical(3, weight=1.0), "
        "'style': Uniform(2, weight=0.5)})"
    )


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"noise": -1}, ValueError, "`noise` should be an int of at least 0. Received: noise=-1"),
        ({"noise": 1.0}, ValueError, "Received: noise=1.0"),
        ({"noise": 0}, ValueError, "should have noise or codes"),
        ({"noise": 1, "codes": {"kind": 3}}, TypeError, "'kind' should be a keras_infogan code"),
        ({"noise": 1, "codes": {"a b": Uniform(1)}}, ValueError, "identifier .* Received: 'a b'"),
        ({"noise": 1, "codes": {"class": Uniform(1)}}, ValueError, "word of Python .*: 'class'"),
        ({"noise": 1, "codes": {"seed": Uniform(1)}}, ValueError, "Received: 'seed'"),
        (
            {"noise": 1, "codes": {"a": Uniform(1), "a_mean": Uniform(1)}},
            ValueError,
            r"Received: \['a_mean'\]",
        ),
    ],
)
def test_spec_refuses(arguments, error, message):
    with pytest.raises(error, match=message):
        LatentSpec(**arguments)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda drawn: {}, ValueError, r"a value for \['noise', 'kind', 'style'\]. Received: \[\]"),
        (lambda drawn: [1, 2], ValueError, "Received: list"),
        (lambda drawn: {**drawn, "noise": np.zeros([5, 3])}, ValueError, r"shape \[images, 4\]"),
        (lambda drawn: {**drawn, "kind": [0, 1]}, ValueError, r"Received: \[2\]"),
        (lambda drawn: {**drawn, "kind": [3] * 5}, ValueError, r"in 0..2. Received: \[3, 3"),
        (lambda drawn: {**drawn, "kind": [1.0] * 5}, TypeError, "ints. Received: dtype float32"),
        (lambda drawn: {**drawn, "style": "a"}, TypeError, "numbers. Received: dtype string"),
    ],
)
def test_latents_are_checked(latents, change, error, message):
    drawn = latents.sample(5, seed=(0, 1))
    assert set(latents.checked({**drawn, "further": 1})) == {"noise", "kind", "style"}
    with pytest.raises(error, match=message):
        latents.checked(change(drawn))


@pytest.mark.parametrize(
    ("code", "value"),
    [("style", "a"), ("style", 1j), ("style", None), ("style", [[1], [1, 2]]), ("kind", None)],
)
def test_codes_are_numbers(latents, code, value):
    drawn = latents.sample(2, seed=(0, 1))
    with pytest.raises(TypeError, match="^A code takes numbers. Received: "):
        latents.fix(drawn, {code: value})


def test_a_large_unsigned_category_is_shown_as_it_is(latents):
    with pytest.raises(ValueError, match="Received: 9223372036854775809"):
        latents.fix(latents.sample(2, seed=(0, 1)), {"kind": np.uint64(2**63 + 1)})


@pytest.mark.parametrize("codes", [[Categorical(3)], Categorical(3), 3])
def test_codes_have_names(latents, codes):
    with pytest.raises(TypeError, match="^`codes` should be a dictionary of names and "):
        LatentSpec(4, codes)
    with pytest.raises(TypeError, match="^`codes` should be a dictionary of names and "):
        latents.fix(latents.sample(2, seed=(0, 1)), codes)
