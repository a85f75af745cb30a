import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import (
    InstanceNoise,
    MinibatchDiscrimination,
    SpectralNormalized,
    frozen_seeds,
    frozen_statistics,
    seed_states,
)


def normalized(images, held):
    """Averages and output of a batch normalization after one pass in training mode."""
    layer = keras.layers.BatchNormalization(momentum=0.9)
    network = keras.Sequential([keras.layers.Input([2]), keras.Sequential([layer])])
    if held:
        with frozen_statistics(network):
            output = network(images, training=True)
    else:
        output = network(images, training=True)
    return layer, np.array(output)


def test_moving_averages_stay_and_output_is_the_same():
    images = np.array([[1.0, 2.0], [3.0, 6.0]], np.float32)
    free, output = normalized(images, held=False)
    held, held_output = normalized(images, held=True)
    np.testing.assert_allclose(free.moving_mean, [0.2, 0.4], rtol=1e-6)  # 0.9 * 0 + 0.1 * mean
    np.testing.assert_array_equal(held.moving_mean, [0.0, 0.0])
    np.testing.assert_array_equal(held.moving_variance, [1.0, 1.0])
    np.testing.assert_array_equal(output, held_output)


@pytest.mark.parametrize(
    ("make_layer", "attribute", "free", "held"),
    [
        (lambda: keras.layers.BatchNormalization(momentum=0.9), "momentum", 0.9, 1.0),
        (lambda: SpectralNormalized(keras.layers.Dense(2), 2), "power_iterations", 2, 0),
        (lambda: InstanceNoise(0.1), "steps_per_call", 1, 0),
    ],
)
def test_what_is_held_returns_after_an_error(make_layer, attribute, free, held):
    layer = make_layer()
    with pytest.raises(RuntimeError), frozen_statistics(layer):
        assert getattr(layer, attribute) == held
        raise RuntimeError
    assert getattr(layer, attribute) == free


def test_seeds_stay_where_they_were():
    network = keras.Sequential(
        [
            keras.layers.RandomZoom(0.1, seed=1),
            keras.Sequential([keras.layers.Dropout(0.5, seed=2)]),
        ]
    )
    images = np.ones([2, 4, 4, 1], np.float32)
    states = seed_states(network)
    assert len(states) == 2
    before = [state.numpy() for state in states]

    @tf.function
    def draw():
        with frozen_seeds(network):
            return network(images, training=True)

    first = draw()
    np.testing.assert_array_equal(first, draw())
    np.testing.assert_array_equal(before, [state.numpy() for state in states])
    network(images, training=True)
    assert (np.array(before) != [state.numpy() for state in states]).any(axis=1).all()


def saved_and_loaded(layer, input_shape, path):
    """The layer of a model that was saved and loaded, and the one that was saved."""
    model = keras.Sequential([keras.layers.Input(input_shape), layer])
    model.save(path / "model.keras")
    return keras.saving.load_model(path / "model.keras").layers[0]


