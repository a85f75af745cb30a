"""Latent codes: each has a prior, a posterior family (both tfp distributions) and an entropy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.runtime.arguments import checked_count, checked_number
from keras_infogan.runtime.types import Tensor

# Without this lower bound, log q(c|x) of a continuous code grows without limit as Q memorizes G.
MINIMUM_STDDEV = 0.01
# softplus(UNIT_STDDEV_OFFSET) + MINIMUM_STDDEV = 1: an untrained Q starts at the width of N(0, 1).
UNIT_STDDEV_OFFSET = math.log(math.expm1(1.0 - MINIMUM_STDDEV))
# Of a von Mises distribution; the largest is that of the lower bound above.
SMALLEST_CONCENTRATION = 1e-6
LARGEST_CONCENTRATION = MINIMUM_STDDEV**-2
# A traversal of an unbounded code shows its prior between these quantiles.
TRAVERSAL_QUANTILES = (0.025, 0.975)
TINY = 1e-20  # keeps the logarithm of a uniform number finite


class Code:
    """A latent code: prior P(c), variational family Q(c|x) and entropy H(c).

    A code's *values* are what a user names (a category's index, numbers in [-1, 1]); its
    *encoding* is what the generator reads (a one-hot row, the same numbers).

    Args:
        size: number of categories (`Categorical`) or of dimensions (the others), int >= 1.
        weight: lambda of this code in the information term, float >= 0.

    Raises:
        ValueError: `size` is not a positive int, or `weight` is negative.
    """

    is_discrete = False

    def __init__(self, size: int, weight: float = 1.0):
        self.size = checked_count("size", size, 1)
        self.weight = checked_number("weight", weight, least=0)

    @property
    def width(self) -> int:
        """Columns of this code in the generator's input."""
        return self.size

    @property
    def parameter_count(self) -> int:
        """Columns of this code's parameters in Q's output."""
        return self.size

    @property
    def prior(self) -> tfd.Distribution:
        """P(c), a tfp distribution over values."""
        raise NotImplementedError

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        """Q(c|x), a tfp distribution over values.

        Args:
            parameters: float32 [B, parameter_count], Q's raw output for this code.
        """
        raise NotImplementedError

    def summary(self, posterior: tfd.Distribution) -> dict[str, Tensor]:
        """The statistics of Q(c|x): tensors, by the suffix of their names in a SavedModel.

        Returns:
            "_mean" and "_stddev", float32 [B, size]; of a categorical code "" (the most probable
            category, int64 [B]) and "_probabilities", float32 [B, size].
        """
        return {"_mean": posterior.mean(), "_stddev": posterior.stddev()}

    def expected_encoding(self, posterior: tfd.Distribution) -> Tensor:
        """The mean of the encoding under Q(c|x), float32 [B, width]: as input of G."""
        return posterior.mean()

    def entropy(self) -> float:
        """H(c) in nats; the differential entropy for continuous codes."""
        with tf.init_scope():  # a Python float, also while a step is traced
            return float(self.prior.entropy())

    def encode(self, values: Tensor) -> Tensor:
        """The generator's input, float32 [B, width], for values of this code."""
        return tf.cast(values, tf.float32)

    def relaxed_encoding(self, values: Tensor, seed: Tensor) -> Tensor:
        """The encoding that passes a gradient to a learned prior; the same as `encode` here.

        Args:
            values: of this code, B rows.
            seed: int32 [2], a stateless seed.
        """
        del seed
        return self.encode(values)

    def validity(self, values: Tensor) -> Tensor:
        """Whether all values can be encoded, a bool scalar; by default all finite numbers can."""
        return tf.reduce_all(tf.math.is_finite(values))

    def traversal(self, columns: int) -> Tensor:
        """Values that walk through the prior, one dimension after another: [columns', ...]."""
        raise NotImplementedError

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        """Checks a user's values and repeats a single one over the batch: [B] or [B, size]."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {"size": self.size, "weight": self.weight}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Code:
        return cls(**config)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.size}, weight={self.weight})"


@keras.saving.register_keras_serializable("keras_infogan")
class Categorical(Code):
    """One of `size` categories; values are int64 indices [B].

    H(c) = -sum_k p_k ln p_k: ln(10) = 2.303 nats for ten equally likely categories.

    Args:
        size, weight: as for `Code`.
        probabilities: p_k of each category, above 0, summing to 1; None is 1 / size each. On data
            whose classes are not balanced, equal categories cannot be the classes
            (Ojha et al. 2020, arXiv:1910.01112).

    Raises:
        ValueError: as `Code`, or probabilities that are not a distribution over the categories.

    Examples:
        >>> log_prob = Categorical(10).posterior(tf.zeros([2, 10])).log_prob([3, 4])
        >>> [round(float(each), 3) for each in log_prob]
        [-2.303, -2.303]
    """

    is_discrete = True

    def __init__(
        self, size: int, weight: float = 1.0, probabilities: Sequence[float] | None = None
    ):
        super().__init__(size, weight)
        if probabilities is not None and not _is_distribution(probabilities, size):
            raise ValueError(
                f"`probabilities` should be {size} numbers above 0 that sum to 1. "
                f"Received: probabilities={probabilities!r}"
            )
        self.probabilities = None if probabilities is None else [float(p) for p in probabilities]

    @property
    def prior(self) -> tfd.Distribution:
        if self.probabilities is None:
            return tfd.Categorical(logits=tf.zeros([self.size]), dtype=tf.int64)
        return tfd.Categorical(probs=self.probabilities, dtype=tf.int64)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "probabilities": self.probabilities}

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        return tfd.Categorical(logits=parameters, dtype=tf.int64)

    def summary(self, posterior: tfd.Distribution) -> dict[str, Tensor]:
        probabilities = posterior.probs_parameter()
        return {"": tf.argmax(probabilities, axis=-1), "_probabilities": probabilities}

    def expected_encoding(self, posterior: tfd.Distribution) -> Tensor:
        return posterior.probs_parameter()

    def encode(self, values: Tensor) -> Tensor:
        return tf.one_hot(values, self.size, dtype=tf.float32)

    def validity(self, values: Tensor) -> Tensor:
        return tf.reduce_all((values >= 0) & (values < self.size))

    def traversal(self, columns: int) -> Tensor:
        del columns  # every category is shown, for any width of the picture
        return tf.range(self.size, dtype=tf.int64)

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        values = _numbers(values)
        if not values.dtype.is_integer:
            raise TypeError(f"A categorical code takes ints. Received: dtype {values.dtype.name}")
        if not bool(self.validity(values)):
            raise ValueError(
                f"A category should be in 0..{self.size - 1}. Received: {values.numpy().tolist()}"
            )
        return _repeated(tf.cast(values, tf.int64), [], batch_size)


@keras.saving.register_keras_serializable("keras_infogan")
class LearnedCategorical(Categorical):
    """A categorical code whose prior is learned with the generator (Elastic-InfoGAN).

    On data whose classes are not balanced, equally likely categories cannot be the classes, and the
    class sizes may be unknown (Ojha et al. 2020, arXiv:1910.01112). The generator's loss
    reaches the prior through a straight-through Gumbel-softmax (Jang et al. 2017,
    arXiv:1611.01144): G reads the one-hot row, and its gradient is that of

        softmax((logits + g) / temperature),  g the Gumbel noise whose largest sum was drawn.

    The logits are a weight of the model, which `adopt` connects to the code. H(c) follows them, but
    they are not trained to change it.

    Args:
        size, weight: as for `Code`.
        temperature: of the softmax, float > 0; low values are nearly one-hot, with steep gradients.

    Raises:
        ValueError: as `Code`, or a temperature that is not positive.

    Examples:
        >>> LatentSpec(noise=62, codes={"digit": LearnedCategorical(10)}).width
        72
    """

    def __init__(self, size: int, weight: float = 1.0, temperature: float = 0.5):
        super().__init__(size, weight)
        self.temperature = checked_number("temperature", temperature, above=0)
        self._logits: keras.Variable | None = None

    def adopt(self, logits: keras.Variable) -> None:
        """Connects the prior to a model's weight, float32 [size].

        Raises:
            ValueError: the code has the weight of another model.
        """
        if self._logits is not None:
            raise ValueError(
                "A LearnedCategorical should belong to one model: make another for the next. "
                "Received: a code that a model trains already"
            )
        self._logits = logits

    @property
    def logits(self) -> Tensor:
        """ln P(c) up to a constant, float32 [size]; zeros until `adopt` is called."""
        return tf.zeros([self.size]) if self._logits is None else self._logits.value

    @property
    def prior(self) -> tfd.Distribution:
        return tfd.Categorical(logits=self.logits, dtype=tf.int64)

    def entropy(self) -> Any:
        """H(c) in nats: a float; in a graph, a scalar tensor that follows the logits."""
        entropy = tf.stop_gradient(self.prior.entropy())
        return float(entropy) if tf.executing_eagerly() else entropy

    def relaxed_encoding(self, values: Tensor, seed: Tensor) -> Tensor:
        encoding = self.encode(values)
        perturbed = self.logits + self._noise(encoding, seed)
        relaxed = tf.nn.softmax(perturbed / self.temperature)
        return encoding + relaxed - tf.stop_gradient(relaxed)

    def _noise(self, encoding: Tensor, seed: Tensor) -> Tensor:
        """Gumbel noise, float32 [B, size], given the category whose sum is the largest.

        The largest sum is Gumbel at ln sum exp(logits); the others are truncated at it.
        """
        exponential = -tf.math.log(
            tf.random.stateless_uniform(tf.shape(encoding), seed, minval=TINY, maxval=1.0)
        )
        drawn = tf.reduce_sum(exponential * encoding, axis=-1, keepdims=True)
        log_prob = tf.nn.log_softmax(self.logits)
        smallest = tf.where(encoding > 0, drawn, exponential / tf.exp(log_prob) + drawn)
        return tf.stop_gradient(-tf.math.log(smallest) - log_prob)

    def get_config(self) -> dict[str, Any]:
        return {"size": self.size, "weight": self.weight, "temperature": self.temperature}


class _Vector(Code):
    """A code of `size` independent dimensions; values are float32 [B, size]."""

    @property
    def marginal(self) -> tfd.Distribution:
        """The prior of each dimension."""
        raise NotImplementedError

    @property
    def prior(self) -> tfd.Distribution:
        return tfd.Sample(self.marginal, self.size)

    def levels(self, columns: int) -> Tensor:
        """The values that a traversal gives one dimension, float32 [columns]."""
        return tf.cast(
            self.marginal.quantile(tf.linspace(*TRAVERSAL_QUANTILES, columns)), tf.float32
        )

    def traversal(self, columns: int) -> Tensor:
        levels = self.levels(columns)
        rows = tf.concat(
            [
                tf.one_hot(tf.fill(tf.shape(levels), d), self.size) * levels[:, None]
                for d in range(self.size)
            ],
            axis=0,
        )
        return rows

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        values = tf.cast(_numbers(values), tf.float32)
        if not bool(self.validity(values)):
            raise ValueError(
                f"A code's values should be finite. Received: {values.numpy().tolist()}"
            )
        if values.shape.rank == 0:
            values = tf.fill([self.size], values)
        return _repeated(values, [self.size], batch_size)


class _NormalPosterior(_Vector):
    """Q(c|x) = N(mean, stddev^2) in each dimension, the standard deviation learned or fixed.

    If learned, stddev = MINIMUM_STDDEV + softplus(raw + UNIT_STDDEV_OFFSET). The original code
    fixes it at 1. The term is then half a mean squared error, and the bound of a U(-1, 1) code
    cannot exceed ln 2 - 0.919 = -0.226 nats.

    Args:
        size, weight: as for `Code`.
        stddev: a fixed standard deviation, float > 0; None learns it.

    Raises:
        ValueError: as `Code`, or a deviation that is not positive.
    """

    def __init__(self, size: int, weight: float = 1.0, stddev: float | None = None):
        super().__init__(size, weight)
        self.stddev = None if stddev is None else checked_number("stddev", stddev, above=0)

    @property
    def parameter_count(self) -> int:
        return self.size if self.stddev else 2 * self.size

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "stddev": self.stddev}

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        if self.stddev:
            return tfd.MultivariateNormalDiag(parameters, tf.fill([self.size], self.stddev))
        mean, raw = tf.split(parameters, 2, axis=-1)
        stddev = MINIMUM_STDDEV + tf.nn.softplus(raw + UNIT_STDDEV_OFFSET)
        return tfd.MultivariateNormalDiag(mean, stddev)

    def summary(self, posterior: tfd.Distribution) -> dict[str, Tensor]:
        # tfp's own mean and deviation find shapes by an operation that ONNX does not have.
        mean = posterior.loc
        return {"_mean": mean, "_stddev": tf.zeros_like(mean) + posterior.scale.diag_part()}


@keras.saving.register_keras_serializable("keras_infogan")
class Uniform(_NormalPosterior):
    """`size` independent numbers, each uniform in [-1, 1]; values are float32 [B, size].

    H(c) = size ln 2: 0.693 nats per dimension. Q(c|x) is a normal with a learned deviation.

    Examples:
        >>> Uniform(2).prior.sample(3, seed=(0, 1)).shape
        TensorShape([3, 2])
    """

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Uniform(-1.0, 1.0)

    def levels(self, columns: int) -> Tensor:
        return tf.linspace(-1.0, 1.0, columns)


@keras.saving.register_keras_serializable("keras_infogan")
class Gaussian(_NormalPosterior):
    """`size` independent N(0, 1) numbers; values are float32 [B, size].

    H(c) = size ln(2 pi e) / 2: 1.419 nats per dimension.

    Examples:
        >>> round(float(Gaussian(1).entropy()), 3)
        1.419
    """

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Normal(0.0, 1.0)


@keras.saving.register_keras_serializable("keras_infogan")
class Circular(_Vector):
    """`size` independent angles, for factors that return to where they began, such as a rotation.

    Values are float32 [B, size], in radians, uniform in [-pi, pi]. G reads the cosine and the sine,
    so that -pi and pi are the same angle. Q(c|x) is a von Mises distribution with learned
    concentration k: q(c|x) = exp(k cos(c - m)) / (2 pi I_0(k)). Q's two parameters for an angle
    are k cos(m) and k sin(m).

    H(c) = size ln(2 pi): 1.838 nats per angle.

    Examples:
        >>> posterior = Circular(1).posterior(tf.constant([[0.0, 5.0]]))
        >>> round(float(posterior.mean()[0, 0]), 3)
        1.571
    """

    @property
    def width(self) -> int:
        return 2 * self.size

    @property
    def parameter_count(self) -> int:
        return 2 * self.size

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Uniform(-math.pi, math.pi)

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        cosine, sine = tf.split(parameters, 2, axis=-1)
        # The square root and the angle have no gradient at 0, where the angle does not matter.
        length = tf.sqrt(tf.square(cosine) + tf.square(sine) + SMALLEST_CONCENTRATION**2)
        is_flat = length < 2.0 * SMALLEST_CONCENTRATION
        mean = tf.atan2(
            tf.where(is_flat, tf.zeros_like(sine), sine),
            tf.where(is_flat, tf.ones_like(cosine), cosine),
        )
        concentration = tf.minimum(length, LARGEST_CONCENTRATION)
        return tfd.Independent(tfd.VonMises(mean, concentration), 1)

    def encode(self, values: Tensor) -> Tensor:
        angles = tf.cast(values, tf.float32)
        return tf.concat([tf.cos(angles), tf.sin(angles)], axis=-1)

    def expected_encoding(self, posterior: tfd.Distribution) -> Tensor:
        von_mises = posterior.distribution
        concentration = von_mises.concentration
        length = tf.math.bessel_i1e(concentration) / tf.math.bessel_i0e(concentration)
        return tf.concat([length, length], axis=-1) * self.encode(von_mises.loc)

    def levels(self, columns: int) -> Tensor:
        return tf.linspace(-math.pi, math.pi, columns + 1)[:-1]


@keras.saving.register_keras_serializable("keras_infogan")
class Bernoulli(_Vector):
    """`size` independent fair coins; values are float32 [B, size], each 0 or 1.

    H(c) = size ln 2: 0.693 nats per coin.

    Examples:
        >>> round(float(Bernoulli(3).entropy()), 3)
        2.079
    """

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Bernoulli(logits=0.0, dtype=tf.float32)

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        return tfd.Independent(tfd.Bernoulli(logits=parameters, dtype=tf.float32), 1)

    def levels(self, columns: int) -> Tensor:
        del columns  # a coin has two sides
        return tf.constant([0.0, 1.0])


def _is_distribution(probabilities: Any, size: int) -> bool:
    try:
        numbers = [float(p) for p in probabilities]
    except (TypeError, ValueError):
        return False
    total = math.fsum(numbers)
    return len(numbers) == size and min(numbers) > 0 and math.isclose(total, 1.0)


def _numbers(values: Any) -> Tensor:
    """A user's values of a code as a tensor of real numbers.

    Raises:
        TypeError: anything else.
    """
    try:
        numbers = tf.convert_to_tensor(values)
    except (TypeError, ValueError, OverflowError):  # None, or lists of several lengths
        numbers = None
    if numbers is None or not (numbers.dtype.is_integer or numbers.dtype.is_floating):
        received = type(values).__name__ if numbers is None else f"dtype {numbers.dtype.name}"
        raise TypeError(f"A code takes numbers. Received: {received}")
    return numbers


def _repeated(values: Tensor, shape: Sequence[int], batch_size: int) -> Tensor:
    """Values of `shape` repeated to [B, *shape]; values of [B, *shape] unchanged."""
    if list(values.shape) == list(shape):
        return tf.tile(values[None], [batch_size] + [1] * len(shape))
    if list(values.shape) == [batch_size, *shape]:
        return values
    raise ValueError(
        f"A code's values should have shape {list(shape)} or {[batch_size, *shape]}. "
        f"Received: {list(values.shape)}"
    )
