import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count


@pytest.mark.parametrize("value", [3, np.int64(3), np.uint8(3), tf.constant(3)])
def test_every_kind_of_int_is_a_count(value):
    count = checked_count("steps", value, least=3)
    assert (count, type(count)) == (3, int)


@pytest.mark.parametrize(
    ("value", "shown"), [(2, "2"), (True, "True"), (3.0, "3.0"), ("3", "'3'"), (None, "None")]
)
def test_what_is_no_count(value, shown):
    message = f"^`steps` should be an int of at least 3. Received: steps={shown}$"
    with pytest.raises(ValueError, match=message):
        checked_count("steps", value, least=3)
