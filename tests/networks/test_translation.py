import pytest

from keras_infogan.networks import Recipe
from keras_infogan.networks.translation import translator

RECIPE = Recipe("dcgan", options={"width_multiplier": 0.05})


def test_a_row_of_columns_and_an_image_becomes_another_image():
    model = translator(RECIPE, (8, 12, 1), (8, 12, 3), 5, "generator")
    assert model.input_shape == (None, 5 + 96)
    assert model.output_shape == (None, 8, 12, 3)


@pytest.mark.parametrize(("source", "target"), [((8, 8, 1), (4, 4, 3)), ((6, 6, 1), (6, 6, 3))])
def test_other_sizes_are_refused(source, target):
    with pytest.raises(ValueError, match="one size, with sides that are multiples of 4"):
        translator(RECIPE, source, target, 0, "inverse")
