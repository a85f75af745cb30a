"""Latent codes: a prior, a posterior family and an entropy each, all tfp distributions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

# Below this, log q(c|x) of a continuous code would grow without end as Q memorises G.
MINIMUM_STDDEV = 0.01
# softplus(UNIT_STDDEV_OFFSET) + MINIMUM_STDDEV = 1: an untrained Q starts at the width of N(0, 1).
UNIT_STDDEV_OFFSET = math.log(math.expm1(1.0 - MINIMUM_STDDEV))
# A traversal of an unbounded code shows its prior between these quantiles.
TRAVERSAL_QUANTILES = (0.025, 0.975)
RESERVED_NAMES = frozenset({"noise", "seed", "image", "logit", "probability_real"})

Tensor = Any
Seed = Any


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
        if isinstance(size, bool) or not isinstance(size, int) or size < 1:
            raise ValueError(f"`size` should be a positive int. Received: size={size!r}")
        if not weight >= 0:
            raise ValueError(f"`weight` should be at least 0. Received: weight={weight!r}")
        self.size = size
        self.weight = float(weight)

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
        """What Q(c|x) says, as tensors by the suffix of their names in a SavedModel.

        Returns:
            "_mean" and "_stddev", float32 [B, size]; of a categorical code "" (the most probable
            category, int64 [B]) and "_probabilities", float32 [B, size].
        """
        return {"_mean": posterior.mean(), "_stddev": posterior.stddev()}

    def entropy(self) -> float:
        """H(c) in nats; the differential entropy for continuous codes."""
        with tf.init_scope():  # a Python float, also while a step is traced
            return float(self.prior.entropy())

    def encode(self, values: Tensor) -> Tensor:
        """The generator's input, float32 [B, width], for values of this code."""
        return tf.cast(values, tf.float32)

    def validity(self, values: Tensor) -> Tensor:
        """Whether all values can be encoded, a bool scalar; any finite number can, by default."""
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
    """One of `size` categories, each as likely as the others; values are int64 indices [B].

    H(c) = ln(size): 2.303 nats for ten categories.

    Example:

    >>> Categorical(10).posterior(tf.zeros([2, 10])).log_prob([3, 4])   # -2.303 each
    """

    is_discrete = True

    @property
    def prior(self) -> tfd.Distribution:
        return tfd.Categorical(logits=tf.zeros([self.size]), dtype=tf.int64)

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        return tfd.Categorical(logits=parameters, dtype=tf.int64)

    def summary(self, posterior: tfd.Distribution) -> dict[str, Tensor]:
        probabilities = posterior.probs_parameter()
        return {"": tf.argmax(probabilities, axis=-1), "_probabilities": probabilities}

    def encode(self, values: Tensor) -> Tensor:
        return tf.one_hot(values, self.size, dtype=tf.float32)

    def validity(self, values: Tensor) -> Tensor:
        return tf.reduce_all((values >= 0) & (values < self.size))

    def traversal(self, columns: int) -> Tensor:
        del columns  # every category is shown, whatever the width of the picture
        return tf.range(self.size, dtype=tf.int64)

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        values = tf.convert_to_tensor(values)
        if not values.dtype.is_integer:
            raise TypeError(f"A categorical code takes ints. Received: dtype {values.dtype.name}")
        values = tf.cast(values, tf.int64)
        if not bool(self.validity(values)):
            raise ValueError(
                f"A category should be in 0..{self.size - 1}. Received: {values.numpy().tolist()}"
            )
        return _repeated(values, [], batch_size)


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
        values = tf.cast(tf.convert_to_tensor(values), tf.float32)
        if not bool(self.validity(values)):
            raise ValueError(
                f"A code's values should be finite. Received: {values.numpy().tolist()}"
            )
        if values.shape.rank == 0:
            values = tf.fill([self.size], values)
        return _repeated(values, [self.size], batch_size)


class _NormalPosterior(_Vector):
    """Q(c|x) = N(mean, stddev^2) in each dimension, the standard deviation learned.

    stddev = MINIMUM_STDDEV + softplus(raw + UNIT_STDDEV_OFFSET). The original code fixes it at 1,
    which caps the bound of a U(-1, 1) code at ln 2 - 0.919 = -0.226 nats.
    """

    @property
    def parameter_count(self) -> int:
        return 2 * self.size

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        mean, raw = tf.split(parameters, 2, axis=-1)
        stddev = MINIMUM_STDDEV + tf.nn.softplus(raw + UNIT_STDDEV_OFFSET)
        return tfd.MultivariateNormalDiag(mean, stddev)


