"""The generator's input: noise and named codes. They are drawn, joined, and read back."""

from __future__ import annotations

import keyword
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.latents.codes import Code, LearnedCategorical
from keras_infogan.latents.given import Given
from keras_infogan.runtime.arguments import checked_count
from keras_infogan.runtime.types import Tensor

RESERVED_NAMES = frozenset(
    {"noise", "seed", "image", "logit", "probability_real", "real_fake", "estimate"}
)

Seed = Any


@keras.saving.register_keras_serializable("keras_infogan")
class LatentSpec:
    """The generator's input: noise z without meaning, and named codes c with one.

    Noise is uniform in [-1, 1], as in the paper's code (openai/InfoGAN, `tests/run_mnist_exp`).

    Args:
        noise: number of noise dimensions, int >= 0.
        codes: name -> `Code`; names are identifiers, and name the tensors of signatures.
        given: name -> `Given`: further inputs, which come with each image.

    Raises:
        ValueError: negative noise, a bad or reserved name, or neither noise nor codes.
        TypeError: a code is not a `Code`, or what is given no `Given`.

    Examples:
        >>> latents = LatentSpec(noise=62, codes={"digit": Categorical(10), "style": Uniform(2)})
        >>> drawn = latents.sample(4, seed=(0, 1))
        >>> {name: tuple(value.shape) for name, value in drawn.items()}
        {'noise': (4, 62), 'digit': (4,), 'style': (4, 2)}
        >>> latents.concatenate(drawn).shape
        TensorShape([4, 74])
    """

    def __init__(
        self,
        noise: int,
        codes: Mapping[str, Code] | None = None,
        given: Mapping[str, Given] | None = None,
    ):
        self.noise = checked_count("noise", noise, 0)
        if not isinstance(codes or {}, Mapping):
            raise TypeError(
                "`codes` should be a dictionary of names and codes. "
                f"Received: {type(codes).__name__}"
            )
        self.codes = dict(codes or {})
        self.given = dict(given or {})
        for name, code in self.codes.items():
            _check_input(name, code, Code, "code")
        for name, each in self.given.items():
            _check_input(name, each, Given, "given input")
        if both := sorted(set(self.codes) & set(self.given)):
            raise ValueError(f"A name should be of a code or of a given input. Received: {both}")
        _check_signature_names(self.inputs)
        if self.width == 0:
            raise ValueError("A LatentSpec should have noise or codes. Received: noise=0, codes={}")

    @property
    def inputs(self) -> dict[str, Code | Given]:
        """What a user may set: the codes, and what is given."""
        return {**self.codes, **self.given}

    @property
    def width(self) -> int:
        """Columns of the generator's input."""
        return self.own_width + self.given_width

    @property
    def own_width(self) -> int:
        """Columns of the noise and the codes: the first ones of the generator's input."""
        return self.noise + self.code_width

    @property
    def given_width(self) -> int:
        """Columns of what is given: the last ones of the generator's input."""
        return sum(each.width for each in self.given.values())

    @property
    def code_width(self) -> int:
        """Columns of the codes in the generator's input."""
        return sum(code.width for code in self.codes.values())

    @property
    def parameter_count(self) -> int:
        """Columns of Q's output."""
        return sum(code.parameter_count for code in self.codes.values())

    @property
    def categorical_names(self) -> list[str]:
        """Names of the discrete codes, which labels can be matched with."""
        return [name for name, code in self.codes.items() if code.is_discrete]

    def sample(self, batch_size: int | Tensor, seed: Seed) -> dict[str, Tensor]:
        """Draws noise and codes from their priors, and what is given from examples.

        Args:
            batch_size: rows B, int.
            seed: int [2], a stateless seed: equal seeds give equal latents.

        Returns:
            A dict of "noise", float32 [B, noise], and a value tensor per code and given name.
        """
        seeds = tf.random.split(tf.cast(seed, tf.int32), len(self.inputs) + 1)
        drawn = {
            "noise": tf.random.stateless_uniform(
                [batch_size, self.noise], seeds[0], minval=-1.0, maxval=1.0
            )
        }
        for index, (name, code) in enumerate(self.codes.items(), start=1):
            drawn[name] = code.prior.sample(batch_size, seed=seeds[index])
        for index, (name, each) in enumerate(self.given.items(), start=len(self.codes) + 1):
            drawn[name] = each.sample(batch_size, seeds[index])
        return drawn

    def sample_rows(self, seeds: Tensor) -> dict[str, Tensor]:
        """Draws one row of latents per seed, so that no row depends on the other rows.

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
        return {**specs, **{name: each.value_spec for name, each in self.given.items()}}

    def concatenate(self, latents: Mapping[str, Tensor], seed: Seed | None = None) -> Tensor:
        """The generator's input, float32 [B, width]: noise, codes, and what is given, encoded.

        Args:
            latents: as `sample` draws them.
            seed: int32 [2]; in training, for the gradient of learned priors.
        """
        if not self.inputs:  # LiteRT cannot join something with nothing
            return latents["noise"]
        given = [self.encode_given(latents)] if self.given else []
        return tf.concat([latents["noise"], self.encode_codes(latents, seed), *given], axis=-1)

    def encode_given(self, values: Mapping[str, Tensor]) -> Tensor:
        """What is given, encoded side by side, float32 [B, given_width]; there is some."""
        return tf.concat([each.encode(values[name]) for name, each in self.given.items()], axis=-1)

    def encode_codes(self, latents: Mapping[str, Tensor], seed: Seed | None = None) -> Tensor:
        """Every code's encoding side by side, float32 [B, code_width]; seed as in `concatenate`."""
        encoded = [
            code.encode(latents[name])
            if seed is None
            else code.relaxed_encoding(
                latents[name], tf.random.experimental.stateless_fold_in(seed, index)
            )
            for index, (name, code) in enumerate(self.codes.items())
        ]
        return tf.concat(encoded, axis=-1) if encoded else latents["noise"][:, :0]

    def encode_read(self, parameters: Tensor) -> Tensor:
        """Every code's expected encoding under Q, float32 [B, code_width], from Q's output."""
        encoded = [
            self.codes[name].expected_encoding(posterior)
            for name, posterior in self.posteriors(parameters).items()
        ]
        return tf.concat(encoded, axis=-1) if encoded else parameters

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
        """log Q(c|x) in nats, float32 [B] per code name, of the drawn codes."""
        return {
            name: posterior.log_prob(latents[name])
            for name, posterior in self.posteriors(parameters).items()
        }

    @property
    def learned(self) -> dict[str, LearnedCategorical]:
        """The codes whose prior is learned, by name."""
        return {
            name: code for name, code in self.codes.items() if isinstance(code, LearnedCategorical)
        }

    def entropy(self) -> dict[str, Any]:
        """H(c) in nats per code name; in a graph, a tensor for a learned prior."""
        return {name: code.entropy() for name, code in self.codes.items()}

    def fix(self, latents: Mapping[str, Tensor], codes: Mapping[str, Any]) -> dict[str, Tensor]:
        """Latents with some codes set to a user's values.

        Args:
            latents: what `sample` drew, B rows.
            codes: name -> a value for all rows, or a value per row.

        Raises:
            ValueError: an unknown name, or a value of a wrong shape or range.
            TypeError: floats for a categorical code.
        """
        batch_size = int(latents["noise"].shape[0])
        fixed = dict(latents)
        if not isinstance(codes, Mapping):
            raise TypeError(
                f"`codes` should be a dictionary of names and values. Received: {codes!r}"
            )
        for name, values in codes.items():
            fixed[name] = self._input(name).as_values(values, batch_size)
        return fixed

    def checked(self, latents: Mapping[str, Any]) -> dict[str, Tensor]:
        """Latents of images: noise and every code, a row for each image.

        Args:
            latents: as `sample` draws them; further entries are dropped.

        Raises:
            ValueError: noise or a code is missing, there is no row, the numbers of rows differ, or
                a value has a wrong shape or range.
            TypeError: floats for a categorical code, or what is no number.
        """
        names = ["noise", *self.inputs]
        given = list(latents) if isinstance(latents, Mapping) else type(latents).__name__
        if not isinstance(latents, Mapping) or not set(names) <= set(latents):
            raise ValueError(f"`latents` should have a value for {names}. Received: {given}")
        noise = tf.cast(tf.convert_to_tensor(latents["noise"]), tf.float32)
        if noise.shape.rank != 2 or noise.shape[1] != self.noise or not noise.shape[0]:
            raise ValueError(
                f"The noise should have shape [images, {self.noise}]. Received: {list(noise.shape)}"
            )
        return self.fix({"noise": noise}, {name: latents[name] for name in self.inputs})

    def traversal(
        self, name: str, rows: int, columns: int, seed: Seed
    ) -> tuple[dict[str, Tensor], int]:
        """Latents of a picture in which one code varies and each row keeps all other latents.

        Args:
            name: the code that varies. A categorical code takes all its values. The dimensions of
                a continuous code vary in turn; the others stay at the middle of their prior.
            rows: number of draws of the other latents, int.
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

    def _input(self, name: str) -> Code | Given:
        return self.given[name] if name in self.given else self._code(name)

    def _code(self, name: str) -> Code:
        if not isinstance(name, str) or name not in self.codes:
            raise ValueError(f"The code should be one of {sorted(self.inputs)}. Received: {name!r}")
        return self.codes[name]

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        return {
            "noise": self.noise,
            "codes": {name: serialize(code) for name, code in self.codes.items()},
            "given": {name: serialize(each) for name, each in self.given.items()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> LatentSpec:
        codes, given = (
            {
                name: keras.saving.deserialize_keras_object(each)
                for name, each in config.get(part, {}).items()
            }
            for part in ("codes", "given")
        )
        return cls(noise=config["noise"], codes=codes, given=given)

    def __repr__(self) -> str:
        given = f", given={self.given}" if self.given else ""
        return f"LatentSpec(noise={self.noise}, codes={self.codes}{given})"


def _check_input(name: str, value: Any, kind: type, what: str) -> None:
    if not isinstance(value, kind):
        raise TypeError(
            f"{what.capitalize()} {name!r} should be a keras_infogan {what}. Received: {value!r}"
        )
    is_name = isinstance(name, str) and name.isidentifier() and not keyword.iskeyword(name)
    if not is_name or name in RESERVED_NAMES:
        raise ValueError(
            f"A {what}'s name should be an identifier that is neither a word of Python nor one of "
            f"{sorted(RESERVED_NAMES)}. Received: {name!r}"
        )


def _check_signature_names(codes: Mapping[str, Any]) -> None:
    """Codes named `a` and `a_mean` would give two outputs of one name in the SavedModel."""
    derived = {
        f"{name}_{suffix}" for name in codes for suffix in ("mean", "stddev", "probabilities")
    }
    clashes = sorted(derived & set(codes))
    if clashes:
        raise ValueError(
            f"Code names should not end in another's name plus _mean, _stddev or "
            f"_probabilities. Received: {clashes}"
        )
