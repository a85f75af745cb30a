import math

import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.metrics import held_out_log_probabilities

LATENTS = LatentSpec(1, {"kind": Categorical(4), "style": Uniform(1)})
DRAWN = LATENTS.sample(2000, (0, 1))


def shown(kind, style):
    """8 x 8 images: the kind is which quarter is lit, the style how brightly."""
    quarter = tf.reshape(tf.one_hot(kind, 4), [-1, 2, 2, 1]).numpy()
    images = np.kron(quarter, np.ones([1, 4, 4, 1]))
    return images * (0.5 + 0.3 * np.asarray(style))[:, None, None]


def test_codes_that_show_are_read():
    images = shown(DRAWN["kind"], DRAWN["style"])
    made = []
    logs = held_out_log_probabilities(
        LATENTS, DRAWN, images, epochs=30, progress=lambda *state: made.append(state)
    )
    assert set(logs) == {"kind", "style"}
    assert logs["kind"].shape == logs["style"].shape == (400,)
    assert logs["kind"].mean() + math.log(4) == pytest.approx(math.log(4), abs=0.05)
    assert logs["style"].mean() > -math.log(2) + 0.5  # the prior's log density, and half a nat
    assert made[0] == (1, 360) and made[-1] == (360, 360)
    again = held_out_log_probabilities(LATENTS, DRAWN, images, epochs=30)
    np.testing.assert_allclose(again["kind"], logs["kind"], atol=1e-3)


def test_codes_that_do_not_show_have_no_information():
    images = np.random.default_rng(0).random([2000, 8, 8, 1])
    logs = held_out_log_probabilities(LATENTS, DRAWN, images, epochs=1)
    assert -0.3 < logs["kind"].mean() + math.log(4) < 0.02


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"held_out": 1.0}, "`held_out` between 0 and 1"),
        ({"epochs": 0}, "`epochs` at least 1"),
        ({"epochs": 1.5}, "`epochs` should be an int"),
        ({"batch_size": 0}, "`batch_size` should be an int of at least 1"),
        ({"images": np.zeros([5, 8, 8, 1])}, "10 images or more"),
        ({"images": np.zeros([20, 8, 8, 1])}, "for each of 20 images. Received: .*2000"),
        ({"images": np.full([20, 8, 8, 1], np.nan)}, "Images should not hold NaN"),
        ({"latents": LatentSpec(3)}, "a code to read"),
    ],
)
def test_it_refuses(changes, message):
    arguments = {
        "latents": LATENTS,
        "drawn": DRAWN,
        "images": np.zeros([2000, 8, 8, 1]),
        **changes,
    }
    with pytest.raises(ValueError, match=message):
        held_out_log_probabilities(**arguments)
