import os
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


# With one thread in all, the function would wait for the dataset's map for ever.
INPUT = """
import tensorflow as tf
from keras_infogan.runs.tensorflow_settings import determinism

@tf.function
def total(iterator):
    return next(iterator) + next(iterator)

with determinism():
    data = tf.data.Dataset.range(8).map(lambda x: x * x, num_parallel_calls=2).prefetch(1)
    print(int(total(iter(data.repeat()))))
"""


def test_a_deterministic_function_gets_its_input_on_a_single_core():
    done = subprocess.run(
        [sys.executable, "-c", INPUT],
        env={**os.environ, "TF_NUM_INTEROP_THREADS": "1", "TF_NUM_INTRAOP_THREADS": "1"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout.split() == ["1"]


def test_threads_that_are_set_too_late_are_refused():
    tf.ones([1])
    with pytest.raises(ValueError, match=r"config.threads should be set before TensorFlow"):
        set_threads(7)
