"""A variational autoencoder with the information term."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.latents.codes import Gaussian
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.losses import Losses
from keras_infogan.models.infogan import InfoGAN
from keras_infogan.objectives import Objective
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor

PIXEL_EPSILON = 1e-6


@keras.saving.register_keras_serializable("keras_infogan")
class NoAdversary(Objective):
    """The objective of a model without a discriminator: 0 for both sides."""

    def discriminator_loss(self, real: Any, fake: Any) -> Tensor:
        return tf.constant(0.0)

    def generator_loss(self, real: Any, fake: Any) -> Tensor:
        return tf.constant(0.0)


@keras.saving.register_keras_serializable("keras_infogan")
class VAEWithInformation(InfoGAN):
    """A variational autoencoder with the information term: L_VAE - lambda L_I.

    G decodes, Q encodes, and both minimize the sum. It is not the InfoVAE of arXiv:1706.02262.

    L_VAE = E_x [ -E[c ~ Q(c|x)] log p(x|c) + sum over codes of KL(Q(c|x) || P(c)) ] in nats per
    image (Kingma & Welling 2014, arXiv:1312.6114, equation 3), p(x|c) Bernoulli in each pixel with
    the mean G(c), and L_I the variational bound on generated images as in `InfoGAN`. Categorical
    codes pass through a Gumbel-softmax (Jang et al. 2017, arXiv:1611.01144). The discriminator's
    head exists but is not trained.

    Args:
        latents: all `Gaussian` (learned deviations) or categorical codes, no noise.
        temperature: of the Gumbel-softmax, float > 0.
        others: as for `InfoGAN`, without the objective.

    Raises:
        ValueError: noise, a code of another kind, or a temperature that is not positive.
    """

    config_objects = tuple(part for part in InfoGAN.config_objects if part != "objective")
    config_numbers = (*InfoGAN.config_numbers, "temperature")

    def __init__(self, latents: LatentSpec, *, temperature: float = 0.5, **kwargs: Any):
        usable = all(
            code.is_discrete or (isinstance(code, Gaussian) and code.stddev is None)
            for code in latents.codes.values()
        )
        if latents.noise or not usable:
            raise ValueError(
                "VAEWithInformation should have Gaussian and categorical codes and no noise. "
                f"Received: {latents}"
            )
        checked_number("temperature", temperature, above=0)
        super().__init__(latents, objective=NoAdversary(), **kwargs)
        self.temperature = temperature

    def discriminator_variables(self) -> list[keras.Variable]:
        return (
            self.trunk.trainable_variables
            + self.information.trainable_variables
            + self.regularizer_variables()
        )

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        """L_VAE for both sides."""
        loss = self.reconstruction_loss(context) + self.divergence(context)
        return Losses(loss, loss)

    def reconstruction_loss(self, context: PenaltyContext) -> Tensor:
        """-log p(x|c) in nats per image, c drawn from Q(c|x), a float32 scalar."""
        posteriors = context.latents.posteriors(context.real.parameters)
        seeds = tf.random.split(context.seed, len(posteriors))
        draws = [
            self._draw(posterior, seed)
            for posterior, seed in zip(posteriors.values(), tf.unstack(seeds), strict=True)
        ]
        pixels = self.generator(tf.concat(draws, axis=-1), training=True)
        pixels = tf.clip_by_value(pixels, PIXEL_EPSILON, 1.0 - PIXEL_EPSILON)
        log_prob = tfd.Bernoulli(probs=pixels, dtype=tf.float32).log_prob(context.images)
        return -tf.reduce_mean(tf.reduce_sum(log_prob, axis=[1, 2, 3]))

    def divergence(self, context: PenaltyContext) -> Tensor:
        """The sum over codes of KL(Q(c|x) || P(c)) in nats, a float32 scalar."""
        posteriors = context.latents.posteriors(context.real.parameters)
        return tf.add_n(
            [
                tf.reduce_mean(tfd.kl_divergence(posterior, self._prior(name)))
                for name, posterior in posteriors.items()
            ]
        )

    def _draw(self, posterior: tfd.Distribution, seed: Tensor) -> Tensor:
        """An encoding drawn from Q(c|x), through which its parameters receive a gradient."""
        if isinstance(posterior, tfd.Categorical):
            posterior = tfd.RelaxedOneHotCategorical(
                self.temperature, logits=posterior.logits_parameter()
            )
        return posterior.sample(seed=seed)

    def _prior(self, name: str) -> tfd.Distribution:
        """P(c) as a distribution whose divergence from Q(c|x) tfp can compute."""
        code = self.latents.codes[name]
        if code.is_discrete:
            return code.prior
        return tfd.MultivariateNormalDiag(tf.zeros([code.size]), tf.ones([code.size]))
