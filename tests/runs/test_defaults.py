import json

import numpy as np

from keras_infogan.configs import mnist
from keras_infogan.runs.defaults import plain_values, with_defaults


def test_values_of_numpy_become_pythons():
    config = {"steps": np.int64(3), "data": {"size": (np.int32(8), 8)}, "rates": [np.float32(0.5)]}
    plain = plain_values(config)
    assert plain == {"steps": 3, "data": {"size": (8, 8)}, "rates": [0.5]}
    assert type(plain["steps"]) is type(plain["data"]["size"][0]) is int
    assert json.loads(json.dumps(plain))["rates"] == [0.5]


def test_a_missing_field_has_its_default():
    config = mnist.get_config().to_dict()
    older = mnist.get_config().to_dict()
    del older["restarts"], older["data"]["path"], older["regularizers"]
    assert with_defaults(older) == config
    assert with_defaults({"restarts": 3})["restarts"] == 3


def test_codes_have_no_defaults():
    codes = {"place": {"kind": "categorical", "size": 10, "weight": 1.0}}
    filled = with_defaults({"latents": {"codes": codes}})
    assert filled["latents"] == {"noise": 62, "codes": codes, "given": {}}


def test_the_defaults_stay_as_they_are():
    with_defaults({})["data"]["label"] = "changed"
    assert with_defaults({"data": {}})["data"]["label"] == ""
