import numpy as np
import tensorflow as tf
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from keras_infogan.callbacks import ConfigText, TraversalImages
from keras_infogan.evaluation.pictures import traversal_picture


def test_tensorboard_shows_the_pictures_and_the_config(attach, model, tmp_path):
    config = {"steps": 3, "latents": {"codes": ["digit"]}}
    attach(ConfigText(tmp_path / "logs", config)).on_train_begin()
    callback = attach(TraversalImages(tmp_path / "images", rows=2, log_dir=tmp_path / "logs"))
    model.step.assign(5)
    callback.on_epoch_end(0)
    callback.on_train_end()
    shown = EventAccumulator(str(tmp_path / "logs" / "pictures")).Reload()
    tags = shown.Tags()["tensors"]
    assert set(tags) == {"config", "traversal/kind", "traversal/style"}
    (text,) = shown.Tensors("config")[0].tensor_proto.string_val
    assert text.decode() == "\n".join(
        ["    {", '      "steps": 3,', '      "latents": {', '        "codes": [']
        + ['          "digit"', "        ]", "      }", "    }"]
    )
    (event,) = shown.Tensors("traversal/kind")
    assert event.step == 5
    picture = tf.io.decode_png(event.tensor_proto.string_val[2])
    expected = traversal_picture(model, "kind", 2)
    np.testing.assert_allclose(picture / 255, expected, atol=0.004)  # it cuts to 8 bits
