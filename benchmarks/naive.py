"""The baseline: InfoGAN's step as tutorials write it, two passes and stock parts throughout."""

import keras
import tensorflow as tf

from keras_infogan import networks
from keras_infogan.latents.spec import LatentSpec

BETA_1 = 0.5


class NaiveInfoGAN(keras.Model):
    """The same networks, rates, losses and number of updates; latents drawn for each pass."""

    def __init__(self, latents: LatentSpec):
        super().__init__()
        self.latents = latents
        parts = networks.build("mnist", latents.width, latents.parameter_count)
        self.generator = parts.generator
        self.trunk = parts.trunk
        self.discriminator_head = parts.discriminator_head
        self.recognition_head = parts.recognition_head
        self.generator_optimizer = keras.optimizers.Adam(1e-3, beta_1=BETA_1)
        self.discriminator_optimizer = keras.optimizers.Adam(2e-4, beta_1=BETA_1)
        self.cross_entropy = keras.losses.BinaryCrossentropy(from_logits=True)
        self.means = [keras.metrics.Mean(name) for name in ("discriminator", "generator")]
        self.built = True

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        """The two losses' means, reset each epoch."""
        return self.means

    def information_loss(self, drawn: dict, parameters: tf.Tensor) -> tf.Tensor:
        """-sum over codes of lambda E[log Q(c|x)]."""
        log_probs = self.latents.log_prob(drawn, parameters)
        return -tf.add_n(
            [
                self.latents.codes[name].weight * tf.reduce_mean(log_prob)
                for name, log_prob in log_probs.items()
            ]
        )

    def train_step(self, images: tf.Tensor) -> dict:
        """One update of D and Q on its own draw, then one of G on another."""
        images = tf.cast(images, tf.float32) / 255.0
        batch = tf.shape(images)[0]
        discriminator_variables = (
            self.trunk.trainable_variables
            + self.discriminator_head.trainable_variables
            + self.recognition_head.trainable_variables
        )

        drawn = self.draw(batch)
        fakes = self.generator(self.latents.concatenate(drawn), training=True)
        with tf.GradientTape() as tape:
            real_logits = self.discriminator_head(self.trunk(images, training=True))
            features = self.trunk(fakes, training=True)
            fake_logits = self.discriminator_head(features)
            discriminator_loss = (
                self.cross_entropy(tf.ones_like(real_logits), real_logits)
                + self.cross_entropy(tf.zeros_like(fake_logits), fake_logits)
                + self.information_loss(drawn, self.recognition_head(features, training=True))
            )
        gradients = tape.gradient(discriminator_loss, discriminator_variables)
        self.discriminator_optimizer.apply(gradients, discriminator_variables)

        drawn = self.draw(batch)
        with tf.GradientTape() as tape:
            fakes = self.generator(self.latents.concatenate(drawn), training=True)
            features = self.trunk(fakes, training=True)
            fake_logits = self.discriminator_head(features)
            generator_loss = self.cross_entropy(
                tf.ones_like(fake_logits), fake_logits
            ) + self.information_loss(drawn, self.recognition_head(features, training=True))
        gradients = tape.gradient(generator_loss, self.generator.trainable_variables)
        self.generator_optimizer.apply(gradients, self.generator.trainable_variables)

        for mean, loss in zip(self.means, (discriminator_loss, generator_loss), strict=True):
            mean.update_state(loss)
        return {mean.name: mean.result() for mean in self.means}

    def draw(self, batch: tf.Tensor) -> dict:
        """Latents from their priors."""
        seed = tf.random.uniform([2], minval=0, maxval=2**31 - 1, dtype=tf.int32)
        return self.latents.sample(batch, seed)

    def categories(self, images: tf.Tensor) -> tf.Tensor:
        """Q's most probable value of the first code, for uint8 images."""
        parameters = self.recognition_head(self.trunk(tf.cast(images, tf.float32) / 255.0))
        return tf.argmax(next(iter(self.latents.split(parameters).values())), axis=-1)
