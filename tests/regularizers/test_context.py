import pytest

from keras_infogan.regularizers.context import PenaltyContext


def test_a_context_of_a_discriminator_alone_generates_nothing():
    context = PenaltyContext(*[None] * 7)
    assert (context.training, context.step) == (True, 0)
    with pytest.raises(NotImplementedError, match="This context has no generator."):
        context.generate(None)
