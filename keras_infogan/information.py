"""Lower bounds on mutual information, in nats."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor
from keras_infogan.schedules import Ramp

ESTIMATE_LOG = "information/estimate"


@keras.saving.register_keras_serializable("keras_infogan")
class VariationalBound(keras.layers.Layer):
    """The variational bound on I(c; G(z, c)), with its recognition head Q.

    L_I = E_{c ~ P(c), x ~ G(z, c)} log Q(c|x) + H(c) <= I(c; G(z, c))
    (Chen et al. 2016, arXiv:1606.03657, equation 5), per code and in nats.

    Args:
        latents: the `LatentSpec` whose codes Q reads.
        recognition_head: Keras model from the trunk's features to Q's parameters.
        generator_weight: schedule step -> weight of the term in the generator's loss.
        discriminator_weight: the same for the trunk and Q. The default of both is 1 at every step.

    Examples:
        >>> bound = VariationalBound(latents, keras.Sequential([keras.layers.Dense(14)]))
        >>> bounds = bound.bounds(latents.sample(8, seed=(0, 1)), bound(tf.zeros([8, 16])))
        >>> {name: round(float(nats), 3) for name, nats in bounds.items()}
        {'digit': 0.0, 'style': -0.698}
    """

    images_needed = 1  # of a batch, at least

    def __init__(
        self,
        latents: LatentSpec,
        recognition_head: keras.Model,
        generator_weight: Ramp | None = None,
        discriminator_weight: Ramp | None = None,
        name: str = "information",
        **kwargs: Any,
    ):
        super().__init__(name=name, **kwargs)
        self.latents = latents
        self.recognition_head = recognition_head
        self.generator_weight = generator_weight or Ramp()
        self.discriminator_weight = discriminator_weight or Ramp()

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        if not self.recognition_head.built:
            self.recognition_head.build(input_shape)
        self.built = True

    def call(self, features: Tensor, training: bool = False) -> Tensor:
        """Q's parameters, float32 [B, parameter_count], from the trunk's features."""
        return self.recognition_head(features, training=training)

    @property
    def log_names(self) -> list[str]:
        """Names of the scalars that `compute_losses` logs."""
        return [f"information/{name}" for name in self.latents.codes]

    def compute_losses(
        self,
        latents: Mapping[str, Tensor],
        fake: DiscriminatorOutput,
        step: Tensor,
        training: bool = False,
    ) -> Losses:
        """-lambda L_I for each side, and the bounds as logs.

        Args:
            latents: the latents that the images were generated from, B rows.
            fake: the discriminator's output for those images.
            step: the model's, for the schedules.
            training: whether state of the bound may change; this class has none.
        """
        del training
        bounds = self.bounds(latents, fake.parameters)
        loss = self.weighted(bounds)
        return Losses(
            discriminator=self.discriminator_weight(step) * loss,
            generator=self.generator_weight(step) * loss,
            logs=_logs(bounds),
        )

    def bounds(self, latents: Mapping[str, Tensor], parameters: Tensor) -> dict[str, Tensor]:
        """The bound per code, a float32 scalar each, in nats; at most H(c) for discrete codes.

        Args:
            latents: the latents that the images were generated from, B rows.
            parameters: Q's output on those images, float32 [B, parameter_count].
        """
        log_prob, entropy = self.latents.log_prob(latents, parameters), self.latents.entropy()
        return {name: tf.reduce_mean(log_prob[name]) + entropy[name] for name in log_prob}

    def weighted(self, bounds: Mapping[str, Tensor]) -> Tensor:
        """-sum over codes of lambda_code L_I(code), a float32 scalar."""
        weighted = [self.latents.codes[name].weight * bound for name, bound in bounds.items()]
        return -tf.add_n(weighted) if weighted else tf.constant(0.0)

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        names = ("latents", "recognition_head", "generator_weight", "discriminator_weight")
        return {**super().get_config(), **{name: serialize(getattr(self, name)) for name in names}}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> VariationalBound:
        deserialized = {
            name: keras.saving.deserialize_keras_object(value)
            for name, value in config.items()
            if isinstance(value, dict) and name != "dtype"
        }
        return cls(**{**config, **deserialized})


@keras.saving.register_keras_serializable("keras_infogan")
class DetachedBound(VariationalBound):
    """Q learns to read the codes from the trunk's features, and changes nothing else.

    Only Q's head minimizes -L_I; G and the trunk receive no gradient from it. This is the control
    experiment without the information term (lambda 0), in which Q still reads the codes.
    """

    def call(self, features: Tensor, training: bool = False) -> Tensor:
        return super().call(tf.stop_gradient(features), training)

    def compute_losses(
        self,
        latents: Mapping[str, Tensor],
        fake: DiscriminatorOutput,
        step: Tensor,
        training: bool = False,
    ) -> Losses:
        del step, training
        bounds = self.bounds(latents, fake.parameters)
        reading_loss = -tf.add_n([*bounds.values(), 0.0])
        return Losses(discriminator=reading_loss, generator=tf.constant(0.0), logs=_logs(bounds))


@keras.saving.register_keras_serializable("keras_infogan")
class EstimatedInformation(DetachedBound):
    """The information term is an estimate of I(c; f(x)) by a statistics network T.

    G, the trunk and T maximize the estimate of all codes together, with f the trunk's features:
    MINE (Belghazi et al. 2018, arXiv:1801.04062) or a similar estimator replaces the variational
    bound. Q is trained as in `DetachedBound`, to recognize codes and to compare both estimates.

    Args:
        latents, recognition_head, generator_weight, discriminator_weight: as for
            `VariationalBound`.
        statistics_network: layer (features [B, F], codes [B, K]) -> scores [B, B].
        estimator: layer scores -> nats; see `keras_infogan.estimators`.
        weight: lambda of the estimate, float > 0.

    Raises:
        ValueError: no codes, or a weight that is not positive.
    """

    images_needed = 2  # whose pairs it compares

    def __init__(
        self,
        latents: LatentSpec,
        recognition_head: keras.Model,
        statistics_network: keras.layers.Layer,
        estimator: keras.layers.Layer,
        weight: float = 1.0,
        **kwargs: Any,
    ):
        super().__init__(latents, recognition_head, **kwargs)
        if not latents.codes:
            raise ValueError("An estimate of the codes' information needs codes. Received: none")
        checked_number("weight", weight, above=0)
        self.statistics_network = statistics_network
        self.estimator = estimator
        self.weight = weight

    def build(self, input_shape: tuple[int | None, ...]) -> None:
        super().build(input_shape)
        if not self.statistics_network.built:
            self.statistics_network.build(input_shape, (None, self.latents.code_width))
        if not self.estimator.built:
            self.estimator.build((None, None))

    @property
    def log_names(self) -> list[str]:
        return [*super().log_names, ESTIMATE_LOG]

    def compute_losses(
        self,
        latents: Mapping[str, Tensor],
        fake: DiscriminatorOutput,
        step: Tensor,
        training: bool = False,
    ) -> Losses:
        reading = super().compute_losses(latents, fake, step, training)
        scores = self.statistics_network(fake.features, self.latents.encode_codes(latents))
        estimate = self.estimator(scores, training=training)
        loss = -self.weight * estimate
        return Losses(
            discriminator=self.discriminator_weight(step) * loss + reading.discriminator,
            generator=self.generator_weight(step) * loss,
            logs={**reading.logs, ESTIMATE_LOG: estimate},
        )

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        return {
            **super().get_config(),
            "statistics_network": serialize(self.statistics_network),
            "estimator": serialize(self.estimator),
            "weight": self.weight,
        }


def _logs(bounds: Mapping[str, Tensor]) -> dict[str, Tensor]:
    return {f"information/{name}": bound for name, bound in bounds.items()}


def real_fake_information(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """The bound on I(x; y), where y is real or fake: log 2 + (E log D + E log(1 - D)) / 2.

    The discriminator is the variational posterior of y (Huszar 2016, "InfoGAN: using the
    variational bound on mutual information (twice)"); the bound is at most ln 2 = 0.693 nats.

    Args:
        real_logits, fake_logits: float32 [B, 1].

    Returns:
        A float32 scalar in nats.

    Examples:
        >>> float(real_fake_information(tf.zeros([8, 1]), tf.zeros([8, 1])))   # D cannot tell
        0.0
    """
    log_real = -tf.nn.softplus(-real_logits)
    log_fake = -tf.nn.softplus(fake_logits)
    return math.log(2.0) + (tf.reduce_mean(log_real) + tf.reduce_mean(log_fake)) / 2.0