class TestMinibatchDiscrimination:
    features = np.array([[0.0], [1.0], [3.0]], np.float32)
    # T = [1, 2], so M = (0, 0), (1, 2), (3, 6): L1 distances 3, 9 and 6.
    similarities = np.exp([[-3.0], [-3.0], [-9.0]]) + np.exp([[-9.0], [-6.0], [-6.0]])

    def make(self, **kwargs):
        layer = MinibatchDiscrimination(1, 2, **kwargs)
        layer.build((None, 1))
        layer.kernel.assign([[1.0, 2.0]])
        return layer

    def test_the_papers_sum_over_the_other_rows(self):
        expected = np.concatenate([self.features, self.similarities], axis=1)
        np.testing.assert_allclose(self.make()(self.features), expected, rtol=1e-6)

    def test_arithmetic_is_float32_under_a_mixed_policy(self):
        outputs = self.make(dtype="mixed_float16")(self.features + 1000.0)
        assert outputs.dtype == tf.float16
        np.testing.assert_allclose(outputs[:, 1:], self.similarities, rtol=1e-3)

    def test_each_kernel_has_a_column(self):
        inputs = keras.layers.Input([7])
        assert MinibatchDiscrimination(4, 3)(inputs).shape == (None, 11)

    def test_gradient_reaches_kernel_and_other_rows(self):
        layer = self.make()
        features = tf.constant(self.features)
        with tf.GradientTape() as tape:
            tape.watch(features)
            similarity = layer(features)[0, 1]
        gradients = tape.gradient(similarity, [features, layer.kernel.value])
        near, far = 3.0 * np.exp(-3.0), 3.0 * np.exp(-9.0)
        np.testing.assert_allclose(gradients[0][:, 0], [near + far, -near, -far], rtol=1e-5)
        assert np.all(gradients[1].numpy() < 0.0)

    def test_saves(self, tmp_path):
        layer = self.make()
        loaded = saved_and_loaded(layer, [1], tmp_path)
        assert loaded.get_config() == layer.get_config()
        np.testing.assert_array_equal(loaded(self.features), layer(self.features))

    def test_refuses_a_batch_of_one(self):
        with pytest.raises(ValueError, match=r"at least two. Received: input_shape=\(1, 4\)"):
            MinibatchDiscrimination(2)(tf.zeros([1, 4]))

    @pytest.mark.parametrize("name", ["features", "kernel_dimensions"])
    def test_refuses_sizes_below_one(self, name):
        with pytest.raises(ValueError, match=f"at least 1. Received: {name}=0"):
            MinibatchDiscrimination(**{"features": 5, "kernel_dimensions": 5, name: 0})


class TestInstanceNoise:
    images = np.full([4, 32, 32, 1], 0.5, np.float32)

    def noise(self, layer):
        return np.array(layer(self.images, training=True)) - self.images

    def test_none_in_inference(self):
        layer = InstanceNoise(0.1)
        np.testing.assert_array_equal(layer(self.images), self.images)
        assert int(layer.step) == int(layer.calls) == 0

    def test_deviation_falls_linearly_to_zero(self):
        layer = InstanceNoise(0.2, decay_steps=4)
        deviations = [self.noise(layer).std() for _ in range(5)]
        np.testing.assert_allclose(deviations, [0.15, 0.1, 0.05, 0.0, 0.0], rtol=0.05)
        np.testing.assert_array_equal(self.noise(layer), 0.0)

    def test_without_decay_it_stays(self):
        layer = InstanceNoise(0.2)
        assert [self.noise(layer).std() for _ in range(2)] == pytest.approx([0.2, 0.2], rel=0.05)

    def test_held_calls_share_the_step_and_draw_noise_of_their_own(self):
        layer = InstanceNoise(0.2, decay_steps=4)
        real = self.noise(layer)
        with frozen_statistics(layer):
            fakes = [self.noise(layer) for _ in range(2)]
        assert [fake.std() for fake in fakes] == pytest.approx([real.std()] * 2, rel=0.05)
        for first, second in [(real, fakes[0]), (real, fakes[1]), fakes]:
            assert abs(np.corrcoef(first.ravel(), second.ravel())[0, 1]) < 0.1
        assert int(layer.step) == 1
        assert int(layer.calls) == 3

    def test_seeds_and_replicas_draw_differently(self, monkeypatch):
        first = self.noise(InstanceNoise(0.1, seed=1))
        np.testing.assert_array_equal(first, self.noise(InstanceNoise(0.1, seed=1)))
        assert (first != self.noise(InstanceNoise(0.1, seed=2))).mean() > 0.9

        class SecondReplica:
            replica_id_in_sync_group = 1

        monkeypatch.setattr(tf.distribute, "get_replica_context", SecondReplica)
        assert (first != self.noise(InstanceNoise(0.1, seed=1))).mean() > 0.9

    def test_resumes_bit_for_bit(self, tmp_path):
        layer = InstanceNoise(0.1, decay_steps=10, seed=3)
        for _ in range(3):
            layer(self.images, training=True)
        checkpoint = tf.train.Checkpoint(layer=layer).write(str(tmp_path / "checkpoint"))
        loaded = saved_and_loaded(layer, self.images.shape[1:], tmp_path)
        assert loaded.get_config() == layer.get_config()
        restored = InstanceNoise(0.1, decay_steps=10, seed=3)
        restored.build(self.images.shape)
        tf.train.Checkpoint(layer=restored).read(checkpoint).assert_existing_objects_matched()
        for _ in range(2):
            unbroken = self.noise(layer)
            np.testing.assert_array_equal(self.noise(loaded), unbroken)
            np.testing.assert_array_equal(self.noise(restored), unbroken)

    def test_inputs_keep_their_dtype(self):
        assert InstanceNoise(0.1, dtype="mixed_float16")(self.images, training=True).dtype == "half"

    @pytest.mark.parametrize("arguments", [(-0.1, 0), (0.1, -1)])
    def test_refuses_negative_arguments(self, arguments):
        with pytest.raises(ValueError, match="should be at least 0. Received: stddev="):
            InstanceNoise(*arguments)


