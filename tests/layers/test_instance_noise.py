import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.layers import (
    InstanceNoise,
    frozen_statistics,
)


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

    def test_resumes_bit_for_bit(self, tmp_path, saved_and_loaded):
        layer = InstanceNoise(0.1, decay_steps=10, seed=3)
        for _ in range(3):
            layer(self.images, training=True)
        checkpoint = tf.train.Checkpoint(layer=layer).write(str(tmp_path / "checkpoint"))
        loaded = saved_and_loaded(layer, self.images.shape[1:])
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
        with pytest.raises(
            ValueError, match="should be at least 0. Received: (stddev|decay_steps)=-"
        ):
            InstanceNoise(*arguments)
