"""Mutual information I(x; c) estimated from samples alone, in nats, and the networks it takes.

A statistics network T scores every pair of a batch, scores[i, j] = T(x_i, c_j): the diagonal
holds draws of the joint distribution p(x, c), the rest draws of the product p(x) p(c). An
estimator turns these scores into nats. Below, E_joint is the mean over the diagonal and
E_marginal the mean over all else.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import tensorflow as tf

LARGEST_GRADIENT_NORM = 1.0

Tensor = Any
Shape = tuple[int | None, ...]


class Estimator(keras.layers.Layer):
    """Nats from the scores of a batch; subclasses define `call`."""

    def __init__(self, **kwargs: Any):
        # Under any policy: float16 ends at e^11, and scores of a good network pass 11.
        super().__init__(**{**kwargs, "dtype": "float32"})

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) != 2 or input_shape[0] != input_shape[1] or input_shape[0] == 1:
            raise ValueError(
                "`scores` should be a square matrix [B, B] with B of at least 2. "
                f"Received: shape {tuple(input_shape)}"
            )
        self.built = True

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        """The estimate, a float32 scalar in nats, whose gradient is the one to ascend.

        Args:
            scores: T(x_i, c_j), float32 [B, B].
            training: whether the gradient will be used, so that averages of it move.
        """
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return ()


@keras.saving.register_keras_serializable("keras_infogan")
class DonskerVaradhan(Estimator):
    """The Donsker-Varadhan bound with MINE's gradient (Belghazi et al. 2018, arXiv:1801.04062).

    I(x; c) >= E_joint[T] - log E_marginal[e^T]   (equation 10)
    gradient: E_joint[dT] - E_marginal[e^T dT] / average   (equation 12, and section 3.2)

    where `average` is an exponential moving average of E_marginal[e^T] over training calls, which
    begins with the first batch's own value. A batch's own denominator would bias the gradient.
    A batch of rare large e^T then weighs up to 1 / (1 - momentum) times the usual: bound the
    gradient's norm. The value is of the batch alone: the logarithm of a small batch's mean is too
    low on average, so the value errs upwards, and its variance grows with e^I. T is optimal at
    log p(x|c) / p(x), plus any constant.

    Args:
        momentum: of the moving average, in [0, 1); 0 is the plain gradient of equation 12.

    Raises:
        ValueError: a momentum outside [0, 1), or scores that are not a square matrix.

    Example:

    >>> float(DonskerVaradhan()(tf.math.log([[2.0, 3.0], [1.0, 4.0]])))   # ln(2) / 2 = 0.347
    """

    def __init__(self, momentum: float = 0.99, **kwargs: Any):
        super().__init__(**kwargs)
        if not 0 <= momentum < 1:
            raise ValueError(f"`momentum` should be in [0, 1). Received: momentum={momentum!r}")
        self.momentum = momentum

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        # Kept as a logarithm, which cannot overflow; -inf, the logarithm of 0, stands for none yet.
        self.log_average = self.add_weight(
            name="log_average",
            shape=(),
            initializer=keras.initializers.Constant(-math.inf),
            trainable=False,
            aggregation="mean",
        )

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        joint, log_marginal = _joint_mean(scores), _log_marginal_mean_exp(scores)
        value = joint - log_marginal
        if not training:
            return value
        log_average = self._update(tf.stop_gradient(log_marginal))
        return _with_gradient_of(joint - tf.exp(log_marginal - log_average), value)

    def _update(self, log_marginal: Tensor) -> Tensor:
        """Moves the average by a batch, which is part of it, and returns its logarithm."""
        previous = tf.convert_to_tensor(self.log_average)
        kept = previous + tf.math.log(self.momentum)
        added = log_marginal + tf.math.log(1.0 - self.momentum)
        moved = tf.reduce_logsumexp(tf.stack([kept, added]))
        updated = tf.where(tf.math.is_inf(previous), log_marginal, moved)
        # One batch that overflowed would otherwise stay in the average for good.
        self.log_average.assign(tf.where(tf.math.is_finite(updated), updated, previous))
        return updated

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum}


@keras.saving.register_keras_serializable("keras_infogan")
class NWJ(Estimator):
    """The bound of Nguyen, Wainwright and Jordan 2010 (arXiv:0809.0853), also known as MINE-f.

    I(x; c) >= E_joint[T] - E_marginal[e^T] / e

    in the form that Poole et al. 2019 (arXiv:1905.06922, section 2) call I_NWJ. Its value on a
    batch is unbiased, with a variance that grows with e^I. T is optimal at 1 + log p(x|c) / p(x).

    Example:

    >>> float(NWJ()(tf.math.log([[2.0, 3.0], [1.0, 4.0]])))   # 3 ln(2) / 2 - 2 / e = 0.304
    """

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        return _joint_mean(scores) - tf.exp(_log_marginal_mean_exp(scores) - 1.0)


@keras.saving.register_keras_serializable("keras_infogan")
class InfoNCE(Estimator):
    """The contrastive bound of van den Oord et al. 2018 (arXiv:1807.03748).

    I(x; c) >= 1/B sum_i [ T(x_i, c_i) - log sum_j e^T(x_i, c_j) ] + log B

    also Poole et al. 2019 (arXiv:1905.06922, equation 12). It is at most log B, so B should
    exceed e^I by far; in return it varies little. T is optimal at log p(c|x) / p(c), plus any
    function of x.

    Example:

    >>> float(InfoNCE()(tf.math.log([[2.0, 3.0], [1.0, 4.0]])))   # 5 ln(2) / 2 - ln(5) = 0.123
    """

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        batch_size = tf.cast(tf.shape(scores)[0], tf.float32)
        log_shares = tf.linalg.diag_part(scores) - tf.reduce_logsumexp(scores, axis=1)
        return tf.reduce_mean(log_shares) + tf.math.log(batch_size)


@keras.saving.register_keras_serializable("keras_infogan")
class SMILE(Estimator):
    """The clipped estimate of Song and Ermon 2020 (arXiv:1910.06222), which bounds nothing.

    value: E_joint[T] - log E_marginal[clip(e^T, e^-clip, e^clip)]
    gradient: of E_joint[-softplus(-T)] - E_marginal[softplus(T)]

    The gradient is that of the Jensen-Shannon bound, as in `smile_lower_bound` of the authors'
    code (ermongroup/smile-mi-estimator); its optimum is T = log p(x|c) / p(x). Clipping trades
    variance for a bias upwards, which grows as I passes `clip`.

    Args:
        clip: tau in the paper, in nats, above 0.

    Raises:
        ValueError: a clip that is not above 0, or scores that are not a square matrix.

    Example:

    >>> float(SMILE(clip=2.0)(tf.constant([[8.0, 7.0], [-9.0, 0.0]])))   # 4 - ln(cosh(2)) = 2.675
    """

    def __init__(self, clip: float = 5.0, **kwargs: Any):
        super().__init__(**kwargs)
        if not clip > 0:
            raise ValueError(f"`clip` should be above 0. Received: clip={clip!r}")
        self.clip = clip

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        clipped = tf.clip_by_value(scores, -self.clip, self.clip)
        value = _joint_mean(scores) - _log_marginal_mean_exp(clipped)
        jensen_shannon = _joint_mean(-tf.nn.softplus(-scores)) - _marginal_mean(
            tf.nn.softplus(scores)
        )
        return _with_gradient_of(jensen_shannon, value)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "clip": self.clip}


def _joint_mean(scores: Tensor) -> Tensor:
    return tf.reduce_mean(tf.linalg.diag_part(scores))


def _marginal_mean(scores: Tensor) -> Tensor:
    off_diagonal = tf.linalg.set_diag(scores, tf.zeros_like(scores[0]))
    return tf.reduce_sum(off_diagonal) / _marginal_count(scores)


def _log_marginal_mean_exp(scores: Tensor) -> Tensor:
    off_diagonal = tf.linalg.set_diag(scores, tf.fill(tf.shape(scores)[:1], -math.inf))
    return tf.reduce_logsumexp(off_diagonal) - tf.math.log(_marginal_count(scores))


def _marginal_count(scores: Tensor) -> Tensor:
    batch_size = tf.cast(tf.shape(scores)[0], tf.float32)
    return batch_size * (batch_size - 1.0)


def _with_gradient_of(surrogate: Tensor, value: Tensor) -> Tensor:
    return surrogate + tf.stop_gradient(value - surrogate)


@keras.saving.register_keras_serializable("keras_infogan")
class StatisticsNetwork(keras.layers.Layer):
    """The separable statistics network, which scores all B^2 pairs with 2 B passes.

    T(x, c) = g(x) . h(c) / sqrt(d) + a(x) + b(c)

    where (g, a) and (h, b) are two perceptrons of two hidden layers, and d is the embedding's
    dimension. float32 under any policy.

    Args:
        units: of each hidden layer, int >= 1.
        embedding: d, int >= 1.
        seed: of the initial weights, int.

    Raises:
        ValueError: sizes below 1, or inputs that are not matrices.

    Example:

    >>> StatisticsNetwork()(tf.zeros([8, 1024]), tf.zeros([8, 10])).shape   # (8, 8)
    """

    def __init__(self, units: int = 128, embedding: int = 32, seed: int = 0, **kwargs: Any):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.units = _checked_count("units", units, 1)
        self.embedding = _checked_count("embedding", embedding, 1)
        self.seed = seed

    def build(self, x_shape: Shape, c_shape: Shape) -> None:
        _check_matrices(x_shape, c_shape)
        initializer = _initializer(self.seed)
        sizes = [self.units, self.units, self.embedding + 1]
        self.x_layers = _dense_layers(x_shape[-1], sizes, initializer)
        self.c_layers = _dense_layers(c_shape[-1], sizes, initializer)
        self.built = True

    def call(self, x: Tensor, c: Tensor) -> Tensor:
        """Scores T(x_i, c_j), float32 [B, B], of x float [B, F] and c float [B, K]."""
        x_embedding, x_offset = _split_last(_chain(self.x_layers, x))
        c_embedding, c_offset = _split_last(_chain(self.c_layers, c))
        products = tf.matmul(x_embedding, c_embedding, transpose_b=True)
        return products / math.sqrt(self.embedding) + x_offset + tf.transpose(c_offset)

    def compute_output_shape(self, x_shape: Shape, c_shape: Shape) -> Shape:
        return (x_shape[0], c_shape[0])

    def get_config(self) -> dict[str, Any]:
        sizes = {"units": self.units, "embedding": self.embedding, "seed": self.seed}
        return {**super().get_config(), **sizes}


@keras.saving.register_keras_serializable("keras_infogan")
class ConcatenatedStatistics(keras.layers.Layer):
    """A perceptron of two hidden layers on each pair (x_i, c_j), at B times the cost.

    T(x, c) = w . relu(V relu(U [x, c] + u) + v), where the first layer is the sum of a part of x
    and a part of c, each computed once a row. float32 under any policy.

    Args:
        units: of each hidden layer, int >= 1.
        seed: of the initial weights, int.

    Raises:
        ValueError: sizes below 1, or inputs that are not matrices.

    Example:

    >>> ConcatenatedStatistics()(tf.zeros([8, 1024]), tf.zeros([8, 10])).shape   # (8, 8)
    """

    def __init__(self, units: int = 64, seed: int = 0, **kwargs: Any):
        super().__init__(**{**kwargs, "dtype": "float32"})
        self.units = _checked_count("units", units, 1)
        self.seed = seed

    def build(self, x_shape: Shape, c_shape: Shape) -> None:
        _check_matrices(x_shape, c_shape)
        initializer = _initializer(self.seed)
        self.x_layers = _dense_layers(x_shape[-1], [self.units], initializer)
        self.c_layers = _dense_layers(c_shape[-1], [self.units], initializer)
        self.pair_layers = _dense_layers(self.units, [self.units, 1], initializer)
        self.built = True

    def call(self, x: Tensor, c: Tensor) -> Tensor:
        """Scores T(x_i, c_j), float32 [B, B], of x float [B, F] and c float [B, K]."""
        x_part, c_part = _chain(self.x_layers, x), _chain(self.c_layers, c)
        pairs = tf.nn.relu(x_part[:, tf.newaxis] + c_part[tf.newaxis, :])
        return tf.squeeze(_chain(self.pair_layers, pairs), axis=-1)

    def compute_output_shape(self, x_shape: Shape, c_shape: Shape) -> Shape:
        return (x_shape[0], c_shape[0])

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "units": self.units, "seed": self.seed}


def _initializer(seed: int) -> keras.initializers.Initializer:
    """One generator for all layers: with a plain seed, equal shapes would get equal weights."""
    return keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))


def _dense_layers(width: int | None, sizes: Sequence[int], initializer: Any) -> list[Any]:
    """Built float32 layers of these sizes, all but the last with a rectifier."""
    layers = []
    for index, size in enumerate(sizes):
        activation = "relu" if index < len(sizes) - 1 else None
        layer = keras.layers.Dense(
            size, activation, kernel_initializer=initializer, dtype="float32"
        )
        layer.build((None, width))
        layers.append(layer)
        width = size
    return layers


def _chain(layers: Sequence[Any], values: Tensor) -> Tensor:
    for layer in layers:
        values = layer(values)
    return values


def _split_last(values: Tensor) -> tuple[Tensor, Tensor]:
    return values[:, :-1], values[:, -1:]


def _check_matrices(x_shape: Shape, c_shape: Shape) -> None:
    if len(x_shape) != 2 or len(c_shape) != 2:
        raise ValueError(
            "`x` and `c` should be matrices [B, F] and [B, K]. "
            f"Received: shapes {tuple(x_shape)} and {tuple(c_shape)}"
        )


class InformationEstimate(NamedTuple):
    """What a fitted statistics network says of batches that it was not fitted on.

    Attributes:
        mean: of the batches' values, in nats.
        standard_deviation: of the value of one batch, in nats.
        batches: how many there were.
    """

    mean: float
    standard_deviation: float
    batches: int

    @property
    def standard_error(self) -> float:
        """Of the mean, in nats; what the choice of the initial weights adds is not in it."""
        return self.standard_deviation / math.sqrt(self.batches)


ESTIMATORS: dict[str, type[Estimator]] = {
    "mine": DonskerVaradhan,
    "nwj": NWJ,
    "infonce": InfoNCE,
    "smile": SMILE,
}


def estimate_information(
    sample: Callable[[int, Tensor], tuple[Tensor, Tensor]],
    estimator: Estimator,
    statistics_network: keras.layers.Layer,
    steps: int = 1000,
    batch_size: int = 128,
    learning_rate: float = 1e-3,
    held_out: int = 32,
    seed: int = 0,
) -> InformationEstimate:
    """Estimates I(x; c) of a source of samples, by a statistics network of its own.

    The network is trained in place to maximise the estimator on fresh draws, by Adam with the
    gradient's norm cut at 1, then read on draws that it has not seen. It shares nothing with the Q
    that shaped a generator, which makes their two estimates independent.

    Args:
        sample: (batch_size, seed) -> x float [B, F] and c float [B, K], paired draws; the seed is
            an int32 [2] tensor, another for each draw. Categories go in one-hot.
        estimator: turns scores into nats.
        statistics_network: (x, c) -> scores float32 [B, B].
        steps: updates, int >= 1.
        batch_size: B, int >= 2; `InfoNCE` needs far more than e^I.
        learning_rate: of Adam, float > 0.
        held_out: batches to read, int >= 2.
        seed: int; equal seeds and equal initial weights give equal estimates.

    Raises:
        ValueError: an argument out of range, or draws of a wrong shape or with NaN or infinity.
        TypeError: the estimator is no `Estimator`.

    Example:

    >>> def sample(batch_size, seed):   # I(x; c) = ln(2) / 2 = 0.347 nats
    ...     c, noise = tf.unstack(tf.random.stateless_normal([2, batch_size, 1], seed))
    ...     return c + noise, c
    >>> estimate_information(sample, InfoNCE(), StatisticsNetwork()).mean
    """
    _check_fit(estimator, steps, batch_size, learning_rate, held_out)

    def draw(index: int) -> tuple[Tensor, Tensor]:
        return _checked_draw(sample, batch_size, tf.constant([seed, index], tf.int32))

    first_draw = draw(0)
    update = _updates(estimator, statistics_network, learning_rate, first_draw)
    update(*first_draw)
    for step in range(1, steps):
        update(*draw(step))
    read = tf.function(lambda x, c: estimator(statistics_network(x, c)))
    values = tf.stack([read(*draw(steps + batch)) for batch in range(held_out)])
    deviation = tf.math.reduce_std(values) * math.sqrt(held_out / (held_out - 1))
    return InformationEstimate(float(tf.reduce_mean(values)), float(deviation), held_out)


def _updates(
    estimator: Estimator,
    statistics_network: keras.layers.Layer,
    learning_rate: float,
    first_draw: tuple[Tensor, Tensor],
) -> Callable[[Tensor, Tensor], None]:
    """The training step, of networks that the first draw has built."""
    estimator(statistics_network(*first_draw))
    variables = statistics_network.trainable_variables
    # e^T has a heavy tail: one large gradient would shorten Adam's steps for a thousand updates.
    optimizer = keras.optimizers.Adam(learning_rate, global_clipnorm=LARGEST_GRADIENT_NORM)
    optimizer.build(variables)

    @tf.function
    def update(x: Tensor, c: Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = -estimator(statistics_network(x, c), training=True)
        gradients = tape.gradient(loss, [variable.value for variable in variables])
        optimizer.apply(gradients, variables)

    return update


def _checked_draw(sample: Callable[..., Any], batch_size: int, seed: Tensor) -> tuple[Any, Any]:
    x, c = (tf.cast(part, tf.float32) for part in sample(batch_size, seed))
    if x.shape.rank != 2 or c.shape.rank != 2 or {x.shape[0], c.shape[0]} != {batch_size}:
        raise ValueError(
            "`sample` should return x [B, F] and c [B, K] with B the batch size. "
            f"Received: shapes {tuple(x.shape)} and {tuple(c.shape)} for batch_size={batch_size}"
        )
    for name, part in (("x", x), ("c", c)):
        if not tf.reduce_all(tf.math.is_finite(part)):
            raise ValueError(
                "`sample` should return finite numbers. "
                f"Received: NaN or infinity in {name} for seed={seed.numpy().tolist()}"
            )
    return x, c


def _check_fit(
    estimator: Estimator, steps: int, batch_size: int, learning_rate: float, held_out: int
) -> None:
    if not isinstance(estimator, Estimator):
        raise TypeError(f"`estimator` should be an Estimator. Received: {estimator!r}")
    _checked_count("steps", steps, 1)
    _checked_count("batch_size", batch_size, 2)
    _checked_count("held_out", held_out, 2)
    if not 0 < learning_rate < math.inf:
        raise ValueError(
            "`learning_rate` should be above 0 and finite. "
            f"Received: learning_rate={learning_rate!r}"
        )


def _checked_count(name: str, value: int, least: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise ValueError(f"`{name}` should be an int of at least {least}. Received: {value!r}")
    return value
