"""The base of every model here: several optimizers, loss scaling, seeds, checks on `fit`."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.images import unit_images
from keras_infogan.losses import BOTH, Losses, Side
from keras_infogan.models import replicas
from keras_infogan.models.checked_inputs import CheckedInputs
from keras_infogan.models.compiling import PAPER_ADAM, loss_scaled, make_optimizer
from keras_infogan.models.guarded_step import GuardedStep
from keras_infogan.models.saving import SavedAsKeras
from keras_infogan.runtime.arguments import (
    checked_count,
    checked_image_or_video_shape,
    checked_seed,
)
from keras_infogan.runtime.compat import nested_layers
from keras_infogan.runtime.types import Tensor


class AdversarialModel(CheckedInputs, SavedAsKeras):
    """A Keras model that two optimizers train against each other.

    A subclass defines `generator_variables()`, `discriminator_variables()`, `statistics()`,
    `log_names` and `train_step`, whose updates run in `guarded_step()`.
    The randomness of a step comes from `step_seed()`, a function of the model's seed and the step:
    a resumed run draws the same numbers as an uninterrupted one. The replicas of a strategy share
    this seed; `keras_infogan.models.replicas` gives each of them its own part.

    Args:
        image_shape: (H, W, C), or (T, H, W, C) of videos of T frames.
        seed: int of 32 bits, the source of all random numbers of a step.
    """

    def __init__(self, image_shape: tuple[int, ...], seed: int = 0, **kwargs: Any):
        # No autocast: Keras would make float16 of images, whose range the model checks first.
        super().__init__(**{"autocast": False, **kwargs})
        self.image_shape = checked_image_or_video_shape("image_shape", image_shape)
        self.seed = checked_seed("seed", seed, bits=32)
        self.step = self.add_weight(
            shape=(), dtype="int64", initializer="zeros", trainable=False, name="step"
        )
        self.non_finite_in_a_row = self.add_weight(
            shape=(),
            dtype="int64",
            initializer="zeros",
            trainable=False,
            name="non_finite_in_a_row",
        )
        self.non_finite_steps = self.add_weight(
            shape=(), dtype="int64", initializer="zeros", trainable=False, name="non_finite_steps"
        )

    @property
    def steps_done(self) -> int:
        """Training steps so far. Call it between steps; it works under any strategy."""
        return int(self.step.numpy())

    def generator_variables(self) -> list[keras.Variable]:
        """The variables that the generator's optimizer updates."""
        raise NotImplementedError

    def discriminator_variables(self) -> list[keras.Variable]:
        """The variables that the discriminator's optimizer updates."""
        raise NotImplementedError

    def updated_variables(self, side: Side) -> list[keras.Variable]:
        """The variables that the loss of a side updates; by default all of its optimizer."""
        if side is Side.DISCRIMINATOR:
            return self.discriminator_variables()
        return self.generator_variables()

    def trained_variables(self, side: Side) -> list[keras.Variable]:
        """`updated_variables`, of which there has to be one.

        Raises:
            ValueError: all of them are frozen.
        """
        variables = self.updated_variables(side)
        if not variables:
            raise ValueError(
                f"The {side.value} should have weights to train. "
                "Received: networks of which every weight is frozen (trainable=False)"
            )
        return variables

    def optimizer_of(self, side: Side) -> keras.optimizers.Optimizer:
        """The optimizer of a side."""
        if side is Side.DISCRIMINATOR:
            return self.discriminator_optimizer
        return self.generator_optimizer

    def statistics(self) -> list[keras.Variable]:
        """The variables that forward passes in training mode change."""
        raise NotImplementedError

    @property
    def log_names(self) -> list[str]:
        """Names of all scalars that a step logs, the same as in `Losses.named()`."""
        raise NotImplementedError

    def build(self, input_shape: Any = None) -> None:
        """Makes the counters and logs; call it at the end of a subclass's constructor."""
        self._means = {name: keras.metrics.Mean(name, dtype="float32") for name in self.log_names}
        self._bad_losses = self.add_weight(
            shape=(len(self._means),),
            dtype="bool",
            initializer="zeros",
            trainable=False,
            name="bad_losses",
        )
        self.built = True

    def compile(
        self,
        generator_optimizer: Any = PAPER_ADAM,
        discriminator_optimizer: Any = PAPER_ADAM,
        **kwargs: Any,
    ) -> None:
        """Sets the two optimizers; everything else is Keras's `compile`.

        Args:
            generator_optimizer, discriminator_optimizer: Keras optimizers, their names or
                configs. "infogan_adam" is the paper's Adam: beta_1 0.5, 1e-3 for G and 2e-4 for
                D and Q. "adam" is Keras's Adam, with Keras's settings.
                Under mixed_float16 each is wrapped in its own LossScaleOptimizer.
            **kwargs: jit_compile, steps_per_execution, run_eagerly, auto_scale_loss.

        Raises:
            TypeError: an argument that a model with its own losses cannot accept.
            ValueError: the networks are not built or frozen, or both optimizers are the same
                object.
        """
        for name in ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"):
            if kwargs.pop(name, None) is not None:
                raise TypeError(
                    f"compile() takes generator_optimizer and discriminator_optimizer, "
                    f"and the model has its own losses. Received: {name}=..."
                )
        if kwargs.get("steps_per_execution") is not None:
            checked_count("steps_per_execution", kwargs["steps_per_execution"], 1)
        if not self.built:
            raise ValueError("The model should be built before compile(). Call model.build().")
        for side in BOTH:
            self.trained_variables(side)
        self._scales_losses = bool(kwargs.get("auto_scale_loss", True))
        scales = self.scales_losses_now()
        super().compile(optimizer=None, **kwargs)
        generator = make_optimizer("generator_optimizer", generator_optimizer)
        discriminator = make_optimizer("discriminator_optimizer", discriminator_optimizer)
        if generator is discriminator:
            raise ValueError(
                "Each network needs an optimizer of its own. "
                f"Received: the same object twice, {generator.name!r}"
            )
        self.generator_optimizer = loss_scaled(generator) if scales else generator
        self.discriminator_optimizer = loss_scaled(discriminator) if scales else discriminator
        # Built here, so that an unknown variable is an error and saved slots can be loaded.
        self.generator_optimizer.build(self.generator_variables())
        self.discriminator_optimizer.build(self.discriminator_variables())

    def get_compile_config(self) -> dict[str, Any] | None:
        if not self.compiled:
            return None
        serialize = keras.saving.serialize_keras_object
        return {
            "generator_optimizer": serialize(self.generator_optimizer),
            "discriminator_optimizer": serialize(self.discriminator_optimizer),
            "auto_scale_loss": self._scales_losses,
            "jit_compile": self.jit_compile,
            "steps_per_execution": self.steps_per_execution,
            "run_eagerly": self.run_eagerly,
        }

    def compile_from_config(self, config: dict[str, Any]) -> None:
        self.compile(**keras.saving.deserialize_keras_object(config))

    def _maybe_symbolic_build(self, *args: Any, **kwargs: Any) -> None:
        """Does nothing, since `compile` accepts built models only.

        Under a strategy Keras would read a batch here and compute its mean over all workers, which
        fails for uint8.
        """

    def unpack_images(self, data: Any) -> Tensor:
        """The images of a batch that Keras passes to a step, float32 [B, H, W, C] in [0, 1]."""
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        return unit_images(images)

    def step_seed(self) -> Tensor:
        """The stateless seed, int32 [2], of this step, the same on every replica."""
        fold = tf.random.experimental.stateless_fold_in
        seed = fold(tf.constant([self.seed, 0], tf.int32), tf.cast(self.step, tf.int32))
        return fold(seed, 0)

    def _computes_in_float16(self) -> bool:
        return any(layer.dtype_policy.name == "mixed_float16" for layer in nested_layers(self))

    # The step

    def guarded_step(self) -> AbstractContextManager[GuardedStep]:
        """One training step; updates that are not finite are skipped and counted.

        Examples:
            >>> real = images[:8] / np.float32(255.0)
            >>> def compute_losses(sides):
            ...     return model.compute_losses(real, model.step_seed(), sides)
            >>> model.build([None, 28, 28, 1])
            >>> with model.guarded_step() as step:
            ...     step.losses = step.update(compute_losses)
            >>> logs = model.record(step.losses, step.is_good)
        """
        return GuardedStep(self).keeping(self.statistics())

    def end_step(self) -> None:
        """Called after the updates of a step, for averages of weights; by default does nothing."""

    def scaled_loss(self, side: Side, loss: Tensor) -> Tensor:
        """The loss to differentiate: the replica's share, times the loss scale."""
        return self.optimizer_of(side).scale_loss(loss / replicas.count())

    def scales_losses_now(self) -> bool:
        """Whether the optimizers scale losses: under mixed_float16, by default."""
        return self._scales_losses and self._computes_in_float16()

    def count_step(self, losses: Losses, refusals: Sequence[Tensor]) -> Tensor:
        """Counts a step, and returns whether it was finite, a bool scalar.

        Args:
            losses: of the step.
            refusals: whether each update was skipped, bool scalars.
        """
        named = losses.named()
        finite = [tf.math.is_finite(tf.cast(named[name], tf.float32)) for name in self._means]
        bad_losses = replicas.anywhere(tf.logical_not(tf.stack(finite)))
        self._bad_losses.assign(bad_losses)
        is_good = tf.logical_not(tf.reduce_any(bad_losses))
        for refusal in refusals:
            is_good = tf.logical_and(is_good, tf.logical_not(refusal))
        bad = tf.cast(tf.logical_not(is_good), tf.int64)
        self.non_finite_in_a_row.assign(bad * (self.non_finite_in_a_row + 1))
        self.non_finite_steps.assign_add(bad)
        # The step counts after its data came: a stream may turn out to have ended.
        with tf.control_dependencies([is_good]):
            self.step.assign_add(1)
        return is_good

    def record(
        self, losses: Losses, is_good: Tensor | bool = True, weight: Tensor = 1.0
    ) -> dict[str, Tensor]:
        """The means so far, by name; a step that was not finite does not change them.

        Args:
            losses: of the step, or of a batch of an evaluation.
            is_good: whether they are finite, a bool scalar.
            weight: of these losses in the means, a number; that of an evaluation's batch is the
                number of its images, so that a small last batch counts by its size.
        """
        weight = weight * tf.cast(is_good, tf.float32)
        for name, value in losses.named().items():
            value = tf.where(is_good, value, tf.zeros_like(value))
            self._means[name].update_state(value, sample_weight=weight)
        return replicas.logs(self.get_metrics_result())

    @property
    def metrics(self) -> list[keras.metrics.Metric]:
        return list(self._means.values()) if self.built else []

    def non_finite_names(self) -> str:
        """Names what was NaN or infinite at the last step: losses, or a gradient."""
        bad = self._bad_losses.numpy()
        names = [name for name, is_bad in zip(self._means, bad, strict=True) if is_bad]
        return ", ".join(names) or "a gradient"
