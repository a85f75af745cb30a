"""Adversarial objectives: what the discriminator and the generator minimize."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.types import Tensor


class Objective:
    """Two losses on the discriminator's output for real and generated images.

    Both losses take `real` and `fake`, each with `logits` float32 [B, 1] and `features` [B, F],
    and return a mean over the batch, a float32 scalar.

    Attributes:
        estimates_probability: whether sigmoid(logit) estimates the probability that an image is
            real, so that the logits give a bound on the real/fake information.
    """

    estimates_probability = False

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        """What D minimizes."""
        raise NotImplementedError

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        """What G minimizes."""
        raise NotImplementedError

    def get_config(self) -> dict[str, Any]:
        return {}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Objective:
        return cls(**config)


@keras.saving.register_keras_serializable("keras_infogan")
class NonSaturating(Objective):
    """The non-saturating objective of Goodfellow et al. 2014 (arXiv:1406.2661, section 3).

    D minimizes -E[log D(x)] - E[log(1 - D(G(z)))], G minimizes -E[log D(G(z))], where
    D(x) = sigmoid(logit(x)); in logits, -log D = softplus(-logit), -log(1 - D) = softplus(logit).

    Examples:
        >>> from keras_infogan.networks.outputs import DiscriminatorOutput
        >>> fake = DiscriminatorOutput(None, tf.zeros([8, 1]), None)
        >>> round(float(NonSaturating().generator_loss(real=None, fake=fake)), 3)   # ln(2)
        0.693
    """

    estimates_probability = True

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(tf.nn.softplus(-real.logits)) + _mean(tf.nn.softplus(fake.logits))

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(tf.nn.softplus(-fake.logits))


@keras.saving.register_keras_serializable("keras_infogan")
class Minimax(NonSaturating):
    """The minimax objective (Goodfellow et al. 2014, arXiv:1406.2661, equation 1).

    D as in `NonSaturating`; G minimizes E[log(1 - D(G(z)))], whose gradient vanishes where D
    rejects an image with confidence.
    """

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return -_mean(tf.nn.softplus(fake.logits))


@keras.saving.register_keras_serializable("keras_infogan")
class LeastSquares(Objective):
    """LSGAN (Mao et al. 2017, arXiv:1611.04076, equation 2) with its 0-1 coding.

    D minimizes (E[(D(x) - 1)^2] + E[D(G(z))^2]) / 2, G minimizes E[(D(G(z)) - 1)^2] / 2, where
    D is the logit itself.
    """

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        return (_mean(tf.square(real.logits - 1.0)) + _mean(tf.square(fake.logits))) / 2.0

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(tf.square(fake.logits - 1.0)) / 2.0


@keras.saving.register_keras_serializable("keras_infogan")
class Wasserstein(Objective):
    """The dual of the Wasserstein-1 distance (Arjovsky et al. 2017, arXiv:1701.07875, eq. 3).

    The critic f minimizes E[f(G(z))] - E[f(x)], G minimizes -E[f(G(z))]. The critic should be
    close to 1-Lipschitz: use `WeightClipping` or `GradientPenalty`.
    """

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(fake.logits) - _mean(real.logits)

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return -_mean(fake.logits)


@keras.saving.register_keras_serializable("keras_infogan")
class Hinge(Objective):
    """The hinge objective (Lim & Ye 2017, arXiv:1705.02894; Miyato et al. 2018, arXiv:1802.05957).

    D minimizes E[max(0, 1 - D(x))] + E[max(0, 1 + D(G(z)))], G minimizes -E[D(G(z))].
    """

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(tf.nn.relu(1.0 - real.logits)) + _mean(tf.nn.relu(1.0 + fake.logits))

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return -_mean(fake.logits)


@keras.saving.register_keras_serializable("keras_infogan")
class RelativisticPairing(Objective):
    """The relativistic pairing objective (Jolicoeur-Martineau 2018, arXiv:1807.00734).

    D minimizes E[softplus(-(D(x) - D(G(z))))], G minimizes E[softplus(-(D(G(z)) - D(x)))], each
    real image paired with one generated image. R3GAN (Huang et al. 2024, arXiv:2501.05441) adds
    `R1` and `R2`, and then converges.
    """

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(tf.nn.softplus(fake.logits - real.logits))

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return _mean(tf.nn.softplus(real.logits - fake.logits))


@keras.saving.register_keras_serializable("keras_infogan")
class FeatureMatching(NonSaturating):
    """Feature matching (Salimans et al. 2016, arXiv:1606.03498, section 3.1).

    D as in `NonSaturating`; G minimizes ||E[f(x)] - E[f(G(z))]||^2 on the trunk's features f.
    """

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return tf.reduce_sum(tf.square(_mean_features(real) - _mean_features(fake)))


def _mean_features(reading: Any) -> Tensor:
    return tf.reduce_mean(tf.cast(reading.features, tf.float32), axis=0)


def _mean(values: Tensor) -> Tensor:
    return tf.reduce_mean(values)