def dense_layer(**kwargs):
    return keras.layers.Dense(6, bias_initializer="ones", **kwargs)


def convolution_layer(**kwargs):
    return keras.layers.Conv2D(6, 3, 2, "same", bias_initializer="ones", **kwargs)


def matrix_of(kernel):
    return np.reshape(kernel, [-1, kernel.shape[-1]])


class TestSpectralNormalized:
    @pytest.fixture(params=[(dense_layer, [5]), (convolution_layer, [8, 8, 3])])
    def case(self, request):
        """A normalized layer, and a batch of two for it."""
        make_layer, shape = request.param
        layer = SpectralNormalized(make_layer(), power_iterations=2)
        layer.build((None, *shape))
        return layer, tf.random.stateless_normal([2, *shape], (1, 2))

    def test_largest_singular_value_becomes_one_and_the_kernel_stays(self, case):
        layer, inputs = case
        kernel = layer.layer.kernel.numpy()
        call = tf.function(lambda: layer(inputs, training=True))
        for _ in range(100):
            call()
        np.testing.assert_array_equal(layer.layer.kernel, kernel)
        values = np.linalg.svd(matrix_of(layer.normalized_kernel()), compute_uv=False)
        assert values[0] == pytest.approx(1.0, abs=1e-3)
        values = np.linalg.svd(matrix_of(kernel), compute_uv=False)
        sigma = np.mean(kernel / layer.normalized_kernel())
        assert sigma == pytest.approx(values[0], rel=1e-3)

    def test_output_is_of_the_normalized_kernel(self, case):
        layer, inputs = case
        outputs = layer(inputs)
        plain = type(layer.layer).from_config(layer.layer.get_config())
        plain.build(inputs.shape)
        plain.kernel.assign(layer.normalized_kernel())
        np.testing.assert_allclose(outputs, plain(inputs), rtol=1e-5, atol=1e-6)

    def test_gradient_flows_through_sigma(self, case):
        layer, inputs = case
        layer(inputs, training=True)
        kernel = layer.layer.kernel.value
        outer = tf.random.stateless_normal(kernel.shape, (3, 4))  # dL / d(w / sigma)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(outer * layer.normalized_kernel())
        gradient = matrix_of(tape.gradient(loss, kernel))
        matrix, outer = matrix_of(kernel.numpy()), matrix_of(outer)
        right = layer.singular_vector.numpy()
        left = matrix @ right / np.linalg.norm(matrix @ right)
        sigma = left @ matrix @ right
        expected = (outer - np.sum(outer * matrix) / sigma * np.outer(left, right)) / sigma
        np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-5)

    def test_gradient_of_a_call_is_that_of_the_reparameterization(self, case):
        layer, inputs = case
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(inputs, training=True) ** 2)
        gradient = tape.gradient(loss, layer.layer.kernel.value)
        plain = type(layer.layer).from_config(layer.layer.get_config())
        plain.build(inputs.shape)
        plain.kernel.assign(layer.normalized_kernel())
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(plain(inputs) ** 2)
        outer = tape.gradient(loss, plain.kernel.value)
        with tf.GradientTape() as tape:
            product = tf.reduce_sum(outer * layer.normalized_kernel())
        expected = tape.gradient(product, layer.layer.kernel.value)
        np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-4)

    def test_only_a_free_training_call_iterates(self, case):
        layer, inputs = case
        before = layer.singular_vector.numpy()
        layer(inputs)
        with frozen_statistics(layer):
            layer(inputs, training=True)
        np.testing.assert_array_equal(layer.singular_vector, before)
        iterated = layer(inputs, training=True)
        assert (layer.singular_vector.numpy() != before).all()
        with frozen_statistics(layer):
            np.testing.assert_array_equal(layer(inputs, training=True), iterated)
        np.testing.assert_array_equal(layer(inputs), iterated)

    def test_saves(self, case, tmp_path):
        layer, inputs = case
        layer(inputs, training=True)
        loaded = saved_and_loaded(layer, inputs.shape[1:], tmp_path)
        assert loaded.power_iterations == 2
        assert loaded.layer.get_config() == layer.layer.get_config()
        np.testing.assert_array_equal(loaded(inputs), layer(inputs))
        np.testing.assert_array_equal(loaded(inputs, training=True), layer(inputs, training=True))

    @pytest.mark.parametrize("make_layer", [dense_layer, convolution_layer])
    def test_sigma_is_float32_under_a_mixed_policy(self, make_layer):
        images = tf.random.stateless_normal([2, 8, 8, 3], (1, 2))
        exact = keras.Sequential([keras.layers.Input([8, 8, 3]), SpectralNormalized(make_layer())])
        config = keras.saving.serialize_keras_object(make_layer(dtype="mixed_float16"))
        mixed = keras.Sequential(
            [
                keras.layers.Input([8, 8, 3]),
                SpectralNormalized(keras.saving.deserialize_keras_object(config)),
            ]
        )
        mixed.set_weights(exact.get_weights())
        outputs = mixed(images, training=True)
        assert outputs.dtype == tf.float16
        assert mixed.outputs[0].dtype == "float16"
        np.testing.assert_allclose(outputs, exact(images, training=True), atol=0.02)
        np.testing.assert_array_equal(
            mixed.layers[0].singular_vector, exact.layers[0].singular_vector
        )

    def test_a_zero_kernel_stays_zero(self):
        layer = SpectralNormalized(keras.layers.Dense(2, kernel_initializer="zeros"))
        np.testing.assert_array_equal(layer(tf.ones([1, 3]), training=True), [[0.0, 0.0]])

    def test_runs_on_replicas(self):
        strategy = tf.distribute.MirroredStrategy(["CPU:0"])
        with strategy.scope():
            network = keras.Sequential(
                [
                    keras.layers.Input([3]),
                    InstanceNoise(0.1, decay_steps=2),
                    SpectralNormalized(keras.layers.Dense(2)),
                ]
            )
        before = network.layers[1].singular_vector.numpy()
        strategy.run(tf.function(lambda: network(tf.ones([4, 3]), training=True)))
        assert network.layers[0].step.numpy() == 1
        assert (network.layers[1].singular_vector.numpy() != before).all()

    def test_refuses_other_layers(self):
        with pytest.raises(TypeError, match="a keras.layers.Dense or a keras.layers.Conv2D"):
            SpectralNormalized(keras.layers.Flatten())

    def test_refuses_no_iterations(self):
        with pytest.raises(ValueError, match="at least 1. Received: power_iterations=0"):
            SpectralNormalized(keras.layers.Dense(2), power_iterations=0)
