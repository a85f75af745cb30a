import subprocess
import sys

import pytest
import tensorflow as tf

from keras_infogan.runs.tensorflow_settings import set_threads

# Three inputs of a sum, which end in any order, and whose buffers other ops read too.
SUMS = """
import numpy as np
import tensorflow as tf
from keras_infogan.runs.tensorflow_settings import determinism

random = np.random.default_rng(0)
inputs = [tf.constant(random.normal(size=(300, 300)).astype(np.float32)) for _ in range(3)]

@tf.function
def add(a, b, c):
    terms = [tf.sin(tf.matmul(a, b)), tf.cos(tf.matmul(b, c)), tf.sin(tf.matmul(c, a))]
    return tf.add_n(terms), [tf.reduce_sum(tf.nn.softmax(term)) for term in terms]

with determinism():
    print(len({add(*inputs)[0].numpy().tobytes() for _ in range(1000)}))
"""


def test_a_deterministic_function_adds_in_one_order():
    done = subprocess.run(
        [sys.executable, "-c", SUMS], capture_output=True, text=True, check=True, timeout=300
    )
    assert done.stdout.split() == ["1"]


def test_threads_that_are_set_too_late_are_refused():
    tf.ones([1])
    with pytest.raises(ValueError, match=r"config.threads should be set before TensorFlow"):
        set_threads(7)
