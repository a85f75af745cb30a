import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import Categorical, LatentSpec, Uniform
from keras_infogan.models.sources import SourceRule
from keras_infogan.models.variants import ConditionalInfoGAN
from keras_infogan.models.variants.conditional import LABEL_LOG

LABELS = np.repeat([0, 1, 2], [10, 11, 11])  # the brightnesses of the fixture `images`


def make(**arguments):
    latents = LatentSpec(3, {"kind": Categorical(3), "style": Uniform(1)})
    model = ConditionalInfoGAN.from_architecture(
        "tiny", latents, (8, 8, 1), **{"label": "kind", **arguments}
    )
    model.compile()
    return model


@pytest.fixture
def model():
    return make()


def test_the_cross_entropy_is_that_of_the_labels(model, images):
    unit = tf.cast(images, tf.float32) / 255.0
    probs = model.recognize(images)["kind"].probs.numpy()
    expected = -np.mean(np.log(probs[np.arange(len(LABELS)), LABELS]))
    assert float(model.label_cross_entropy(unit, LABELS)) == pytest.approx(expected, rel=1e-5)


def test_the_code_learns_the_labels_by_their_own_numbers(model, images):
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.03))
    history = model.fit(images, LABELS, batch_size=16, epochs=60, verbose=0).history
    assert history[LABEL_LOG][-1] < 0.5 < history[LABEL_LOG][0]
    read = model.recognize(images)["kind"].probs.numpy().argmax(axis=1)
    assert np.mean(read == LABELS) > 0.9


def test_a_dataset_of_images_and_labels_trains_it_alike(images):
    dataset = tf.data.Dataset.from_tensor_slices((images, LABELS)).batch(16)
    from_arrays, from_dataset = make(), make()
    from_arrays.fit(images, LABELS, batch_size=16, shuffle=False, verbose=0)
    from_dataset.fit(dataset, verbose=0)
    for first, second in zip(from_arrays.weights, from_dataset.weights, strict=True):
        np.testing.assert_allclose(first, second, atol=1e-6)


def test_float_datasets_keep_their_labels(model, images):
    bright = tf.data.Dataset.from_tensor_slices((images.astype("float32"), LABELS)).batch(16)
    assert LABEL_LOG in model.fit(bright, validation_data=bright, verbose=0).history


def test_it_evaluates_and_comes_back_from_a_file(model, images, tmp_path):
    before = model.evaluate(images, LABELS, return_dict=True, verbose=0)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    after = loaded.evaluate(images, LABELS, return_dict=True, verbose=0)
    assert after == pytest.approx(before, rel=1e-5)
    assert 0.5 < before[LABEL_LOG] < 2.5


@pytest.mark.parametrize(
    "labels", [None, LABELS[:-1], LABELS + 1, LABELS - 2, LABELS.astype("float32")]
)
def test_unusable_labels_are_refused(model, images, labels):
    with pytest.raises(ValueError, match=r"`y` should be 32 labels, ints in 0\.\.2"):
        model.fit(images, labels, verbose=0)


def test_a_dataset_without_labels_is_refused(model, images):
    with pytest.raises(ValueError, match="images and their labels"):
        model.fit(tf.data.Dataset.from_tensor_slices(images).batch(16), verbose=0)


class Pairs(keras.utils.PyDataset):
    """A PyDataset of images and labels, in batches of 16."""

    def __init__(self, images, labels):
        super().__init__()
        self.pairs = list(zip(np.split(images, 2), np.split(labels, 2), strict=True))

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return self.pairs[index]


def dataset(elements):
    return tf.data.Dataset.from_tensor_slices(elements).batch(16)


SOURCES = {
    "arrays": lambda x, y: (x, y),
    "a dictionary": lambda x, y: ({"image": x, "label": y},),
    "a dictionary and labels": lambda x, y: ({"image": x}, y),
    "a dataset": lambda x, y: (dataset((x, y)),),
    "a dataset of TFDS": lambda x, y: (dataset({"image": x, "label": y}),),
    "the code's own name": lambda x, y: (dataset({"image": x, "kind": y, "label": y * 0 + 2}),),
    "a generator": lambda x, y: ((pair for pair in Pairs(x, y).pairs),),
    "a PyDataset": lambda x, y: (Pairs(x, y),),
}


def labels_of(source):
    if isinstance(source, keras.utils.PyDataset):
        source = [source[index] for index in range(source.num_batches)]
    return np.concatenate([labels for _, labels in source])


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("change", [lambda y: y, lambda y: y[:, None], lambda y: y.astype("uint8")])
def test_labels_are_the_same_from_every_source(model, images, source, change):
    x, y = SourceRule((8, 8, 1), model.label_rule).source(*SOURCES[source](images, change(LABELS)))
    np.testing.assert_array_equal(labels_of(x) if y is None else y, LABELS)


UNUSABLE = {
    "floats": LABELS.astype("float32"),
    "binary": (LABELS[:, None] > 0).astype("float32"),
    "one-hot": np.eye(3, dtype=int)[LABELS],
    "from 1": 3 - LABELS,
    "negative": LABELS - 2,
    "text": LABELS.astype(str),
}


@pytest.mark.parametrize("source", [name for name in SOURCES if name != "the code's own name"])
@pytest.mark.parametrize("case", UNUSABLE)
def test_unusable_labels_are_refused_from_every_source(model, images, source, case):
    for method in (model.fit, model.evaluate):
        with pytest.raises(
            ValueError, match=r"`y` should be .*labels, ints in 0\.\.2, or -1 for none\."
        ) as caught:
            method(*SOURCES[source](images, UNUSABLE[case]), verbose=0)
        assert "\n" not in str(caught.value)
    assert model.steps_done == 0


