"""The input pipeline: an infinite sequence of shuffled batches that can start at any step."""

from typing import Any

import numpy as np
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_count, checked_count_up_to, checked_seed

PARALLEL = 2


def training_batches(
    images: np.ndarray,
    batch_size: int,
    seed: int,
    first_step: int = 0,
    labels: np.ndarray | None = None,
) -> tf.data.Dataset:
    """Yields batches without end, in an order that depends only on the seed and the step.

    With n images and batches of B, epoch e takes the images in the order

        i -> permutation(i; seed, e),  i = 0 .. B * floor(n / B) - 1,

    so no image comes twice per epoch, and the n mod B images that an epoch leaves out are different
    each time. The permutation is computed, not stored: a resumed run sees the same batches as an
    uninterrupted one. Replica r of the R replicas of a strategy receives the rows r B/R to
    (r + 1) B/R of each batch.

    Args:
        images: uint8 array [N, H, W, C].
        batch_size: images per batch, 1 to N.
        seed: any int of 64 bits.
        first_step: the step of the first batch, from 0.
        labels: int64 array [N], or what is given with each image, [N, ...]; or None.

    Returns:
        An infinite dataset of uint8 tensors [batch_size, H, W, C]; with labels, of pairs of them
        and int64 tensors [batch_size].

    Raises:
        TypeError: images that are not uint8.
        ValueError: images that are not of rank 4, labels that are not one per image, a batch size
            that is no int from 1 to the number of images, or a step that is no int from 0.

    Examples:
        >>> for batch in training_batches(images, batch_size=16, seed=0).take(2):
        ...     print(batch.shape)
        (16, 28, 28, 1)
        (16, 28, 28, 1)
    """
    _check(images, labels, batch_size, first_step)
    checked_seed("seed", seed)
    last = len(images) - 1
    steps_per_epoch = len(images) // batch_size
    # In main memory even if there is a GPU: the whole dataset may not fit into its memory.
    with tf.device("CPU"):
        sources = [tf.convert_to_tensor(each) for each in (images, labels) if each is not None]

    def draw(step: tf.Tensor) -> Any:
        epoch, position = step // steps_per_epoch, step % steps_per_epoch
        rows = position * batch_size + tf.range(batch_size, dtype=tf.int64)
        # index_shuffle reads only about the lowest 8 bits of a key. Without the hash, seeds and
        # epochs that differ by 256 would have the same order.
        key = tf.random.stateless_uniform(
            [2], [tf.constant(seed, tf.int64), epoch], None, None, tf.int64
        )
        shuffled = tf.random.experimental.index_shuffle(rows, key, tf.constant(last, tf.int64))
        rows = tf.ensure_shape(shuffled, [batch_size])
        drawn = tuple(tf.gather(source, rows) for source in sources)
        return drawn[0] if labels is None else drawn

    steps = tf.data.Dataset.counter(first_step)
    batches = steps.map(draw, num_parallel_calls=PARALLEL).prefetch(PARALLEL)
    # Autotuning has a thread that sleeps for up to a minute; the end of an iteration may have to
    # wait until it wakes.
    options = tf.data.Options()
    options.autotune.enabled = False
    # Under a strategy every replica takes its own rows of each batch.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return batches.with_options(options)


def _check(images: np.ndarray, labels: np.ndarray | None, batch_size: int, first_step: int) -> None:
    if images.dtype != np.uint8:
        raise TypeError(f"images should be uint8. Received: {images.dtype}")
    if images.ndim not in (4, 5):
        raise ValueError(
            "images should have shape [N, H, W, C], or [N, T, H, W, C] if they are videos. "
            f"Received: {images.shape}"
        )
    if labels is not None and np.shape(labels)[:1] != (len(images),):
        raise ValueError(
            f"`labels` should have shape [{len(images)}, ...], one for each image. "
            f"Received: shape {list(np.shape(labels))}"
        )
    checked_count_up_to(
        "batch_size",
        batch_size,
        least=1,
        most=len(images),
        limit="the number of images",
        received=f"{len(images)} images",
    )
    checked_count("first_step", first_step, 0)
