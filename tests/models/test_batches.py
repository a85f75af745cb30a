import json
import subprocess
import sys
import warnings

import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.models.batches import BatchRule, WithoutLast, split

FIVE = BatchRule(updates=5)


def images_of(count):
    """Images [count, 1, 1, 1], each with its own number."""
    return np.arange(count, dtype=np.uint8)[:, None, None, None]


def batches_of(source):
    return [np.asarray(batch).ravel().tolist() for batch in source]


def numbers(count, size):
    return [list(range(start, min(start + size, count))) for start in range(0, count, size)]


@pytest.mark.parametrize(
    ("updates", "replicas", "divided"),
    [
        (1, 1, [1, 2, 3]),
        (5, 1, [5, 6, 7, 8, 9, 10]),
        (1, 2, [2, 3, 4, 5]),
        # Of 5 images the shares are 2, 2, 1 and 0; of 6 they are 2, 2, 2 and 0.
        (1, 4, [4, 7, 8, 10, 11, 12]),
        (5, 2, [10, 11, 12]),
    ],
)
def test_every_update_on_every_replica_gets_an_image(updates, replicas, divided):
    rule = BatchRule(updates, replicas)
    rows = range(1, divided[-1] + 1)
    assert [count for count in rows if rule.divides(count)] == divided
    assert [count for count in rows if bool(rule.divides(tf.constant(count)))] == divided


@pytest.mark.parametrize("count", [64, 69, 10])
def test_arrays_that_can_be_divided_stay(count):
    images = images_of(count)
    source, labels = FIVE.source(images, images[:, 0], 64)
    assert source is images
    np.testing.assert_array_equal(labels, images[:, 0])


def test_the_remainder_of_an_array_is_left_out_and_said():
    images = images_of(67)
    with pytest.warns(UserWarning, match="of size 3, is left out: a step needs an image for each"):
        source, labels = FIVE.source(images, images[:, 0, 0, 0], 64)
    assert labels is None
    (batch, of_batch), *others = list(source)
    assert others == [] and int(source.cardinality()) == 1
    # The labels stay with their images, and the order is drawn for each epoch.
    np.testing.assert_array_equal(batch[:, 0, 0, 0], of_batch)
    assert of_batch.numpy().tolist() != list(range(64))
    assert len(set(of_batch.numpy().tolist())) == 64
    assert next(iter(source))[1].numpy().tolist() != of_batch.numpy().tolist()


def test_an_array_keeps_its_order_without_shuffle():
    with pytest.warns(UserWarning, match="left out"):
        source, _ = FIVE.source(images_of(23), None, 10, shuffle=False)
    assert batches_of(source) == numbers(20, 10)


def test_batches_of_one_size_for_a_compiler():
    with pytest.warns(UserWarning, match="of size 3, is left out: with jit_compile"):
        source, _ = BatchRule(one_size=True).source(images_of(11), None, 4, shuffle=False)
    assert batches_of(source) == numbers(8, 4)
    few = images_of(3)
    assert BatchRule(one_size=True).source(few, None, 4)[0] is few