@pytest.mark.filterwarnings("ignore:Your input ran out of data")
@pytest.mark.parametrize("source", ["a dataset", "a generator", "a PyDataset"])
def test_a_later_batch_of_labels_is_refused(model, images, source):
    labels = LABELS.copy()
    labels[-1] = 3
    with pytest.raises(
        ValueError, match=r"ints in 0\.\.2, or -1 for none\. Received: .*from [12] to 3$"
    ):
        model.fit(*SOURCES[source](images, labels), verbose=0)


@pytest.mark.parametrize("method", ["train_on_batch", "test_on_batch"])
def test_labels_of_single_batches(images, method):
    logs = [
        getattr(make(), method)(images, labels, return_dict=True)[LABEL_LOG]
        for labels in (LABELS, LABELS[:, None])
    ]
    assert logs[0] == pytest.approx(logs[1], rel=1e-5)
    with pytest.raises(ValueError, match="`y` should be 32 labels"):
        getattr(make(), method)(images, LABELS.astype("float32"))


@pytest.mark.parametrize("label", ["style", "absent"])
def test_the_label_is_a_categorical_code(label):
    with pytest.raises(ValueError, match="categorical codes"):
        make(label=label)


def test_the_weight_is_positive():
    with pytest.raises(ValueError, match="label_weight"):
        make(label_weight=0.0)


@pytest.mark.parametrize("count", [1, 4, 16])
def test_a_later_batch_has_a_label_for_each_image(model, images, count):
    """A single label would be broadcast to all images of its batch."""

    def batches():
        yield from [(images[:8], LABELS[:8])] * 9
        yield images[:8], LABELS[:count]

    signature = (tf.TensorSpec([None, 8, 8, 1], tf.uint8), tf.TensorSpec(None, tf.int64))
    source = tf.data.Dataset.from_generator(batches, output_signature=signature)
    with pytest.raises(
        ValueError,
        match=f"^`y` should be 8 labels, ints in 0..2, or -1 for none. Received: {count}$",
    ):
        model.fit(source, verbose=0)


def test_labels_in_a_dictionary_of_their_own_are_refused(model, images):
    source = tf.data.Dataset.from_tensor_slices((images, {"label": LABELS})).batch(8)
    with pytest.raises(
        ValueError, match="^`y` should be labels, ints in 0..2, or -1 for none. Received: {'label'"
    ):
        model.fit(source, verbose=0)


def test_labels_of_several_lengths_are_refused(model, images):
    with pytest.raises(
        ValueError, match="^`y` should be 32 labels, ints in 0..2, or -1 for none. Received: "
    ):
        model.fit(images, [[0], [1, 2]], verbose=0)


def test_a_few_labels_name_the_values(model, images):
    few = np.where(np.arange(32) % 8 == 0, LABELS, -1)
    assert np.sum(few >= 0) == 4
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.03))
    model.fit(images, few, batch_size=16, epochs=60, verbose=0)
    read = model.recognize(images[few >= 0])["kind"].probs.numpy().argmax(axis=1)
    assert read.tolist() == few[few >= 0].tolist()


def test_the_cross_entropy_is_of_labeled_images_alone(model, images):
    unit = tf.cast(images, tf.float32) / 255.0
    few = np.where(np.arange(32) < 12, LABELS, -1)
    assert float(model.label_cross_entropy(unit, few)) == pytest.approx(
        float(model.label_cross_entropy(unit[:12], LABELS[:12])), rel=1e-5
    )
    assert float(model.label_cross_entropy(unit, np.full(32, -1))) == 0.0


def test_labeled_images_belong_to_their_call(model, images):
    model.fit(images, np.where(np.arange(32) < 4, LABELS, -1), batch_size=16, verbose=0)
    assert model._labeled is None
    logs = model.train_on_batch(images, np.full(32, -1), return_dict=True)
    assert logs[LABEL_LOG] == 0.0


def test_a_stream_draws_from_images_that_it_was_given(model, images):
    stream = tf.data.Dataset.from_tensor_slices((images, np.full(32, -1))).batch(16).repeat(30)
    model.compile(discriminator_optimizer=keras.optimizers.Adam(0.03))
    model.keep_labeled(images[::8], LABELS[::8])
    logs = model.fit(stream, epochs=2, verbose=0).history[LABEL_LOG]
    assert logs[1] < 0.3 < logs[0]


def test_an_evaluation_counts_labeled_images_alone(model, images):
    few = np.where(np.arange(32) < 4, LABELS, -1)
    expected = float(model.label_cross_entropy(images[:4] / np.float32(255.0), LABELS[:4]))
    found = model.evaluate(images, few, batch_size=8, verbose=0, return_dict=True)
    assert found[LABEL_LOG] == pytest.approx(expected, rel=1e-4)


def test_labels_of_the_images_to_validate_on_are_not_drawn(model, images):
    few = np.where(np.arange(32) >= 20, LABELS, -1)
    seen = []
    keep = model.keep_labeled
    model.keep_labeled = lambda *labeled: (seen.append(labeled[1]), keep(*labeled))
    model.fit(images, few, batch_size=8, validation_split=0.25, verbose=0)
    np.testing.assert_array_equal(seen, [LABELS[20:24]])


def test_a_stream_without_labels_trains_the_rest(model, images):
    stream = tf.data.Dataset.from_tensor_slices((images, np.full(32, -1))).batch(16)
    logs = model.fit(stream, verbose=0).history
    assert logs[LABEL_LOG] == [0.0]
    assert int(model.non_finite_steps) == 0
