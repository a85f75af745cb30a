import numpy as np
import pytest

from keras_infogan.callbacks import (
    NonFiniteLossError,
    StopOnNonFinite,
)


def test_stop_counts_steps_in_a_row(attach, model):
    callback = attach(StopOnNonFinite(patience=3))
    model.step.assign(41)
    for count in (0, 2):
        model.non_finite_in_a_row.assign(count)
        callback.on_train_batch_end(0)
    model.non_finite_in_a_row.assign(3)
    model._bad_losses.assign([name == "generator_loss" for name in model._means])
    with pytest.raises(NonFiniteLossError) as caught:
        callback.on_train_batch_end(0)
    assert str(caught.value) == (
        "generator_loss was NaN or infinite at step 41, and in the 2 steps before it."
    )


def test_stop_ends_a_fit(model, images):
    head = model.discriminator_head
    head.set_weights([np.full_like(weight, np.nan) for weight in head.get_weights()])
    with pytest.raises(
        NonFiniteLossError, match="discriminator_loss.* was NaN or infinite at step 1"
    ):
        model.fit(images, batch_size=16, callbacks=[StopOnNonFinite()], verbose=0)


def test_patience_is_positive():
    with pytest.raises(
        ValueError, match="`patience` should be an int of at least 1. Received: patience=0"
    ):
        StopOnNonFinite(patience=0)
