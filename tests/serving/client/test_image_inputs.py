import numpy as np
import pytest
import tensorflow as tf
from tensorflow.core.protobuf import meta_graph_pb2

from keras_infogan.serving.client.image_inputs import converted_images

BYTES = np.full([2, 4, 4, 1], 51, np.uint8)


def signature(shape=(None, 4, 4, 1), dtype=tf.float32, name="image"):
    made = meta_graph_pb2.SignatureDef()
    made.inputs[name].dtype = dtype.as_datatype_enum
    made.inputs[name].tensor_shape.CopyFrom(tf.TensorShape(shape).as_proto())
    return made


@pytest.mark.parametrize("name", ["recognize", "discriminate"])
@pytest.mark.parametrize("shape", [(None, 4, 4, 1), (None, None, None, 1), None])
def test_images_become_floats_up_to_1(name, shape):
    found = converted_images(name, {"image": BYTES, "other": 1}, signature(shape))
    np.testing.assert_allclose(found["image"], np.full([2, 4, 4, 1], 0.2), rtol=1e-6)
    assert found["image"].dtype == np.float32
    assert found["other"] == 1


@pytest.mark.parametrize(
    ("name", "given", "described"),
    [
        ("serving_default", "image", signature()),
        ("recognize", "x", signature()),
        ("recognize", "image", None),
        ("recognize", "image", signature(name="x")),
        ("recognize", "image", signature(dtype=tf.uint8)),
        ("recognize", "image", signature(shape=(None, 16))),
    ],
)
def test_other_inputs_stay_as_they_are(name, given, described):
    assert converted_images(name, {given: BYTES}, described)[given] is BYTES


def test_a_size_that_the_model_leaves_open_is_no_limit():
    described = signature((None, None, None, 1))
    assert converted_images("recognize", {"image": np.ones([1, 9, 7, 1])}, described)
    with pytest.raises(ValueError, match="Images should have shape"):
        converted_images("recognize", {"image": np.ones([1, 9, 7, 3])}, described)
