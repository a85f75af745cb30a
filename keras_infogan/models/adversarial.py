"""The base of every model here: several optimizers, loss scaling, seeds, checks on `fit`."""

from __future__ import annotations

import math
import types
from collections.abc import Mapping, Sequence
from typing import Any

import keras
import tensorflow as tf

from keras_infogan import images as image_data
from keras_infogan.models import replicas
from keras_infogan.optimizers import FusedAdam

# The paper's Adam (Chen et al. 2016, appendix C): D and Q learn five times slower than G.
PAPER_BETA_1 = 0.5
PAPER_LEARNING_RATES = {"generator_optimizer": 1e-3, "discriminator_optimizer": 2e-4}

Tensor = Any

_USE_SCHEDULE = "give the optimizers a keras.optimizers.schedules.LearningRateSchedule instead"
_UNUSABLE_CALLBACKS = {
    keras.callbacks.LearningRateScheduler: _USE_SCHEDULE,
    keras.callbacks.ReduceLROnPlateau: _USE_SCHEDULE,
    keras.callbacks.TerminateOnNaN: (
        "it watches a log named 'loss'; use keras_infogan.callbacks.StopOnNonFinite instead"
    ),
    keras.callbacks.SwapEMAWeights: (
        "it swaps the weights of a single optimizer, and this model has two"
    ),
}


