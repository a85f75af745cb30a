import math

import pytest
import tensorflow as tf


@pytest.fixture(scope="session")
def gaussians():
    """Makes a source of x = r c + sqrt(1 - r^2) n whose I(x; c) is this; returns it and r."""

    def make(information, dimensions):
        correlation = math.sqrt(-math.expm1(-2.0 * information / dimensions))

        @tf.function
        def sample(batch_size, seed):
            c, noise = tf.unstack(tf.random.stateless_normal([2, batch_size, dimensions], seed))
            return correlation * c + math.sqrt(1.0 - correlation**2) * noise, c

        return sample, correlation

    return make
