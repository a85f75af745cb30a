"""Every door of a model reads every kind of images alike, or refuses them in one sentence."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.models.sources import SourceRule

SHAPE = (8, 8, 1)

# Keras says so whenever a generator ends.
pytestmark = pytest.mark.filterwarnings("ignore:Your input ran out of data")


class Batches(keras.utils.PyDataset):
    """A PyDataset of batches that are there already."""

    def __init__(self, batches, **options):
        super().__init__(**options)
        self.batches = batches
        self.epochs = 0

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, index):
        return self.batches[index]

    def on_epoch_end(self):
        self.epochs += 1


def dataset(images, size=8):
    return tf.data.Dataset.from_tensor_slices(images).batch(size)


def generated(images, size=8):
    return (batch for batch in np.split(images, len(images) // size))


def paged(images, size=8):
    return Batches([(batch,) for batch in np.split(images, len(images) // size)])


KINDS = {
    "uint8": lambda images: images,
    "uint16": lambda images: images.astype(np.uint16),
    "int64": lambda images: images.astype(np.int64),
    "float32": lambda images: images / np.float32(255),
    "float64": lambda images: images / 255.0,
    "float32 to 255": lambda images: images.astype(np.float32),
    "float64 to 255": lambda images: images.astype(np.float64),
}
READERS = {
    "call": lambda model, x: model(x),
    "call in a graph": lambda model, x: tf.function(lambda each: model(each))(x),
    "predict": lambda model, x: model.predict(x, verbose=0),
    "predict in batches": lambda model, x: model.predict(x, batch_size=5, verbose=0),
    "predict_on_batch": lambda model, x: model.predict_on_batch(x),
    "predict a dataset": lambda model, x: model.predict(dataset(x), verbose=0),
    "predict labeled": lambda model, x: model.predict(dataset((x, np.arange(32))), verbose=0),
    "predict TFDS": lambda model, x: model.predict(dataset({"image": x, "label": x}), verbose=0),
    "predict a PyDataset": lambda model, x: model.predict(paged(x), verbose=0),
    "predict a generator": lambda model, x: model.predict(generated(x), verbose=0),
    "recognize a dataset": lambda model, x: {
        "kind": np.log(model.recognize(dataset((x, np.arange(32))))["kind"].probs)
    },
    "recognize a dictionary": lambda model, x: {
        "kind": np.log(model.recognize({"image": x})["kind"].probs)
    },
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_door_reads_as_recognize(model, images, kind, reader):
    expected = model.recognize(images)["kind"].probs
    read = READERS[reader](model, KINDS[kind](images))["kind"]
    np.testing.assert_allclose(tf.nn.softmax(read), expected, atol=2e-6)
    again = model.recognize(KINDS[kind](images))["kind"].probs
    np.testing.assert_allclose(again, expected, atol=1e-6)


def test_black_and_white_is_white_at_every_door(model, images):
    white = images > 100
    expected = model.recognize(white.astype(np.float32))["kind"].probs
    for read in READERS.values():
        np.testing.assert_allclose(tf.nn.softmax(read(model, white)["kind"]), expected, atol=2e-6)


REFUSED = {
    "from -1 to 1": (lambda images: images / 127.5 - 1, r"\[0, 255\]. Received: values from -1 to"),
    "12 bits": (lambda images: images.astype(np.uint16) * 16, "Received: uint16 values from 0 to"),
    "color": (lambda images: images.repeat(3, -1), r"\[batch, 8, 8, 1\]. Received: \[.*8, 8, 3\]"),
    "another size": (lambda images: images[:, :7], r"Received: \[.*7, 8, 1\]"),
    "NaN": (lambda images: np.where(images > 60, np.nan, images), r"NaN in \d+ of \d+ images"),
    "0 and 1": (lambda images: (images > 60).astype(np.uint8), "makes 1 white. Received: uint8"),
}


@pytest.mark.parametrize("reader", [name for name in READERS if name != "call in a graph"])
@pytest.mark.parametrize("case", REFUSED)
def test_every_reader_refuses_alike(model, images, case, reader):
    change, message = REFUSED[case]
    with pytest.raises(ValueError, match=message) as caught:
        READERS[reader](model, change(images))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("source", [lambda x: x, dataset, generated, paged])
@pytest.mark.parametrize("method", ["fit", "evaluate"])
def test_training_refuses_alike(model, images, case, source, method):
    change, message = REFUSED[case]
    with pytest.raises(ValueError, match=message) as caught:
        getattr(model, method)(source(change(images)), verbose=0)
    assert "\n" not in str(caught.value)
    assert model.steps_done == 0


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.parametrize("method", ["train_on_batch", "test_on_batch", "predict_on_batch"])
def test_single_batches_are_refused_alike(model, images, case, method):
    change, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        getattr(model, method)(change(images))


SOURCES = {
    "array": lambda x: x,
    "dictionary": lambda x: {"image": x},
    "dataset": dataset,
    "tuples": lambda x: dataset((x, np.arange(32))),
    "single tuples": lambda x: dataset((x,)),
    "TFDS": lambda x: dataset({"image": x, "label": np.arange(32), "id": np.arange(32)}),
    "TFDS in a tuple": lambda x: dataset(({"image": x}, np.arange(32))),
    "unknown shapes": lambda x: tf.data.Dataset.from_generator(
        lambda: generated(x), output_signature=tf.TensorSpec(None, x.dtype)
    ),
    "bare arrays": generated,
    "generator": lambda x: ((batch, np.arange(8)) for batch in generated(x)),
    "tensors": lambda x: (tf.constant(batch) for batch in generated(x)),
    "PyDataset": paged,
    "bare PyDataset": lambda x: Batches(list(generated(x))),
}


def collected(source):
    """The images that Keras gets, float32 in [0, 1]."""
    if isinstance(source, keras.utils.PyDataset):
        source = [source[index] for index in range(source.num_batches)]
    if not isinstance(source, np.ndarray):
        source = np.concatenate(
            [batch[0] if isinstance(batch, tuple) else batch for batch in source]
        )
    return source / np.float32(255) if source.dtype == np.uint8 else source


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("source", SOURCES)
def test_every_source_and_kind_gives_the_same_images(images, source, kind):
    found, labels = SourceRule(SHAPE).source(SOURCES[source](KINDS[kind](images)))
    assert labels is None
    np.testing.assert_allclose(collected(found), images / 255.0, atol=1e-6)


@pytest.mark.parametrize(
    "source", ["dictionary", "TFDS", "unknown shapes", "bare arrays", "tensors", "bare PyDataset"]
)
def test_every_source_trains_alike(make_model, images, source):
    models = make_model(), make_model()
    for model, x in zip(models, (lambda: images, lambda: SOURCES[source](images)), strict=True):
        model.compile()
        model.fit(x(), batch_size=8, shuffle=False, validation_data=x(), verbose=0)
    for one, other in zip(*(model.get_weights() for model in models), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("source", [dataset, generated, paged])
def test_a_black_batch_does_not_set_the_range(make_model, images, source):
    floats = images.astype(np.float32)
    floats[:16] = 0.5
    model, twin = make_model(), make_model()
    for each, x in ((model, source(floats)), (twin, floats / np.float32(255))):
        each.compile()
        each.fit(x, batch_size=8, shuffle=False, verbose=0)
    for one, other in zip(model.get_weights(), twin.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)


@pytest.mark.parametrize("source", [dataset, generated, paged])
def test_a_later_batch_is_held_to_the_range(model, images, source):
    floats = np.tile(images / np.float32(255), [3, 1, 1, 1])
    floats[90:] = 200.0
    with pytest.raises(ValueError, match=r"stay in \[0, 1\].* Received: values ") as caught:
        model.fit(source(floats), verbose=0)
    assert "\n" not in str(caught.value)


def test_a_generator_loses_no_batch(images):
    batches, _ = SourceRule(SHAPE).source(generated(images / np.float32(255)))
    np.testing.assert_allclose(np.concatenate([batch for (batch,) in batches]) * 255, images)


def test_the_epochs_of_a_pydataset_are_told(model, images):
    batches = paged(images)
    model.fit(batches, epochs=2, verbose=0)
    assert batches.epochs >= 2  # Keras tells it once more at the end


def test_a_pydataset_may_be_read_by_workers(model, images):
    batches = Batches(list(generated(images.astype(np.float64))), workers=2, max_queue_size=3)
    ruled, _ = SourceRule(SHAPE).source(batches)
    assert (ruled.workers, ruled.max_queue_size, ruled.num_batches) == (2, 3, 4)
    assert np.isfinite(model.fit(batches, verbose=0).history["generator_loss"][0])


def test_the_first_batch_decides_the_range_of_single_batches(model, images):
    dark = np.full([8, *SHAPE], 0.5, np.float32)
    model.train_on_batch(np.zeros([8, *SHAPE]))
    model.train_on_batch(images[:8].astype(np.float32))
    read = model.test_on_batch(dark, return_dict=True)
    model.compile()
    assert model.test_on_batch(dark / 255, return_dict=True) == pytest.approx(read, rel=1e-4)
    with pytest.raises(ValueError, match=r"stay in \[0, 1\]"):
        model.train_on_batch(images[:8].astype(np.float32))


@pytest.mark.parametrize(
    ("x", "error", "message"),
    [
        (None, TypeError, "Received: NoneType"),
        ("photos", TypeError, "Received: str"),
        ({"picture": np.zeros([1])}, ValueError, "the key 'image'. Received: picture"),
        (iter([]), TypeError, "Received: list_iterator"),
        ((each for each in []), ValueError, "should hold images. Received: no batches"),
        (Batches([]), ValueError, "should hold images. Received: no batches"),
        (dataset(np.zeros([8, *SHAPE])).take(0), ValueError, "hold images. Received: no batches"),
        (dataset(np.zeros([8, *SHAPE])).unbatch(), ValueError, "image without its batch axis"),
        (dataset({"picture": np.zeros([8, *SHAPE])}), ValueError, "the key 'image'. Received: pic"),
        (dataset({"image": {"left": np.zeros([8, *SHAPE])}}), TypeError, "should be tensors"),
    ],
)
def test_other_sources_are_refused(model, x, error, message):
    for method in (model.fit, model.evaluate, model.predict):
        with pytest.raises(error, match=message) as caught:
            method(x, verbose=0)
        assert "\n" not in str(caught.value)


def test_recognize_wants_an_end(model, images):
    with pytest.raises(ValueError, match="finite. Received: a dataset without end"):
        model.recognize(dataset(images).repeat())
    with pytest.raises(TypeError, match="an array or a tf.data.Dataset. Received: generator"):
        model.recognize(generated(images))


def test_a_distributed_dataset_yields_bytes(model, images):
    strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
    source = strategy.experimental_distribute_dataset(dataset(images))
    assert SourceRule(SHAPE).source(source)[0] is source
    source = strategy.experimental_distribute_dataset(dataset(images / 255.0))
    with pytest.raises(ValueError, match="should yield uint8 images. Received: float64"):
        model.fit(source)


def test_images_keep_their_range_under_a_mixed_policy(make_model, images):
    model = make_model(dtype="mixed_float16")
    keras.config.set_dtype_policy("mixed_float16")
    try:
        mixed = make_model(dtype="mixed_float16")
    finally:
        keras.config.set_dtype_policy("float32")
    bright = images.astype(np.float32)
    np.testing.assert_allclose(mixed(bright)["kind"], model(bright)["kind"], atol=1e-6)


def test_a_functional_model_may_hold_it(model, images):
    inputs = keras.Input(SHAPE)
    whole = keras.Model(inputs, model(inputs)["kind"])
    np.testing.assert_allclose(whole(images / np.float32(255)), model(images)["kind"], atol=1e-5)


COUNTS = [
    ("fit", {"batch_size": 0}),
    ("fit", {"batch_size": "32"}),
    ("fit", {"steps_per_epoch": 0}),
    ("fit", {"validation_steps": 0}),
    ("fit", {"validation_batch_size": 1.5}),
    ("evaluate", {"batch_size": -1}),
    ("evaluate", {"steps": 0}),
    ("predict", {"batch_size": 0}),
    ("predict", {"steps": 1.5}),
]


@pytest.mark.parametrize(("method", "arguments"), COUNTS)
def test_numbers_of_images_and_batches_are_ints_of_at_least_1(model, images, method, arguments):
    ((name, value),) = arguments.items()
    sentence = f"^`{name}` should be an int of at least 1. Received: {name}={value!r}$"
    with pytest.raises(ValueError, match=sentence):
        getattr(model, method)(images, verbose=0, **arguments)


@pytest.mark.parametrize("epochs", ["2", 1.5, -1])
def test_epochs_are_an_int(model, images, epochs):
    with pytest.raises(ValueError, match="^`epochs` should be an int of at least 0. Received: "):
        model.fit(images, epochs=epochs, verbose=0)


@pytest.mark.parametrize(
    ("share", "sentence"),
    [(1.0, "from 0 to below 1"), (1.5, "from 0 to below 1"), (-0.1, "from 0"), ("a", "a number")],
)
def test_a_share_for_validation_is_below_1(model, images, share, sentence):
    with pytest.raises(ValueError, match=f"^`validation_split` should be {sentence}"):
        model.fit(images, validation_split=share, verbose=0)


def test_arguments_have_the_order_of_keras(model, images):
    history = keras.callbacks.History()
    model.fit(images, None, 16, 2, 0, [history], 0.5, None, False)
    assert len(history.history["val_generator_loss"]) == 2
    assert len(model.evaluate(images, None, 16, 0)) == len(model.log_names)


WEIGHTS = np.ones(32)
WEIGHED = {
    "fit": lambda model, x: model.fit(x, sample_weight=WEIGHTS),
    "fit in order": lambda model, x: model.fit(
        x, None, 8, 1, 0, None, 0.0, None, True, None, WEIGHTS
    ),
    "validation": lambda model, x: model.fit(x, validation_data=(x, None, WEIGHTS)),
    "dataset": lambda model, x: model.fit(dataset((x, np.arange(32), WEIGHTS))),
    "generator": lambda model, x: model.fit((x[:8], None, WEIGHTS[:8]) for _ in range(2)),
    "evaluate": lambda model, x: model.evaluate(x, None, 8, 0, WEIGHTS),
    "train_on_batch": lambda model, x: model.train_on_batch(x, None, WEIGHTS),
    "classes": lambda model, x: model.train_on_batch(x, class_weight={0: 2.0}),
    "test_on_batch": lambda model, x: model.test_on_batch(x, None, WEIGHTS),
}


@pytest.mark.parametrize("door", WEIGHED)
def test_weights_are_refused_at_every_door(model, images, door):
    with pytest.raises(TypeError, match="weigh all images alike. Received: ") as caught:
        WEIGHED[door](model, images)
    assert "\n" not in str(caught.value)


def test_weights_of_a_dataset_do_not_matter_to_a_reader(model, images):
    assert model.predict(dataset((images, WEIGHTS, WEIGHTS)), verbose=0)["kind"].shape == (32, 3)


@pytest.mark.parametrize("data", [(), (1, 2, 3, 4)])
def test_validation_data_is_images_and_labels(model, images, data):
    with pytest.raises(ValueError, match=r"should be images, or \(images, labels\). Received: a t"):
        model.fit(images, validation_data=data, verbose=0)


def test_masked_pixels_are_refused(model, images):
    with pytest.raises(ValueError, match="a value for each pixel. Received: a masked array"):
        model.recognize(np.ma.masked_greater(images, 200))
    assert model.recognize(np.ma.masked_array(images))["kind"].probs.shape == (32, 3)


def test_no_images_are_refused_in_a_graph(model):
    read = tf.function(lambda x: model(x), input_signature=[tf.TensorSpec([None, *SHAPE])])
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"one image. Received: shape \[0 8 8"):
        read(np.zeros([0, *SHAPE], np.float32))


@pytest.mark.parametrize("dtype", ["uint8", "float32"])
@pytest.mark.parametrize("method", ["fit", "evaluate", "predict", "recognize"])
def test_a_later_batch_without_images_is_refused(model, images, dtype, method):
    def batches():
        yield from [images[:8].astype(dtype)] * 9
        yield images[:0].astype(dtype)

    source = tf.data.Dataset.from_generator(
        batches, output_signature=tf.TensorSpec([None, *SHAPE], dtype)
    )
    options = {} if method == "recognize" else {"verbose": 0}
    with pytest.raises(ValueError, match=r"^There should be at least one image. Received: .*\]$"):
        getattr(model, method)(source, **options)
