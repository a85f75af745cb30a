import pytest

from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.regularizers.base import (
    DiscriminatorPenalty,
    GeneratorPenalty,
    Penalty,
    Regularizer,
)


def weighted(kind):
    """A penalty of one side that is its weight times two."""

    class Two(kind):
        name = "two"

        def __call__(self, context):
            return self.weight * 2.0

    return Two


@pytest.mark.parametrize(
    ("kind", "losses"),
    [(DiscriminatorPenalty, Losses(6.0, 0.0)), (GeneratorPenalty, Losses(0.0, 6.0))],
)
def test_a_penalty_is_on_the_loss_of_its_own_side_and_logged(kind, losses):
    penalty = weighted(kind)(3.0)
    assert penalty.log_names == ["two"]
    found = penalty.compute_losses(context=None)
    assert (found.discriminator, found.generator) == (losses.discriminator, losses.generator)
    assert found.logs == {"two": 6.0}


def test_a_side_that_is_not_updated_costs_nothing():
    def fail(self, context):
        raise AssertionError("it should not be computed")

    penalty = type("Costly", (GeneratorPenalty,), {"name": "costly", "__call__": fail})(1.0)
    assert penalty.compute_losses(None, [Side.DISCRIMINATOR]) == Losses()


def test_a_regularizer_without_a_term_leaves_the_step_alone():
    regularizer = Regularizer()
    assert regularizer.compute_losses(None, BOTH) == Losses()
    assert regularizer.layers == regularizer.augmentations == regularizer.log_names == []
    assert regularizer.check(None) is regularizer.build(None) is regularizer.constrain([]) is None


def test_what_a_subclass_defines():
    with pytest.raises(NotImplementedError):
        Regularizer().get_config()
    with pytest.raises(NotImplementedError):
        Penalty(1.0)(None)
    assert weighted(GeneratorPenalty).from_config({"weight": 0.5}).get_config() == {"weight": 0.5}


def test_a_weight_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="`weight` should be above 0. Received: weight=nan"):
        Penalty(float("nan"))