@keras.saving.register_keras_serializable("keras_infogan")
class Uniform(_NormalPosterior):
    """`size` independent numbers, each uniform in [-1, 1]; values are float32 [B, size].

    H(c) = size ln 2: 0.693 nats a dimension. Q(c|x) is a normal with a learned deviation.

    Example:

    >>> Uniform(2).prior.sample(3, seed=(0, 1)).shape   # (3, 2)
    """

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Uniform(-1.0, 1.0)

    def levels(self, columns: int) -> Tensor:
        return tf.linspace(-1.0, 1.0, columns)


@keras.saving.register_keras_serializable("keras_infogan")
class Gaussian(_NormalPosterior):
    """`size` independent N(0, 1) numbers; values are float32 [B, size].

    H(c) = size ln(2 pi e) / 2: 1.419 nats a dimension.

    Example:

    >>> Gaussian(1).entropy()   # 1.419
    """

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Normal(0.0, 1.0)


@keras.saving.register_keras_serializable("keras_infogan")
class Bernoulli(_Vector):
    """`size` independent fair coins; values are float32 [B, size], each 0 or 1.

    H(c) = size ln 2: 0.693 nats a coin.

    Example:

    >>> Bernoulli(3).entropy()   # 2.079
    """

    @property
    def marginal(self) -> tfd.Distribution:
        return tfd.Bernoulli(logits=0.0, dtype=tf.float32)

    def posterior(self, parameters: Tensor) -> tfd.Distribution:
        return tfd.Independent(tfd.Bernoulli(logits=parameters, dtype=tf.float32), 1)

    def levels(self, columns: int) -> Tensor:
        del columns  # a coin has two sides
        return tf.constant([0.0, 1.0])


