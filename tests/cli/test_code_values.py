import math

import pytest

from keras_infogan.cli.code_values import parse_codes


def test_codes_keep_their_order_and_their_numbers():
    found = parse_codes(["style=-1,2e-1, 3", "digit=7"])
    assert list(found.items()) == [("style", [-1.0, 0.2, 3.0]), ("digit", 7.0)]
    assert parse_codes([]) == {}


def test_what_a_number_means_is_the_models_to_say():
    assert math.isnan(parse_codes(["digit=nan"])["digit"])


@pytest.mark.parametrize("text", ["digit=", "style=1,", "a=1=2", ""])
def test_values_are_numbers(text):
    with pytest.raises(ValueError, match=f"should be NAME=VALUE or .* Received: '{text}'$"):
        parse_codes([text])