class AdversarialModel(keras.Model):
    """A Keras model that two optimizers train against each other.

    A subclass defines `generator_variables()`, `discriminator_variables()`, `statistics()` and
    `train_step`.
    Randomness of a step comes from `step_seed()`, a function of the model's seed and the step: a
    run that resumes at a step draws what an unbroken run would have drawn. The replicas of a
    strategy share it, and part by `keras_infogan.models.replicas`.

    Args:
        image_shape: (H, W, C).
        seed: int, the source of all that a step draws.
    """

    def __init__(self, image_shape: tuple[int, int, int], seed: int = 0, **kwargs: Any):
        super().__init__(**kwargs)
        height, width, channels = image_shape
        self.image_shape = (height, width, channels)
        self.seed = int(seed)
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
        self._loss_names: list[str] = []
        self._refusals: list[Tensor] = []  # of the step that is being traced: updates left out

    @property
    def steps_done(self) -> int:
        """Training steps so far; between steps, under any strategy."""
        return int(self.step.numpy())

    def generator_variables(self) -> list[keras.Variable]:
        """What the generator's optimizer updates."""
        raise NotImplementedError

    def discriminator_variables(self) -> list[keras.Variable]:
        """What the discriminator's optimizer updates."""
        raise NotImplementedError

    def compile(
        self,
        generator_optimizer: Any = "adam",
        discriminator_optimizer: Any = "adam",
        **kwargs: Any,
    ) -> None:
        """Sets the two optimizers; everything else is Keras's `compile`.

        Args:
            generator_optimizer, discriminator_optimizer: Keras optimizers, their names or
                configs. "adam" is the paper's: beta_1 0.5, 1e-3 for G and 2e-4 for D and Q.
                Under mixed_float16 each is wrapped in a LossScaleOptimizer of its own.
            **kwargs: jit_compile, steps_per_execution, run_eagerly, auto_scale_loss.

        Raises:
            TypeError: an argument that a model with its own losses cannot take.
            ValueError: the networks are not built, or both optimizers are one object.
        """
        for name in ("optimizer", "loss", "loss_weights", "metrics", "weighted_metrics"):
            if kwargs.pop(name, None) is not None:
                raise TypeError(
                    f"compile() takes generator_optimizer and discriminator_optimizer, "
                    f"and the model has its own losses. Received: {name}=..."
                )
        if not self.built:
            raise ValueError("The model should be built before compile(). Call model.build().")
        self._scales_losses = bool(kwargs.get("auto_scale_loss", True))
        scales = self._scales_losses_now()
        super().compile(optimizer=None, **kwargs)
        generator = _optimizer("generator_optimizer", generator_optimizer)
        discriminator = _optimizer("discriminator_optimizer", discriminator_optimizer)
        if generator is discriminator:
            raise ValueError(
                "Each network needs an optimizer of its own. "
                f"Received: the same object twice, {generator.name!r}"
            )
        self.generator_optimizer = _loss_scaled(generator) if scales else generator
        self.discriminator_optimizer = _loss_scaled(discriminator) if scales else discriminator
        # Built here so that foreign variables raise and saved slots find their place.
        self.generator_optimizer.build(self.generator_variables())
        self.discriminator_optimizer.build(self.discriminator_variables())

    def get_compile_config(self) -> dict[str, Any]:
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

    def fit(
        self,
        x: Any = None,
        y: Any = None,
        *args: Any,
        validation_data: Any = None,
        callbacks: Any = None,
        **kwargs: Any,
    ) -> keras.callbacks.History:
        """Keras's `fit` on images alone: labels, if any come along, are ignored.

        Args:
            x: images [N, H, W, C], uint8 or floats in [0, 1] or [0, 255]: an array, or a
                tf.data.Dataset of batches of them (`keras.utils.image_dataset_from_directory`).
                Generators and PyDatasets should yield uint8 or floats in [0, 1].
            y: ignored.
            validation_data: the same as `x`, or (images, labels).
            callbacks: Keras callbacks; one that needs a single optimizer is refused.

        Raises:
            ValueError: images of a wrong shape or range; a callback that cannot work here.
        """
        _check_callbacks(callbacks)
        if isinstance(validation_data, (tuple, list)):
            validation_data = self._source(*validation_data[:2])
        elif validation_data is not None:
            validation_data = self._source(validation_data)
        if isinstance(x, (tf.data.Dataset, types.GeneratorType)):
            kwargs.setdefault("shuffle", False)  # Keras warns of its own default otherwise
        return super().fit(
            *self._source(x, y),
            *args,
            callbacks=callbacks,
            validation_data=validation_data,
            **kwargs,
        )

    def evaluate(self, x: Any = None, y: Any = None, *args: Any, **kwargs: Any) -> Any:
        """Keras's `evaluate`; `x` and `y` as for `fit`."""
        return super().evaluate(*self._source(x, y), *args, **kwargs)

    def _maybe_symbolic_build(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: `compile` takes built models only.

        Under a strategy Keras would look at a batch here, and take the mean of it over all
        workers, which there is not of uint8.
        """

    def _source(self, x: Any, y: Any = None) -> tuple[Any, Any]:
        """What Keras is given in place of `x` and `y`: images alone, here."""
        del y
        return image_data.unit_source(x, self.image_shape), None

    def unpack_images(self, data: Any) -> Tensor:
        """The images of a batch that Keras hands a step, float32 [B, H, W, C] in [0, 1]."""
        images, _, _ = keras.utils.unpack_x_y_sample_weight(data)
        return image_data.unit_images(images)

    def step_seed(self) -> Tensor:
        """The stateless seed, int32 [2], of this step, the same on every replica."""
        fold = tf.random.experimental.stateless_fold_in
        seed = fold(tf.constant([self.seed, 0], tf.int32), tf.cast(self.step, tf.int32))
        return fold(seed, 0)

    def scaled_loss(self, loss: Tensor, optimizer: keras.optimizers.Optimizer) -> Tensor:
        """What an optimizer's tape differentiates: the replica's share, times the loss scale."""
        return optimizer.scale_loss(loss / replicas.count())

    def update(
        self,
        optimizer: keras.optimizers.Optimizer,
        tape: tf.GradientTape,
        loss: Tensor,
        variables: Sequence[keras.Variable],
    ) -> None:
        """One step down the gradient of a scaled loss, left out where it is not finite.

        Under mixed_float16 the loss scale does that; its overflows are no sign of trouble. A
        gradient that is not finite on one replica is left out on all.
        """
        values = [variable.value for variable in variables]
        # Zero where nothing leads to a variable: in this step's branch of a loss, say.
        zero = tf.UnconnectedGradients.ZERO
        gradients = tape.gradient(loss, values, unconnected_gradients=zero)
        scales = self._scales_losses_now()
        if scales and replicas.count() == 1:
            optimizer.apply(gradients, variables)
            return
        sums = [tf.reduce_sum(gradient) for gradient in gradients]
        is_bad = replicas.anywhere(tf.logical_not(tf.math.is_finite(tf.add_n(sums))))
        if scales:
            # The optimizer looks at one replica's gradient before they are summed. Replicas that
            # found otherwise would wait for each other for ever.
            optimizer.apply([_spoiled(each, is_bad) for each in gradients], variables)
            return
        replicas.apply_where(tf.logical_not(is_bad), optimizer, gradients, variables)
        self._refusals.append(is_bad)

    def keep_statistics(self) -> list[tuple[keras.Variable, Tensor]]:
        """What a step's forward passes move, moving averages say, with its present values."""
        return [(variable, tf.identity(variable.value)) for variable in self.statistics()]

    def statistics(self) -> list[keras.Variable]:
        """The variables that forward passes in training mode move."""
        raise NotImplementedError

    def settle(
        self, losses: Mapping[str, Tensor], kept: Sequence[tuple[keras.Variable, Tensor]]
    ) -> Tensor:
        """Ends a step: counts it, and takes back what it moved, if a loss or gradient is bad.

        Args:
            losses: scalars by name.
            kept: of `keep_statistics`, before the step's first forward pass.

        Returns:
            Whether everything was finite, a bool scalar.
        """
        finite = tf.stack(
            [
                tf.math.is_finite(tf.cast(losses.get(name, 0.0), tf.float32))
                for name in self._loss_names
            ]
        )
        bad_losses = replicas.anywhere(tf.logical_not(finite))
        self._bad_losses.assign(bad_losses)
        is_good = tf.logical_not(tf.reduce_any(bad_losses))
        for refusal in self._refusals:
            is_good = tf.logical_and(is_good, tf.logical_not(refusal))
        self._refusals = []
        for variable, value in kept:
            variable.assign(tf.where(is_good, variable.value, value))
        bad = tf.cast(tf.logical_not(is_good), tf.int64)
        self.non_finite_in_a_row.assign(bad * (self.non_finite_in_a_row + 1))
        self.non_finite_steps.assign_add(bad)
        return is_good

    def watch(self, names: Sequence[str]) -> None:
        """Says, once, which losses `settle` will get; to be called by the constructor."""
        self._loss_names = list(names)
        self._bad_losses = self.add_weight(
            shape=(len(names),),
            dtype="bool",
            initializer="zeros",
            trainable=False,
            name="bad_losses",
        )

    def non_finite_names(self) -> str:
        """What was NaN or infinite at the last step: losses, or else a gradient."""
        bad = self._bad_losses.numpy()
        names = [name for name, is_bad in zip(self._loss_names, bad, strict=True) if is_bad]
        return ", ".join(names) or "a gradient"

    def _scales_losses_now(self) -> bool:
        return self._scales_losses and self._computes_in_float16()

    def _computes_in_float16(self) -> bool:
        return any(layer.dtype_policy.name == "mixed_float16" for layer in self._flatten_layers())


def _spoiled(gradient: Tensor, is_bad: Tensor) -> Tensor:
    """A gradient that is NaN throughout where something is bad."""
    return tf.where(is_bad, tf.cast(math.nan, gradient.dtype), gradient)


def _optimizer(name: str, identifier: Any) -> keras.optimizers.Optimizer:
    if identifier == "adam":
        return FusedAdam(PAPER_LEARNING_RATES[name], beta_1=PAPER_BETA_1)
    try:
        return keras.optimizers.get(identifier)
    except (ValueError, TypeError) as error:
        raise type(error)(
            f"`{name}` should be a Keras optimizer, its name or its config. "
            f"Received: {identifier!r}"
        ) from error


def _loss_scaled(optimizer: keras.optimizers.Optimizer) -> keras.optimizers.Optimizer:
    if isinstance(optimizer, keras.optimizers.LossScaleOptimizer):
        return optimizer
    return keras.optimizers.LossScaleOptimizer(optimizer)


def _check_callbacks(callbacks: Any) -> None:
    for callback in callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]:
        for kind, advice in _UNUSABLE_CALLBACKS.items():
            if isinstance(callback, kind):
                raise ValueError(
                    f"{kind.__name__} does not work with an adversarial model: {advice}."
                )
        if isinstance(callback, keras.callbacks.TensorBoard) and callback.write_steps_per_second:
            raise ValueError(
                "TensorBoard(write_steps_per_second=True) needs a single optimizer: "
                "leave it out; epochs and losses are written all the same."
            )
