"""The input pipeline: endless shuffled batches that can start at any step."""

from typing import Any

import numpy as np
import tensorflow as tf

PARALLEL = 2


def training_batches(
    images: np.ndarray,
    batch_size: int,
    seed: int,
    first_step: int = 0,
    labels: np.ndarray | None = None,
) -> tf.data.Dataset:
    """Yields batches without end, in an order that depends on the seed and the step alone.

    With n images and batches of B, epoch e takes the images in the order

        i -> permutation(i; seed, e),  i = 0 .. B * floor(n / B) - 1,

    so that no image comes twice in an epoch, and the n mod B images that an epoch leaves out are
    others each time. The permutation is computed, not stored: a run that resumes at a step sees
    the batches that it would have seen. Replica r of the R of a strategy is given the rows r B/R to
    (r + 1) B/R of each batch.

    Args:
        images: uint8 array [N, H, W, C].
        batch_size: images in a batch, 1 to N.
        seed: any int of 64 bits.
        first_step: the step, from 0, whose batch comes first.
        labels: int64 array [N], or None.

    Returns:
        An infinite dataset of uint8 tensors [batch_size, H, W, C]; with labels, of pairs of them
        and int64 tensors [batch_size].

    Raises:
        TypeError: images that are not uint8.
        ValueError: images that are not of rank 4, a batch larger than all images together, or a
            negative step.

    Example:

    >>> for batch in training_batches(images, batch_size=16, seed=0).take(2):
    ...     print(batch.shape)
    (16, 28, 28, 1)
    (16, 28, 28, 1)
    """
    _check(images, batch_size, first_step)
    last = len(images) - 1
    steps_per_epoch = len(images) // batch_size
    # In main memory even where there is a GPU, which the whole dataset may not fit into.
    with tf.device("CPU"):
        sources = [tf.convert_to_tensor(each) for each in (images, labels) if each is not None]

    def draw(step: tf.Tensor) -> Any:
        epoch, position = step // steps_per_epoch, step % steps_per_epoch
        rows = position * batch_size + tf.range(batch_size, dtype=tf.int64)
        # index_shuffle reads the lowest bits of a key only, 8 or so: seeds and epochs that are 256
        # apart would share an order if they were not hashed first.
        key = tf.random.stateless_uniform(
            [2], [tf.constant(seed, tf.int64), epoch], None, None, tf.int64
        )
        shuffled = tf.random.experimental.index_shuffle(rows, key, tf.constant(last, tf.int64))
        rows = tf.ensure_shape(shuffled, [batch_size])
        drawn = tuple(tf.gather(source, rows) for source in sources)
        return drawn[0] if labels is None else drawn

    steps = tf.data.Dataset.counter(first_step)
    batches = steps.map(draw, num_parallel_calls=PARALLEL).prefetch(PARALLEL)
    # The thread that would tune these numbers sleeps for as long as it has run, a minute at most,
    # and the end of an iteration may wait for it to wake.
    options = tf.data.Options()
    options.autotune.enabled = False
    # Under a strategy every replica takes its own rows of each batch.
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    return batches.with_options(options)


def _check(images: np.ndarray, batch_size: int, first_step: int) -> None:
    if images.dtype != np.uint8:
        raise TypeError(f"images should be uint8. Received: {images.dtype}")
    if images.ndim != 4:
        raise ValueError(f"images should have shape [N, H, W, C]. Received: {images.shape}")
    if not 1 <= batch_size <= len(images):
        raise ValueError(
            f"batch_size should be from 1 to the number of images, {len(images)}. "
            f"Received: {batch_size}"
        )
    if first_step < 0:
        raise ValueError(f"first_step should not be negative. Received: {first_step}")