@keras.saving.register_keras_serializable("keras_infogan")
class LatentSpec:
    """The generator's input: noise z that means nothing, and named codes c that shall.

    Noise is uniform in [-1, 1], as in the paper's code (openai/InfoGAN, `tests/run_mnist_exp`).

    Args:
        noise: number of noise dimensions, int >= 0.
        codes: name -> `Code`; names are identifiers and become names of signatures' tensors.

    Raises:
        ValueError: negative noise, a bad or reserved name, or nothing at all to draw.
        TypeError: a code that is not a `Code`.

    Example:

    >>> latents = LatentSpec(noise=62, codes={"digit": Categorical(10), "style": Uniform(2)})
    >>> drawn = latents.sample(4, seed=(0, 1))   # {"noise": [4, 62], "digit": [4], "style": [4, 2]}
    >>> latents.concatenate(drawn).shape         # (4, 74)
    """

    def __init__(self, noise: int, codes: Mapping[str, Code] | None = None):
        if isinstance(noise, bool) or not isinstance(noise, int) or noise < 0:
            raise ValueError(f"`noise` should be an int of at least 0. Received: noise={noise!r}")
        self.noise = noise
        self.codes = dict(codes or {})
        for name, code in self.codes.items():
            _check_code(name, code)
        _check_signature_names(self.codes)
        if self.width == 0:
            raise ValueError("A LatentSpec should have noise or codes. Received: noise=0, codes={}")

    @property
    def width(self) -> int:
        """Columns of the generator's input."""
        return self.noise + sum(code.width for code in self.codes.values())

    @property
    def parameter_count(self) -> int:
        """Columns of Q's output."""
        return sum(code.parameter_count for code in self.codes.values())

    @property
    def categorical_names(self) -> list[str]:
        """Names of the discrete codes, which labels can be matched with."""
        return [name for name, code in self.codes.items() if code.is_discrete]

    def sample(self, batch_size: int | Tensor, seed: Seed) -> dict[str, Tensor]:
        """Draws noise and codes from their priors.

        Args:
            batch_size: rows B, int.
            seed: int [2], a stateless seed: equal seeds give equal latents.

        Returns:
            A dict of "noise", float32 [B, noise], and a value tensor per code name.
        """
        seeds = tf.random.split(tf.cast(seed, tf.int32), len(self.codes) + 1)
        drawn = {
            "noise": tf.random.stateless_uniform(
                [batch_size, self.noise], seeds[0], minval=-1.0, maxval=1.0
            )
        }
        for index, (name, code) in enumerate(self.codes.items(), start=1):
            drawn[name] = code.prior.sample(batch_size, seed=seeds[index])
        return drawn

    def sample_rows(self, seeds: Tensor) -> dict[str, Tensor]:
        """Draws one row of latents per seed, so that a row never depends on its batch.

        Args:
            seeds: int64 [B].

        Returns:
            As `sample`.
        """

        def one_row(seed: Tensor) -> dict[str, Tensor]:
            row = self.sample(1, tf.bitcast(seed, tf.int32))
            return {name: value[0] for name, value in row.items()}

        return tf.map_fn(one_row, seeds, fn_output_signature=self.value_specs())

    def value_specs(self) -> dict[str, tf.TensorSpec]:
        """A tf.TensorSpec per entry of a row that `sample` draws, without the batch axis."""
        specs = {"noise": tf.TensorSpec([self.noise], tf.float32)}
        for name, code in self.codes.items():
            prior = code.prior
            specs[name] = tf.TensorSpec(prior.event_shape, prior.dtype)
        return specs

    def concatenate(self, latents: Mapping[str, Tensor]) -> Tensor:
        """The generator's input, float32 [B, width]: noise, then every code's encoding."""
        encoded = [code.encode(latents[name]) for name, code in self.codes.items()]
        return tf.concat([latents["noise"], *encoded], axis=-1)

    def split(self, parameters: Tensor) -> dict[str, Tensor]:
        """Q's output [B, parameter_count] as one tensor per code name."""
        if not self.codes:
            return {}
        sizes = [code.parameter_count for code in self.codes.values()]
        return dict(zip(self.codes, tf.split(parameters, sizes, axis=-1), strict=True))

    def posteriors(self, parameters: Tensor) -> dict[str, tfd.Distribution]:
        """Q(c|x) per code name, from Q's output [B, parameter_count]."""
        return {
            name: self.codes[name].posterior(part) for name, part in self.split(parameters).items()
        }

    def log_prob(self, latents: Mapping[str, Tensor], parameters: Tensor) -> dict[str, Tensor]:
        """log Q(c|x) in nats, float32 [B] per code name, of the codes that were drawn."""
        return {
            name: posterior.log_prob(latents[name])
            for name, posterior in self.posteriors(parameters).items()
        }

    def entropy(self) -> dict[str, float]:
        """H(c) in nats per code name."""
        return {name: code.entropy() for name, code in self.codes.items()}

    def fix(self, latents: Mapping[str, Tensor], codes: Mapping[str, Any]) -> dict[str, Tensor]:
        """Latents with some codes set to a user's values.

        Args:
            latents: what `sample` drew, B rows.
            codes: name -> a value for all rows, or a value per row.

        Raises:
            ValueError: a name that the spec lacks, or a value of a wrong shape or range.
            TypeError: a fraction for a categorical code.
        """
        batch_size = int(latents["noise"].shape[0])
        fixed = dict(latents)
        for name, values in codes.items():
            fixed[name] = self._code(name).as_values(values, batch_size)
        return fixed

    def traversal(
        self, name: str, rows: int, columns: int, seed: Seed
    ) -> tuple[dict[str, Tensor], int]:
        """Latents of a picture in which each row keeps its noise and one code walks.

        Args:
            name: the code that walks. A categorical one takes all its values; each dimension of
                a continuous one walks in turn, the others at the middle of their prior.
            rows: noises to show, int.
            columns: steps per dimension of a continuous code, int.
            seed: int [2].

        Returns:
            Latents of rows x width images in row-major order, and that width.
        """
        values = self._code(name).traversal(columns)
        width = int(values.shape[0])
        drawn = self.sample(rows, seed)
        latents = {key: tf.repeat(value, width, axis=0) for key, value in drawn.items()}
        latents[name] = tf.tile(values, [rows] + [1] * (values.shape.rank - 1))
        return latents, width

    def _code(self, name: str) -> Code:
        if name not in self.codes:
            raise ValueError(f"The code should be one of {sorted(self.codes)}. Received: {name!r}")
        return self.codes[name]

    def get_config(self) -> dict[str, Any]:
        return {
            "noise": self.noise,
            "codes": {
                name: keras.saving.serialize_keras_object(code) for name, code in self.codes.items()
            },
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LatentSpec:
        codes = {
            name: keras.saving.deserialize_keras_object(code)
            for name, code in config["codes"].items()
        }
        return cls(noise=config["noise"], codes=codes)

    def __repr__(self) -> str:
        return f"LatentSpec(noise={self.noise}, codes={self.codes})"


def _check_code(name: str, code: Code) -> None:
    if not isinstance(code, Code):
        raise TypeError(f"Code {name!r} should be a keras_infogan code. Received: {code!r}")
    if not isinstance(name, str) or not name.isidentifier() or name in RESERVED_NAMES:
        raise ValueError(
            f"A code's name should be an identifier other than "
            f"{sorted(RESERVED_NAMES)}. Received: {name!r}"
        )


def _check_signature_names(codes: Mapping[str, Code]) -> None:
    """`a_mean` beside `a` would be two outputs of one name in the SavedModel."""
    derived = {
        f"{name}_{suffix}" for name in codes for suffix in ("mean", "stddev", "probabilities")
    }
    clashes = sorted(derived & set(codes))
    if clashes:
        raise ValueError(
            f"Code names should not end in another's name plus _mean, _stddev or "
            f"_probabilities. Received: {clashes}"
        )


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