def sources(count, size):
    """The same batches from each kind of source."""
    images = images_of(count)
    dataset = tf.data.Dataset.from_tensor_slices(images)

    class Batches(keras.utils.PyDataset):
        def __len__(self):
            return -(-count // size)

        def __getitem__(self, index):
            return (images[index * size : (index + 1) * size],)

    return {
        "array": lambda: images,
        "dataset": lambda: dataset.batch(size).prefetch(2),
        "dataset of unknown size": lambda: dataset.filter(lambda image: True).batch(size),
        "generator": lambda: (images[start : start + size] for start in range(0, count, size)),
        "PyDataset": lambda: Batches(),
    }


def read(source):
    if isinstance(source, keras.utils.PyDataset):
        return batches_of(source[index][0] for index in range(source.num_batches))
    if isinstance(source, np.ndarray):
        return numbers(len(source), 10)
    return batches_of(source)


@pytest.mark.parametrize("kind", list(sources(1, 1)))
def test_no_source_yields_what_cannot_be_divided(kind):
    with pytest.warns(UserWarning, match="of size 3, is left out") as said:
        source, _ = FIVE.source(sources(23, 10)[kind](), None, 10, shuffle=False)
        known = kind not in ("generator", "dataset of unknown size")
        assert len(said) == (1 if known else 0)  # before training, where it can be known
        assert read(source) == numbers(20, 10)
    assert len(said) == 1


@pytest.mark.parametrize("kind", list(sources(1, 1)))
def test_a_remainder_that_can_be_divided_stays(kind):
    with warnings.catch_warnings(action="error"):
        source, _ = FIVE.source(sources(25, 10)[kind](), None, 10, shuffle=False)
        assert read(source) == numbers(25, 10)


@pytest.mark.parametrize("kind", list(sources(1, 1)))
def test_batches_that_cannot_be_divided_at_all_are_refused(kind):
    sentence = "at least 10 images, an image for each of 5 updates of the discriminator on each of "
    with pytest.raises(ValueError, match=f"{sentence}2 replicas. Received: a batch of 4$"):
        BatchRule(5, 2).source(sources(4, 64)[kind](), None, 64)


def test_a_dataset_that_declares_its_size_is_refused_by_it():
    dataset = tf.data.Dataset.from_tensor_slices(images_of(8)).batch(4, drop_remainder=True)
    with pytest.raises(ValueError, match="Received: a batch of 4$"):
        FIVE.source(dataset, None)


def test_a_dataset_keeps_its_number_of_batches():
    dataset = tf.data.Dataset.from_tensor_slices(images_of(23)).batch(10).map(lambda x: (x, x))
    with pytest.warns(UserWarning, match="left out"):
        source, _ = FIVE.source(dataset, None)
    assert int(source.cardinality()) == 2
    assert len(list(source)) == 2


def test_a_dataset_of_shuffled_batches_loses_the_small_one():
    dataset = tf.data.Dataset.from_tensor_slices(images_of(23)).batch(10).shuffle(3, seed=1)
    with pytest.warns(UserWarning, match="left out"):
        source, _ = FIVE.source(dataset, None)
        assert sorted(batches_of(source)) == numbers(20, 10)


def test_a_dataset_without_end_stays_without_end():
    dataset = tf.data.Dataset.from_tensor_slices(images_of(20)).repeat().batch(10)
    source, _ = FIVE.source(dataset, None)
    assert batches_of(source.take(3))[2] == numbers(20, 10)[0]


def test_a_dataset_is_told_of_its_epochs():
    calls = []

    class Told(keras.utils.PyDataset):
        num_batches = 2

        def __getitem__(self, index):
            return index

        def on_epoch_begin(self):
            calls.append("begin")

        def on_epoch_end(self):
            calls.append("end")

    shorter = WithoutLast(Told(workers=3))
    shorter.on_epoch_begin()
    shorter.on_epoch_end()
    assert calls == ["begin", "end"]
    assert (shorter.workers, shorter.num_batches, shorter[0]) == (3, 1, 0)


def test_the_end_of_arrays_is_for_validation():
    images = images_of(10)
    (train, labels), (held, of_held) = split(images, images[:, 0], 0.25)
    assert (train[-1].item(), held[0].item(), len(held)) == (6, 7, 3)
    np.testing.assert_array_equal(labels, images[:7, 0])
    np.testing.assert_array_equal(of_held, images[7:, 0])
    assert split(images, None, 1.5) == ((images, None), None)  # for Keras to refuse


# 65 images by 64 on two CPUs: one of the replicas has no image of the last batch.
MIRRORED = """
import json, warnings
import keras, numpy as np, tensorflow as tf
from keras import layers
from keras_infogan import Categorical, LatentSpec, VariationalBound
from keras_infogan.models.variants import ConditionalInfoGAN

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
latents = LatentSpec(noise=4, codes={"kind": Categorical(3)})
images = np.random.default_rng(0).integers(0, 255, [65, 8, 8, 1]).astype(np.uint8)
labels = np.arange(65) % 3

def network(shape, *hidden):
    return keras.Sequential([layers.Input(shape), *hidden])

with tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"]).scope():
    model = ConditionalInfoGAN(
        latents,
        generator=network([7], layers.Dense(64, "sigmoid"), layers.Reshape([8, 8, 1])),
        # A convolution fails on no rows.
        trunk=network([8, 8, 1], layers.Conv2D(4, 4, 2), layers.Flatten()),
        discriminator_head=network([36], layers.Dense(1)),
        information=VariationalBound(latents, network([36], layers.Dense(3))),
        label="kind",
    )
    model.compile()
with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    history = model.fit(
        images, labels, batch_size=64, validation_data=(images, labels), epochs=2, verbose=0
    ).history
cross_entropy = [
    model.label_cross_entropy(images[part] / np.float32(255), labels[part]).numpy().item()
    for part in (slice(0, 64), slice(64, 65))
]
print(json.dumps({
    "said": [str(each.message) for each in said if "left out" in str(each.message)],
    "steps": [model.steps_done, int(model.non_finite_steps.numpy())],
    "logs": {name: values[-1] for name, values in history.items()},
    "expected": (64 * cross_entropy[0] + cross_entropy[1]) / 65,
}))
"""


@pytest.mark.slow
def test_no_replica_is_left_without_images():
    done = subprocess.run(
        [sys.executable, "-c", MIRRORED], capture_output=True, text=True, check=True, timeout=300
    )
    results = json.loads(done.stdout.strip().splitlines()[-1])
    assert results["said"] == [
        "The last batch of an epoch, of size 1, is left out: "
        "a step needs an image on each of 2 replicas."
    ]
    assert results["steps"] == [2, 0]
    assert np.isfinite(list(results["logs"].values())).all()
    assert results["logs"]["val_label_cross_entropy"] == pytest.approx(
        results["expected"], rel=1e-5
    )


def test_an_estimate_needs_two_images_of_each_part():
    rule = BatchRule(updates=2, images=2)
    assert [count for count in range(1, 7) if rule.divides(count)] == [4, 5, 6]
    with pytest.raises(ValueError, match="at least 4 images, 2 images for each of 2 updates"):
        rule.source(images_of(3), None, 64)
