"""InfoGAN: a generative adversarial network whose codes can be read from its images."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.images import unit_images
from keras_infogan.information import VariationalBound, real_fake_information
from keras_infogan.latents.codes import LearnedCategorical
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.layers import frozen_seeds, frozen_statistics
from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.models import replicas
from keras_infogan.models.adversarial import AdversarialModel
from keras_infogan.models.guarded_step import GuardedStep
from keras_infogan.models.inference import Inference
from keras_infogan.models.parts import check_latents, check_recipe, check_terms
from keras_infogan.models.preset_files import FromPreset
from keras_infogan.models.saving import check_config_format
from keras_infogan.models.weight_averages import averaged_copy, move_average
from keras_infogan.networks import NetworkDict, Networks, Recipe
from keras_infogan.networks.outputs import DiscriminatorOutput
from keras_infogan.objectives import FeatureMatching, NonSaturating, Objective
from keras_infogan.regularizers.base import RegularizedParts, Regularizer
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.arguments import checked_count, checked_number, checked_seed
from keras_infogan.runtime.image_tensors import checked_tensor
from keras_infogan.runtime.types import Tensor

DISCRIMINATOR, GENERATOR = BOTH
NOTHING: Mapping[str, Tensor] = MappingProxyType({})  # what is given with images, by default
REAL_FAKE_LOG = "information/real_fake"


@keras.saving.register_keras_serializable("keras_infogan")
class InfoGAN(FromPreset, Inference, AdversarialModel):
    """InfoGAN (Chen et al. 2016, arXiv:1606.03657).

    min over G, Q, max over D of V(D, G) - lambda L_I(G, Q), where z, c are the latents, V the
    adversarial objective and L_I the variational bound on I(c; G(z, c)). Q shares the
    discriminator's trunk; D's optimizer trains trunk and both heads on D's loss plus the
    information term, G's optimizer trains G on its loss plus the same term, as the paper's code
    does. Only real images update the averages of the discriminator's batch normalization, since it
    reads real images in inference.

    A step is one cycle of `discriminator_steps` updates of D and Q and `generator_steps` of G. Each
    update of D has its own images: the batch of a step is divided into that many parts.

    Args:
        latents: the `LatentSpec`.
        generator: Keras model [B, latents.width] -> images in [0, 1].
        trunk: Keras model images -> features [B, F].
        discriminator_head: Keras model features -> logits [B, 1], float32.
        information: the bound that owns Q's head.
        objective: the adversarial objective.
        regularizers: penalties and constraints on either side.
        discriminator_steps: updates of D and Q per step, int >= 1.
        generator_steps: updates of G per step, int >= 1.
        alternating: False takes both gradients from one forward pass (simultaneous updates). True
            updates D and Q first, then G by the gradient through the new D and Q, as in the paper's
            code.
        generator_average: decay of the exponential moving average of G's weights, for `sample` and
            the export; 0 uses the weights themselves. 0.999 averages about a thousand steps.
        discriminator_average: decay of the exponential moving averages of the weights of the trunk
            and both heads, for inference, `recognize` and the export; 0 uses the weights
            themselves.
        seed: int.
        **kwargs: the further networks of a variant and the weights of its terms, by name.

    Raises:
        TypeError: latents, an objective or regularizers that are none, or a network is missing.
        ValueError: a number of updates below 1, a decay outside [0, 1), two regularizers with the
            same name, or a regularizer that cannot regularize these networks.

    Examples:
        >>> latents = LatentSpec(noise=62, codes={"digit": Categorical(10), "style": Uniform(2)})
        >>> model = InfoGAN.from_architecture("mnist", latents, networks={"width_multiplier": 0.05})
        >>> model.compile()
        >>> history = model.fit(images, batch_size=32, epochs=1, verbose=0)
        >>> model.sample(8, codes={"digit": 3}).shape
        (8, 28, 28, 1)
        >>> model.recognize(images[:8])["digit"].probs.shape
        TensorShape([8, 10])
    """

    # What a variant may change.
    takes_labels = False  # of real images, in training
    takes_given = False  # inputs that come with real images, see `latents.given`
    makes_generator = False  # in `further_networks`, in place of the architecture's
    # Its further networks, each an argument of the constructor and an attribute of this name.
    further_discriminators: tuple[str, ...] = ()  # with an adversarial loss, as D has
    further_predictors: tuple[str, ...] = ()  # other networks that D's optimizer trains
    further_generators: tuple[str, ...] = ()  # networks that G's optimizer trains
    # The weights of its terms and their defaults, floats >= 0; arguments and attributes too.
    term_weights: Mapping[str, float] = MappingProxyType({})
    has_one_critic = True  # whether D's logit depends on the image through the trunk alone
    averages_discriminator = True  # whether `discriminator_average` covers all readers of images
    informed_sides: Sequence[Side] = BOTH  # minimize -lambda L_I in the main update

    # Constructor arguments that `get_config` keeps, as objects and as plain numbers; a variant adds
    # its own.
    config_objects: tuple[str, ...] = (
        "latents",
        "generator",
        "trunk",
        "discriminator_head",
        "information",
        "objective",
    )
    config_numbers: tuple[str, ...] = (
        "discriminator_steps",
        "generator_steps",
        "alternating",
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
        alternating: bool = False,
        generator_average: float = 0.0,
        discriminator_average: float = 0.0,
        seed: int = 0,
        **kwargs: Any,
    ):
        check_latents(latents)
        check_terms(objective, regularizers)
        further = self._taken(kwargs)
        super().__init__(image_shape=trunk.input_shape[1:], seed=seed, **kwargs)
        _check_averages(generator_average, discriminator_average)
        if self.further_discriminators and isinstance(objective, FeatureMatching):
            raise ValueError(
                f"{type(self).__name__} has several discriminators, and FeatureMatching reads the "
                "features of one. Received: objective=FeatureMatching()"
            )
        if bool(latents.given) != self.takes_given:
            raise ValueError(
                f"{type(self).__name__} takes {'an' if self.takes_given else 'no'} input that is "
                f"given with each image. Received: {latents}"
            )
        if discriminator_average and not self.averages_discriminator:
            raise ValueError(
                f"{type(self).__name__} reads images with networks of its own, which are not "
                f"averaged. Received: discriminator_average={discriminator_average!r}"
            )
        self.latents = latents
        self.generator = generator
        self.trunk = trunk
        self.discriminator_head = discriminator_head
        self.information = information
        self.prior_logits = [self._adopted(name, code) for name, code in latents.learned.items()]
        self.given_examples = []  # what `sample` draws from, where images are given
        for name, each in latents.given.items():
            if each.bank_shape:
                bank = {"shape": each.bank_shape, "initializer": "zeros", "trainable": False}
                self.given_examples.append(
                    self.add_weight(dtype="float32", name=f"{name}_bank", **bank)
                )
                each.adopt(self.given_examples[-1])
        for name, network_or_weight in further.items():
            setattr(self, name, network_or_weight)
        self.objective = objective or NonSaturating()
        self.regularizers = list(regularizers)
        self.discriminator_steps = checked_count("discriminator_steps", discriminator_steps, 1)
        self.generator_steps = checked_count("generator_steps", generator_steps, 1)
        self.alternating = alternating
        self.generator_average = generator_average
        self.discriminator_average = discriminator_average
        names = [regularizer.name for regularizer in self.regularizers]
        if len(set(names)) < len(names):
            raise ValueError(f"Each regularizer should have a name of its own. Received: {names}")
        parts = RegularizedParts(
            latents,
            trunk,
            discriminator_head,
            information,
            self.updated_variables(DISCRIMINATOR),
            self.has_one_critic and not self.further_discriminators,
        )
        for regularizer in self.regularizers:
            regularizer.check(parts)
            regularizer.build(parts)
            regularizer.constrain(self.critic_variables())
        self._regularizer_layers = [  # an attribute, so that Keras saves their weights
            layer for regularizer in self.regularizers for layer in regularizer.layers
        ]
        self.averaged_generator = averaged_copy(generator) if generator_average else None
        self.averaged_readers = (
            [averaged_copy(network) for network in self.readers()] if discriminator_average else []
        )
        self._inference = tf.function(self.discriminate, reduce_retracing=True)
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
            information: makes the bound from the latents and Q's head: a class of
                `keras_infogan.information`, or a `functools.partial` of one that sets weights.
            networks: further arguments of the architecture, such as its normalization.
            seed: as for the constructor; it initializes the networks too.
            dtype: Keras dtype policy, such as "mixed_float16"; None is the global one.
            **arguments: of the constructor: objective, regularizers, discriminator_steps, ...

        Raises:
            ValueError: an unknown name, or an image shape that the architecture does not support.
        """
        check_recipe(latents, information, networks)
        keras.utils.set_random_seed(checked_seed("seed", seed, bits=32))
        recipe = Recipe(name, dtype, networks or {})
        # A generator that is replaced should not be as wide as an image that is given.
        width = 1 if cls.makes_generator else latents.width
        shape = cls.network_shape(image_shape, latents)
        parts = recipe(width, latents.parameter_count, shape)
        networks_by_name = {**vars(parts), **cls.further_networks(recipe, parts, latents)}
        bound = information(latents, networks_by_name.pop("recognition_head"))
        return cls(latents, information=bound, seed=seed, **networks_by_name, **arguments)

    @classmethod
    def network_shape(cls, image_shape: Any, latents: LatentSpec) -> Any:
        """The shape of the images that the architecture is made for; by default the images'."""
        del latents
        return image_shape

    @classmethod
    def further_networks(cls, recipe: Recipe, parts: Networks, latents: LatentSpec) -> NetworkDict:
        """Further networks of a variant, by the name of the constructor's argument.

        They may replace one of `parts`, by its name there. The recipe makes the architecture again,
        from the width of its input, the number of Q's parameters and the shape of its images.
        """
        return {}

    @classmethod
    def further_names(cls) -> tuple[str, ...]:
        """The names of the further networks."""
        return (*cls.further_discriminators, *cls.further_predictors, *cls.further_generators)

    @classmethod
    def saved_objects(cls) -> tuple[str, ...]:
        """The names of the arguments that `get_config` serializes."""
        return (*cls.config_objects, *cls.further_names())

    @classmethod
    def saved_numbers(cls) -> tuple[str, ...]:
        """The names of the arguments that `get_config` keeps as they are."""
        return (*cls.config_numbers, *cls.term_weights)

    @classmethod
    def _taken(cls, arguments: dict[str, Any]) -> dict[str, Any]:
        """Takes the further networks and the weights of the terms out of the arguments."""
        if missing := [name for name in cls.further_names() if name not in arguments]:
            raise TypeError(
                f"{cls.__name__} should get {missing} too; from_architecture makes them. "
                f"Received: {sorted(arguments)}"
            )
        weights = {
            name: checked_number(name, arguments.pop(name, default), least=0)
            for name, default in cls.term_weights.items()
        }
        return {**{name: arguments.pop(name) for name in cls.further_names()}, **weights}

    # Build, variables, serialization

    def _adopted(self, name: str, code: LearnedCategorical) -> keras.Variable:
        """The weight that holds a code's learned prior."""
        logits = self.add_weight(
            shape=[code.size], initializer="zeros", dtype="float32", name=f"{name}_prior_logits"
        )
        code.adopt(logits)
        return logits

    def build(self, input_shape: Any = None) -> None:
        if not self.information.built:
            self.information.build(self.trunk.output_shape)
        if not self.built:
            super().build(input_shape)

    def generator_variables(self) -> list[keras.Variable]:
        further = _variables(self._networks(self.further_generators))
        return self.generator.trainable_variables + further + self.prior_logits

    def discriminator_variables(self) -> list[keras.Variable]:
        return (
            self.critic_variables()
            + self.information.trainable_variables
            + self.regularizer_variables()
            + _variables(self._networks(self.further_predictors))
        )

    def regularizer_variables(self) -> list[keras.Variable]:
        """The variables of the regularizers' own layers."""
        return _variables(
            layer for regularizer in self.regularizers for layer in regularizer.layers
        )

    def critic_variables(self) -> list[keras.Variable]:
        """The variables that the logit of an image depends on."""
        further = self._networks(self.further_discriminators)
        return _variables([self.trunk, self.discriminator_head, *further])

    def discriminator_networks(self) -> list[keras.layers.Layer]:
        """The networks whose statistics generated images do not change."""
        further = self._networks(self.further_discriminators)
        return [self.trunk, self.discriminator_head, self.information, *further]

    def _networks(self, names: Sequence[str]) -> list[keras.layers.Layer]:
        return [getattr(self, name) for name in names]

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        """The random layers of the regularizers."""
        return [layer for each in self.regularizers for layer in each.augmentations]

    @property
    def sampling_generator(self) -> keras.Model:
        """The generator for inference: the averaged one, if there is one."""
        return self.averaged_generator or self.generator

    def get_config(self) -> dict[str, Any]:
        check_config_format()
        serialize = keras.saving.serialize_keras_object
        return {
            **{name: serialize(getattr(self, name)) for name in self.saved_objects()},
            "regularizers": [serialize(each) for each in self.regularizers],
            **{name: getattr(self, name) for name in self.saved_numbers()},
        }

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> InfoGAN:
        def deserialize(part: Any) -> Any:
            return keras.saving.deserialize_keras_object(part, custom_objects=custom_objects)

        parts = {name: deserialize(config[name]) for name in cls.saved_objects()}
        # Q's head reads the same latents; it is the same object, so that they cannot differ.
        parts["information"].latents = parts["latents"]
        return cls(
            **parts,
            regularizers=[deserialize(each) for each in config["regularizers"]],
            **{name: config[name] for name in cls.saved_numbers() if name in config},
        )

    def readers(self) -> list[keras.Model]:
        """Trunk, discriminator's head and Q's head."""
        return [self.trunk, self.discriminator_head, self.information.recognition_head]

    # Training

    def train_step(self, data: Any) -> dict[str, Tensor]:
        """One cycle of updates on a batch, and its logs."""
        with self.guarded_step() as step:
            step.losses = self.updates(step, self.unpack_images(data), self.unpack_given(data))
        return self.record(step.losses, step.is_good)

    def updates(
        self, step: GuardedStep, images: Tensor, given: Mapping[str, Tensor] = NOTHING
    ) -> Losses:
        """The algorithm: D and Q are updated on each part of the batch, G on the last part."""
        *first, last = self._split_batch(images, given)
        seed = self.step_seed()
        for index, part in enumerate(first, start=1):
            step.update(self._losses_of(part, _fold(seed, index)), DISCRIMINATOR)
        compute = self._losses_of(last, seed)
        if self.alternating:
            of_discriminator = step.update(compute, DISCRIMINATOR)
            losses = step.update(compute, GENERATOR).after(of_discriminator)
        else:
            losses = step.update(compute, DISCRIMINATOR, GENERATOR)
        for index in range(1, self.generator_steps):
            step.update(self._losses_of(last, _fold(seed, -index)), GENERATOR)
        return losses

    def _losses_of(self, part: tuple[Tensor, Any], seed: Tensor) -> Callable[..., Losses]:
        images, given = part
        if not given:  # a subclass that is given nothing need not know the argument
            return partial(self.compute_losses, images, seed)
        return partial(self.compute_losses, images, seed, given=given)

    def compute_losses(
        self,
        images: Tensor,
        seed: Tensor,
        sides: Sequence[Side] = BOTH,
        training: bool = True,
        *,
        given: Mapping[str, Tensor] = NOTHING,
    ) -> Losses:
        """V(D, G) - lambda L_I(G, Q) and the penalties, as each side minimizes them.

        In training it updates the moving averages of normalization, and nothing else.

        Args:
            images: real images, float32 [B, H, W, C] in [0, 1].
            seed: int32 [2], stateless.
            sides: the sides that are updated; penalties of the other side are left out.
            training: the mode of every network.
            given: what comes with the images, by name; B rows.
        """
        latents, encoded = self.draw(tf.shape(images)[0], seed, given)
        fake_images, inner = self.generated(encoded, training)
        real = self.discriminate_reals(images, given, training)
        further_real = self.further_reals(images, latents, training)
        with frozen_statistics(*self.discriminator_networks()):
            fake = self.discriminate_fakes(fake_images, encoded, training)
            discriminate = partial(self.discriminate_reals, given=given, training=training)
            context = self._context(
                images, fake_images, real, fake, discriminate, latents, seed, training
            )._replace(inner=inner, further_real=further_real)
            adversarial = self.adversarial_losses(context)
            information = self.information.compute_losses(latents, fake, self.step, training)
            losses = adversarial + information.only(*self.informed_sides)
            for regularizer in self.regularizers:
                losses += regularizer.compute_losses(context, sides)
        return losses

    def generated(self, encoded: Tensor, training: bool) -> tuple[Tensor, Any]:
        """Images of the generator's input, and what else of its layers V is made of, or None."""
        return self.generator(encoded, training=training), None

    def further_reals(self, images: Tensor, drawn: Mapping[str, Tensor], training: bool) -> Any:
        """What further discriminators say of real images; for a variant that has them.

        Only here do their averages change, since only here do they read real images.

        Args:
            images: real images, float32 [B, H, W, C] in [0, 1].
            drawn: the step's latents, with what was given with the images.
            training: the step's mode.
        """
        return None

    def adversarial_losses(self, context: PenaltyContext) -> Losses:
        """V as each side minimizes it; for a variant to override."""
        real, fake = context.real, context.fake
        logs = {}
        if self.objective.estimates_probability:  # a critic's scores give no bound
            logs[REAL_FAKE_LOG] = real_fake_information(real.logits, fake.logits)
        return Losses(
            self.objective.discriminator_loss(real, fake),
            self.objective.generator_loss(real, fake),
            logs,
        )

    def further_game(self, real: Tensor, fake: Tensor) -> Losses:
        """V of a further discriminator, from its logits [B, 1] for real and generated images."""
        outputs = [DiscriminatorOutput(None, logits, None) for logits in (real, fake)]
        return Losses(
            self.objective.discriminator_loss(*outputs), self.objective.generator_loss(*outputs)
        )

    def discriminate(self, images: Tensor, training: bool = False) -> DiscriminatorOutput:
        """The output of D and Q for images, uint8 or floats in [0, 1], [B, H, W, C].

        A step calls it, so it looks at the dtype alone; `discriminate_all` checks the values.
        """
        images = unit_images(images)
        trunk, discriminator_head, recognize = self.reading_networks(training)
        features = trunk(images, training=training)
        return DiscriminatorOutput(
            features,
            discriminator_head(features, training=training),
            recognize(features, training=training),
        )

    def reading_networks(self, training: bool) -> Sequence[keras.layers.Layer]:
        """Trunk, D's head and Q's head: the averages, if there are any, except in training."""
        if self.averaged_readers and not training:
            return self.averaged_readers
        return self.trunk, self.discriminator_head, self.information

    def discriminate_reals(
        self, images: Tensor, given: Mapping[str, Tensor], training: bool = False
    ) -> DiscriminatorOutput:
        """The output of D and Q for real images, with what came with them."""
        del given
        return self.discriminate(images, training)

    def discriminate_fakes(
        self, images: Tensor, encoded: Tensor, training: bool = False
    ) -> DiscriminatorOutput:
        """The output of D and Q for images that were generated from `encoded`."""
        del encoded
        return self.discriminate(images, training)

    def call(self, images: Tensor, training: bool = False) -> dict[str, Tensor]:
        """Q's parameters per code name, and the discriminator's logit [B, 1] as "logit"."""
        if not tf.executing_eagerly():  # otherwise `__call__` did it, where an error is short
            images = checked_tensor(images, self.image_shape)
        return self._read(images, training)

    def predict_step(self, data: Any) -> dict[str, Tensor]:
        return self._read(self.unpack_images(data))

    def _read(self, images: Tensor, training: bool = False) -> dict[str, Tensor]:
        output = self.discriminate(images, training)
        return {**self.latents.split(output.parameters), "logit": output.logits}

    def draw(
        self, rows: Tensor, seed: Tensor, given: Mapping[str, Tensor] = NOTHING
    ) -> tuple[dict[str, Tensor], Tensor]:
        """Latents of this replica, and the generator's input made from them.

        Args:
            rows: how many, an int scalar.
            seed: int32 [2], stateless, the same on every replica.
            given: what comes with this replica's images; it is drawn too if it is not here.
        """
        drawn = self.latents.sample(replicas.all_rows(rows), seed)
        encoded = replicas.own_rows(self.latents.concatenate(drawn, seed))
        own = {name: replicas.own_rows(value) for name, value in drawn.items()}
        if not given:
            return own, encoded
        kept = encoded[:, : self.latents.own_width]
        return {**own, **given}, tf.concat([kept, self.latents.encode_given(given)], axis=-1)

    def unpack_given(self, data: Any) -> dict[str, Tensor]:
        """What comes with the images of a batch that Keras passes to a step, by name."""
        stored = keras.utils.unpack_x_y_sample_weight(data)[1]
        return {name: each.of_stored(stored) for name, each in self.latents.given.items()}

    @property
    def updates_per_step(self) -> int:
        return self.discriminator_steps

    @property
    def images_per_update(self) -> int:
        return self.information.images_needed

    def _split_batch(
        self, images: Tensor, given: Mapping[str, Tensor] = NOTHING
    ) -> list[tuple[Tensor, dict[str, Tensor]]]:
        """The images of each update of D, with what is given; a remainder is left out."""
        count = self.discriminator_steps
        size = tf.shape(images)[0] // count if images.shape[0] is None else images.shape[0] // count
        too_few = f"A batch should hold an image for each of {count} updates of the discriminator."
        if images.shape[0] is None:
            check = tf.debugging.assert_positive(size, f"{too_few} Received: fewer")
            with tf.control_dependencies([check]):
                size = tf.identity(size)
        elif not size:
            raise ValueError(f"{too_few} Received: a batch of {images.shape[0]}")
        parts = [slice(index * size, (index + 1) * size) for index in range(count)]
        return [
            (images[part], {name: values[part] for name, values in given.items()}) for part in parts
        ]

    def _context(
        self,
        images: Tensor,
        fake_images: Tensor,
        real: DiscriminatorOutput,
        fake: DiscriminatorOutput,
        discriminate: Callable[[Tensor], DiscriminatorOutput],
        drawn: Mapping[str, Tensor],
        seed: Tensor,
        training: bool,
    ) -> PenaltyContext:
        """The context of penalties; use it while the averages of D and Q are frozen."""

        def generate(encoded: Tensor) -> Tensor:
            with frozen_statistics(self.generator):
                return self.generator(encoded, training=training)

        return PenaltyContext(
            images,
            fake_images,
            real,
            fake,
            discriminate,
            self.latents,
            replicas.own_seed(seed),
            training,
            generate,
            self.step.value,
            drawn,
        )

    def test_step(self, data: Any) -> dict[str, Tensor]:
        images = self.unpack_images(data)
        rows = tf.cast(tf.shape(images)[0], tf.float32)
        images = replicas.filled(images)
        # Seeded by the images, so that each batch of an evaluation has its own latents.
        checksum = tf.bitcast(tf.reduce_sum(images), tf.int32)
        seed = tf.random.experimental.stateless_fold_in(self.step_seed(), checksum)
        given = {name: replicas.filled(each) for name, each in self.unpack_given(data).items()}
        with frozen_seeds(*self.augmentations):
            losses = self._losses_of((images, given), seed)(training=False)
        return self.record(losses, weight=rows)

    def statistics(self) -> list[keras.Variable]:
        """Moving averages of normalization and other state of layers; no averages of weights."""
        averages = [self.averaged_generator, *self.averaged_readers]
        left_out = {id(weight) for each in averages if each is not None for weight in each.weights}
        return [
            weight
            for weight in self.non_trainable_weights
            if id(weight) not in left_out and weight.dtype.startswith("float")
        ]

    def end_step(self) -> None:
        """Updates the averages of the weights."""
        if self.averaged_generator is not None:
            move_average(self.averaged_generator, self.generator, self.generator_average)
        for average, network in zip(self.averaged_readers, self.readers(), strict=False):
            move_average(average, network, self.discriminator_average)

    @property
    def log_names(self) -> list[str]:
        return [
            "discriminator_loss",
            "generator_loss",
            *([REAL_FAKE_LOG] if self.objective.estimates_probability else []),
            *self.information.log_names,
            *(name for regularizer in self.regularizers for name in regularizer.log_names),
        ]


def _check_averages(generator_average: float, discriminator_average: float) -> None:
    for name, decay in (
        ("generator_average", generator_average),
        ("discriminator_average", discriminator_average),
    ):
        if not 0 <= checked_number(name, decay) < 1:
            raise ValueError(f"`{name}` should be from 0 to below 1. Received: {name}={decay!r}")


def _variables(networks: Iterable[keras.layers.Layer]) -> list[keras.Variable]:
    return [variable for network in networks for variable in network.trainable_variables]


def _fold(seed: Tensor, index: int) -> Tensor:
    return tf.random.experimental.stateless_fold_in(seed, index)
