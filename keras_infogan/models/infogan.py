"""InfoGAN: a generative adversarial network whose codes can be read off its images."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from keras_infogan import networks as architectures
from keras_infogan.information import InformationTerms, VariationalBound, real_fake_information
from keras_infogan.latents.codes import LearnedCategorical
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.layers import frozen_seeds, frozen_statistics
from keras_infogan.models import replicas
from keras_infogan.models.adversarial import AdversarialModel
from keras_infogan.models.inference import Inference
from keras_infogan.models.weight_averages import averaged_copy, move_average
from keras_infogan.networks import Networks
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.objectives import NonSaturating, Objective
from keras_infogan.regularizers.base import Regularizer
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.arguments import checked_count

REAL_FAKE_LOG = "information/real_fake"

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class InfoGAN(Inference, AdversarialModel):
    """InfoGAN (Chen et al. 2016, arXiv:1606.03657).

    min over G, Q, max over D of V(D, G) - lambda L_I(G, Q), where z, c are the latents, V the
    adversarial objective and L_I the variational bound on I(c; G(z, c)). Q shares the
    discriminator's trunk; D's optimizer trains trunk and both heads on D's loss plus the
    information term, G's optimizer trains G on its loss plus the same term, as the paper's code
    does. Both gradients are taken from one forward pass (simultaneous updates), where the paper's
    code makes one pass for each. Real images alone move the averages of the discriminator's
    batch normalisation, since real images are what it reads in inference.

    A step is one cycle of `discriminator_steps` updates of D and Q and `generator_steps` of G. Each
    update of D has images of its own: a batch that reaches a step is cut into as many parts.

    Args:
        latents: the `LatentSpec`.
        generator: Keras model [B, latents.width] -> images in [0, 1].
        trunk: Keras model images -> features [B, F].
        discriminator_head: Keras model features -> logits [B, 1], float32.
        information: the bound that owns Q's head.
        objective: the adversarial objective.
        regularizers: penalties and constraints on either side.
        discriminator_steps: updates of D and Q in a step, int >= 1.
        generator_steps: updates of G in a step, int >= 1.
        generator_average: decay of the average of G's weights that `sample` and the export use;
            0 uses the weights themselves. 0.999 forgets in about a thousand steps.
        discriminator_average: decay of the averages of the trunk's and both heads' weights that
            read images in inference, `recognize` and the export; 0 uses the weights themselves.
        seed: int.
        further_networks: those of a subclass, by the name of their attribute.

    Raises:
        ValueError: a number of updates below 1, a decay outside [0, 1), two regularizers of one
            name, or one that cannot hold these networks.

    Example:

    >>> latents = LatentSpec(noise=62, codes={"digit": Categorical(10), "style": Uniform(2)})
    >>> model = InfoGAN.from_architecture("mnist", latents)
    >>> model.compile()
    >>> model.fit(images, batch_size=128, epochs=10)
    >>> model.sample(8, codes={"digit": 3})            # images, float32 [8, 28, 28, 1]
    >>> model.recognize(images[:8])["digit"].probs     # float32 [8, 10]
    """

    takes_labels = False  # of real images, in training

    # What a config keeps as objects, and as plain numbers.
    _parts_of_config: tuple[str, ...] = (
        "latents",
        "generator",
        "trunk",
        "discriminator_head",
        "information",
        "objective",
    )
    _numbers_of_config: tuple[str, ...] = (
        "discriminator_steps",
        "generator_steps",
        "generator_average",
        "discriminator_average",
        "seed",
    )

    def __init__(
        self,
        latents: LatentSpec,
        generator: keras.Model,
        trunk: keras.Model,
        discriminator_head: keras.Model,
        information: VariationalBound,
        objective: Objective | None = None,
        regularizers: Sequence[Regularizer] = (),
        discriminator_steps: int = 1,
        generator_steps: int = 1,
        generator_average: float = 0.0,
        discriminator_average: float = 0.0,
        seed: int = 0,
        further_networks: Mapping[str, keras.layers.Layer] | None = None,
        **kwargs: Any,
    ):
        super().__init__(image_shape=trunk.input_shape[1:], seed=seed, **kwargs)
        _check_averages(generator_average, discriminator_average)
        if discriminator_average and type(self).read is not InfoGAN.read:
            raise ValueError(
                f"{type(self).__name__} reads images with networks of its own, which are not "
                f"averaged. Received: discriminator_average={discriminator_average!r}"
            )
        self.latents = latents
        self.generator = generator
        self.trunk = trunk
        self.discriminator_head = discriminator_head
        self.information = information
        self._prior_logits = [self._adopted(name, code) for name, code in latents.learned.items()]
        for name, network in (further_networks or {}).items():
            setattr(self, name, network)
        self.objective = objective or NonSaturating()
        self.regularizers = list(regularizers)
        self.discriminator_steps = checked_count("discriminator_steps", discriminator_steps, 1)
        self.generator_steps = checked_count("generator_steps", generator_steps, 1)
        self.generator_average = generator_average
        self.discriminator_average = discriminator_average
        names = [regularizer.name for regularizer in self.regularizers]
        if len(set(names)) < len(names):
            raise ValueError(f"Each regularizer should have a name of its own. Received: {names}")
        for regularizer in self.regularizers:
            regularizer.check(self)
            regularizer.build(self)
            regularizer.constrain(self.critic_variables())
        self._regularizer_layers = [  # here so that Keras keeps their weights
            layer for regularizer in self.regularizers for layer in regularizer.layers
        ]
        self.averaged_generator = averaged_copy(generator) if generator_average else None
        self.averaged_readers = (
            [averaged_copy(network) for network in self._readers()] if discriminator_average else []
        )
        self._means = {name: keras.metrics.Mean(name) for name in self._log_names()}
        self.watch(list(self._means))
        self._inference = tf.function(self.read, reduce_retracing=True)
        self._generation = tf.function(self.sampling_generator, reduce_retracing=True)
        self.build()

    @classmethod
    def from_architecture(
        cls,
        name: str,
        latents: LatentSpec,
        image_shape: tuple[int, int, int] | None = None,
        *,
        information: Callable[..., VariationalBound] = VariationalBound,
        networks: Mapping[str, Any] | None = None,
        seed: int = 0,
        dtype: Any = None,
        **arguments: Any,
    ) -> InfoGAN:
        """An InfoGAN with a paper's networks.

        Args:
            name: one of `keras_infogan.networks.ARCHITECTURES`.
            latents: the `LatentSpec`.
            image_shape: (H, W, C); None is the paper's.
            information: called with the latents and Q's head, makes the bound: a class of
                `keras_infogan.information`, or a `functools.partial` of one that sets weights.
            networks: further arguments of the architecture, its normalisation say.
            seed: as for the constructor; it initialises the networks too.
            dtype: Keras dtype policy, "mixed_float16" say; None is the global one.
            **arguments: of the constructor: objective, regularizers, discriminator_steps, ...

        Raises:
            ValueError: an unknown name, or an image shape that the architecture cannot make.
        """
        keras.utils.set_random_seed(seed)
        build: Callable[..., Networks] = partial(
            architectures.build, name, dtype=dtype, **(networks or {})
        )
        parts = build(latents.width, latents.parameter_count, image_shape)
        networks_by_name = {
            "generator": parts.generator,
            "trunk": parts.trunk,
            "discriminator_head": parts.discriminator_head,
            **cls._further_networks(build, parts, latents),
        }
        bound = information(latents, parts.recognition_head)
        return cls(latents, information=bound, seed=seed, **networks_by_name, **arguments)

    @classmethod
    def _further_networks(
        cls, build: Callable[..., Networks], parts: Networks, latents: LatentSpec
    ) -> dict[str, Any]:
        """Networks that a variant has besides, by the name of its constructor's argument.

        They may take the place of one of `parts`; `build` makes the architecture again, from its
        input's width, Q's parameters and the shape of its images.
        """
        return {}

    # Build, variables, serialization

    def _adopted(self, name: str, code: LearnedCategorical) -> keras.Variable:
        """The weight that a code's prior is learned as."""
        logits = self.add_weight(
            shape=[code.size], initializer="zeros", dtype="float32", name=f"{name}_prior_logits"
        )
        code.adopt(logits)
        return logits

    def build(self, input_shape: Any = None) -> None:
        if not self.information.built:
            self.information.build(self.trunk.output_shape)
        self.built = True

    def generator_variables(self) -> list[keras.Variable]:
        return self.generator.trainable_variables + self._prior_logits

    def discriminator_variables(self) -> list[keras.Variable]:
        return (
            self.critic_variables()
            + self.information.trainable_variables
            + self.regularizer_variables()
        )

    def regularizer_variables(self) -> list[keras.Variable]:
        """Those of the regularizers' own layers."""
        layers = [layer for regularizer in self.regularizers for layer in regularizer.layers]
        return [variable for layer in layers for variable in layer.trainable_variables]

    def critic_variables(self) -> list[keras.Variable]:
        """Those that the logit of an image depends on."""
        return self.trunk.trainable_variables + self.discriminator_head.trainable_variables

    def variables_of_discriminator_loss(self) -> list[keras.Variable]:
        """Those of the discriminator's optimizer that its loss updates: all, here."""
        return self.discriminator_variables()

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        """The random layers of the regularizers."""
        return [layer for each in self.regularizers for layer in each.augmentations]

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator that images come from: the averaged one where there is one."""
        return self.averaged_generator or self.generator

    def get_config(self) -> dict[str, Any]:
        serialize = keras.saving.serialize_keras_object
        parts = {name: serialize(getattr(self, name)) for name in self._parts_of_config}
        return {
            **parts,
            "regularizers": [serialize(each) for each in self.regularizers],
            **{name: getattr(self, name) for name in self._numbers_of_config},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> InfoGAN:
        def deserialize(part: Any) -> Any:
            return keras.saving.deserialize_keras_object(part, custom_objects=custom_objects)

        parts = {name: deserialize(config[name]) for name in cls._parts_of_config}
        # Q's head codes for the same latents; one object, so that they cannot part.
        parts["information"].latents = parts["latents"]
        return cls(
            **parts,
            regularizers=[deserialize(each) for each in config["regularizers"]],
            **{name: config[name] for name in cls._numbers_of_config if name in config},
        )

    # Training

    def read(self, images: Tensor, training: bool = False) -> DiscriminatorOutput:
        """The discriminator's and Q's view of images, float32 [B, H, W, C] in [0, 1]."""
        trunk, discriminator_head, recognize = (
            self.averaged_readers
            if self.averaged_readers and not training
            else (self.trunk, self.discriminator_head, self.information)
        )
        features = trunk(images, training=training)
        return DiscriminatorOutput(
            features,
            discriminator_head(features, training=training),
            recognize(features, training=training),
        )

    def _readers(self) -> list[keras.Model]:
        """Trunk, discriminator's head and Q's head."""
        return [self.trunk, self.discriminator_head, self.information.recognition_head]

    def call(self, images: Tensor, training: bool = False) -> dict[str, Tensor]:
        """Q's parameters per code name, and the discriminator's logit [B, 1] as "logit"."""
        reading = self.read(images, training)
        return {**self.latents.split(reading.parameters), "logit": reading.logits}

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """Update the discriminator on each part of a batch, the generator on the last; record."""
        kept = self.keep_statistics()
        *first, last = self._parts(self.unpack_images(data))
        seed = self.step_seed()
        for index, images in enumerate(first, start=1):
            self._update_discriminator(images, _fold(seed, index))
        losses = self._update_both(last, seed)
        for index in range(1, self.generator_steps):
            self._update_generator(last, _fold(seed, -index))
        replicas.share_mean(self.statistics())
        self._move_averages()
        self.step.assign_add(1)
        return self._record(losses, self.settle(losses, kept))

    def _parts(self, images: Tensor) -> list[Tensor]:
        """The images of each update of D; those that do not divide are left out."""
        count = self.discriminator_steps
        size = tf.shape(images)[0] // count if images.shape[0] is None else images.shape[0] // count
        return [images[index * size : (index + 1) * size] for index in range(count)]

    def _update_both(self, images: Tensor, seed: Tensor) -> dict[str, Tensor]:
        with tf.GradientTape() as generator_tape, tf.GradientTape() as discriminator_tape:
            losses = self.play(images, seed)
            generator_loss = self.scaled_loss(losses["generator_loss"], self.generator_optimizer)
            discriminator_loss = self.scaled_loss(
                losses["discriminator_loss"], self.discriminator_optimizer
            )
        self.update(
            self.discriminator_optimizer,
            discriminator_tape,
            discriminator_loss,
            self.variables_of_discriminator_loss(),
        )
        self.update(
            self.generator_optimizer, generator_tape, generator_loss, self.generator_variables()
        )
        return losses

    def _update_discriminator(self, images: Tensor, seed: Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = self.play(images, seed)["discriminator_loss"]
            loss = self.scaled_loss(loss, self.discriminator_optimizer)
        self.update(
            self.discriminator_optimizer, tape, loss, self.variables_of_discriminator_loss()
        )

    def _update_generator(self, images: Tensor, seed: Tensor) -> None:
        with tf.GradientTape() as tape:
            loss = self.play(images, seed)["generator_loss"]
            loss = self.scaled_loss(loss, self.generator_optimizer)
        self.update(self.generator_optimizer, tape, loss, self.generator_variables())

    def play(self, images: Tensor, seed: Tensor, training: bool = True) -> dict[str, Tensor]:
        """Draw latents, generate, read real and generated images: every loss of a step.

        Args:
            images: real ones, float32 [B, H, W, C] in [0, 1].
            seed: int32 [2], stateless.
            training: the mode of every network.

        Returns:
            As `compute_losses`; nothing is updated but averages, in training.
        """
        latents, encoded = self.draw(tf.shape(images)[0], seed)
        fake_images = self.generator(encoded, training=training)
        real = self.read(images, training)
        with frozen_statistics(self.trunk, self.discriminator_head, self.information):
            fake = self.read(fake_images, training)
            views = self._views(images, fake_images, real, fake, seed, training)
            return self.compute_losses(views, latents, training)

    def draw(self, rows: Tensor, seed: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Latents of this replica's own, and the generator's input that they make.

        Args:
            rows: how many, an int scalar.
            seed: int32 [2], stateless, the same on every replica.
        """
        drawn = self.latents.sample(replicas.all_rows(rows), seed)
        encoded = replicas.own_rows(self.latents.concatenate(drawn, seed))
        return {name: replicas.own_rows(value) for name, value in drawn.items()}, encoded

    def _views(
        self,
        images: Tensor,
        fake_images: Tensor,
        real: DiscriminatorOutput,
        fake: DiscriminatorOutput,
        seed: Tensor,
        training: bool,
    ) -> PenaltyContext:
        """What regularizers may look at; for use while the averages of D and Q are held."""

        def generate(encoded: Tensor) -> Tensor:
            with frozen_statistics(self.generator):
                return self.generator(encoded, training=training)

        read = partial(self.read, training=training)
        seed = replicas.own_seed(seed)
        return PenaltyContext(
            images,
            fake_images,
            real,
            fake,
            read,
            self.latents,
            seed,
            training,
            generate,
            self.step.value,
        )

    def statistics(self) -> list[keras.Variable]:
        """Moving averages of normalisation and the like; not those of whole networks."""
        averages = [self.averaged_generator, *self.averaged_readers]
        left_out = {id(weight) for each in averages if each is not None for weight in each.weights}
        return [
            weight
            for weight in self.non_trainable_weights
            if id(weight) not in left_out and weight.dtype.startswith("float")
        ]

    def _move_averages(self) -> None:
        if self.averaged_generator is not None:
            move_average(self.averaged_generator, self.generator, self.generator_average)
        for average, network in zip(self.averaged_readers, self._readers(), strict=False):
            move_average(average, network, self.discriminator_average)

    def test_step(self, data: Any) -> dict[str, Tensor]:
        images = self.unpack_images(data)
        # Seeded by the images, so that each batch of an evaluation draws latents of its own.
        checksum = tf.bitcast(tf.reduce_sum(images), tf.int32)
        seed = tf.random.experimental.stateless_fold_in(self.step_seed(), checksum)
        with frozen_seeds(*self.augmentations):
            return self._record(self.play(images, seed, training=False))

    def compute_losses(
        self, views: PenaltyContext, latents: Mapping[str, Tensor], training: bool = True
    ) -> dict[str, Tensor]:
        """Every scalar of a step by the name of its log; the two losses are what is minimised.

        Args:
            views: real and generated images, and how they were read.
            latents: what the generated ones were made from.
            training: whether the information may move what it keeps.
        """
        information = self.information.terms(latents, views.fake, self.step, training)
        discriminator_loss, generator_loss = self.losses_of_both_sides(views, information)
        penalties = {}
        for each in self.regularizers:
            if each.penalizes:
                penalties[each.name] = penalty = each(views)
                if each.of_generator:
                    generator_loss += penalty
                else:
                    discriminator_loss += penalty
        return {
            "discriminator_loss": discriminator_loss,
            "generator_loss": generator_loss,
            **self._real_fake_information(views),
            **information.logs,
            **penalties,
        }

    def losses_of_both_sides(
        self, views: PenaltyContext, information: InformationTerms
    ) -> tuple[Tensor, Tensor]:
        """What the discriminator's side and the generator minimise, penalties left out."""
        return (
            self.objective.discriminator_loss(views.real, views.fake) + information.discriminator,
            self.objective.generator_loss(views.real, views.fake) + information.generator,
        )

    def _real_fake_information(self, views: PenaltyContext) -> dict[str, Tensor]:
        """The bound where logits are log odds; a critic's scores bound nothing."""
        if not self.objective.estimates_probability:
            return {}
        bound = real_fake_information(views.real.logits, views.fake.logits)
        return {REAL_FAKE_LOG: bound}

    # Logs

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(self._means.values())

    def _log_names(self) -> list[str]:
        return [
            "discriminator_loss",
            "generator_loss",
            *([REAL_FAKE_LOG] if self.objective.estimates_probability else []),
            *self.information.log_names,
            *(each.name for each in self.regularizers if each.penalizes),
        ]

    def _record(
        self, losses: Mapping[str, Tensor], counts: Tensor | bool = True
    ) -> dict[str, Tensor]:
        """The means so far; a step that does not count leaves them as they are."""
        for name, value in losses.items():
            value = tf.where(counts, value, tf.zeros_like(value))
            self._means[name].update_state(value, sample_weight=tf.cast(counts, tf.float32))
        return replicas.logs(self.get_metrics_result())


def _check_averages(generator_average: float, discriminator_average: float) -> None:
    for name, decay in (
        ("generator_average", generator_average),
        ("discriminator_average", discriminator_average),
    ):
        if not 0 <= decay < 1:
            raise ValueError(f"`{name}` should be from 0 to below 1. Received: {name}={decay!r}")


def _fold(seed: Tensor, index: int) -> Tensor:
    return tf.random.experimental.stateless_fold_in(seed, index)
