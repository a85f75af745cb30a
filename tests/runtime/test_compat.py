import logging

import numpy as np
import tensorflow as tf

from keras_infogan.runtime import compat


def test_what_strangers_send_fills_no_log():
    logger = logging.getLogger("grpc._common")
    before = logger.level
    try:
        compat.silence_grpc_parse_errors()
        assert not logger.isEnabledFor(logging.ERROR)
    finally:
        logger.setLevel(before)


def test_a_session_is_called_by_the_names_of_tensors():
    v1 = tf.compat.v1
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None], name="x")
        y = tf.identity(2.0 * x, name="y")
        call = compat.make_session_callable(session, [x.name], [y.name])
        (answer,) = call(np.float32([1.0, 2.0]))
    assert answer.tolist() == [2.0, 4.0]
