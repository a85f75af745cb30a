"""Estimators of mutual information I(x; c), in nats, from the scores of pairs.

scores[i, j] = T(x_i, c_j) of a statistics network T: the diagonal has draws of the joint
distribution p(x, c), the rest has draws of the product p(x) p(c). Below, E_joint is the mean over
the diagonal and E_marginal the mean over the rest.
"""

from __future__ import annotations

import math
from typing import Any

import keras
import tensorflow as tf

from keras_infogan.runtime.arguments import checked_number
from keras_infogan.runtime.types import Tensor

Shape = tuple[int | None, ...]


class Estimator(keras.layers.Layer):
    """Nats from the scores of a batch; subclasses define `call`."""

    def __init__(self, **kwargs: Any):
        # float32 under any policy: float16 overflows above e^11, and good scores exceed 11.
        super().__init__(**{**kwargs, "dtype": "float32"})

    def build(self, input_shape: Shape) -> None:
        if len(input_shape) != 2 or input_shape[0] != input_shape[1] or input_shape[0] == 1:
            raise ValueError(
                "`scores` should be a square matrix [B, B] with B of at least 2. "
                f"Received: shape {tuple(input_shape)}"
            )
        self.built = True

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        """The estimate, a float32 scalar in nats, with the gradient to ascend.

        Args:
            scores: T(x_i, c_j), float32 [B, B].
            training: whether the gradient will be used; then its averages are updated.
        """
        raise NotImplementedError

    def compute_output_shape(self, input_shape: Shape) -> Shape:
        return ()


@keras.saving.register_keras_serializable("keras_infogan")
class DonskerVaradhan(Estimator):
    """The Donsker-Varadhan bound with MINE's gradient (Belghazi et al. 2018, arXiv:1801.04062).

    I(x; c) >= E_joint[T] - log E_marginal[e^T]   (equation 10)
    gradient: E_joint[dT] - E_marginal[e^T dT] / average   (equation 12, and section 3.2)

    where `average` is an exponential moving average of E_marginal[e^T] over training calls. It
    starts with the value of the first batch. The denominator of a single batch would bias the
    gradient. A batch with rare large e^T has up to 1 / (1 - momentum) times the usual weight: clip
    the gradient's norm. The value is that of the batch alone. The logarithm of a small batch's mean
    is too low on average, so the value is biased upwards, and its variance grows with e^I. T is
    optimal at log p(x|c) / p(x), plus any constant.

    Args:
        momentum: of the moving average, in [0, 1); 0 is the plain gradient of equation 12.

    Raises:
        ValueError: a momentum outside [0, 1), or scores that are not a square matrix.

    Examples:
        >>> scores = tf.math.log([[2.0, 3.0], [1.0, 4.0]])
        >>> round(float(DonskerVaradhan()(scores)), 3)   # ln(2) / 2
        0.347
    """

    def __init__(self, momentum: float = 0.99, **kwargs: Any):
        super().__init__(**kwargs)
        if not 0 <= checked_number("momentum", momentum) < 1:
            raise ValueError(f"`momentum` should be in [0, 1). Received: momentum={momentum!r}")
        self.momentum = momentum

    def build(self, input_shape: Shape) -> None:
        super().build(input_shape)
        # Kept as a logarithm, which cannot overflow; -inf, the logarithm of 0, means no value yet.
        self.log_average = self.add_weight(
            name="log_average",
            shape=(),
            initializer=keras.initializers.Constant(-math.inf),
            trainable=False,
            aggregation="mean",
        )

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        joint, log_marginal = _joint_mean(scores), _log_marginal_mean_exp(scores)
        value = joint - log_marginal
        if not training:
            return value
        log_average = self._update(tf.stop_gradient(log_marginal))
        return _with_gradient_of(joint - tf.exp(log_marginal - log_average), value)

    def _update(self, log_marginal: Tensor) -> Tensor:
        """Updates the average with a batch, and returns its logarithm."""
        previous = tf.convert_to_tensor(self.log_average)
        kept = previous + tf.math.log(self.momentum)
        added = log_marginal + tf.math.log(1.0 - self.momentum)
        moved = tf.reduce_logsumexp(tf.stack([kept, added]))
        updated = tf.where(tf.math.is_inf(previous), log_marginal, moved)
        # Otherwise one batch that overflowed would stay in the average forever.
        self.log_average.assign(tf.where(tf.math.is_finite(updated), updated, previous))
        return updated

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "momentum": self.momentum}


@keras.saving.register_keras_serializable("keras_infogan")
class NWJ(Estimator):
    """The bound of Nguyen, Wainwright and Jordan 2010 (arXiv:0809.0853), also known as MINE-f.

    I(x; c) >= E_joint[T] - E_marginal[e^T] / e

    in the form that Poole et al. 2019 (arXiv:1905.06922, section 2) call I_NWJ. Its value on a
    batch is unbiased, with a variance that grows with e^I. T is optimal at 1 + log p(x|c) / p(x).

    Examples:
        >>> scores = tf.math.log([[2.0, 3.0], [1.0, 4.0]])
        >>> round(float(NWJ()(scores)), 3)   # 3 ln(2) / 2 - 2 / e
        0.304
    """

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        return _joint_mean(scores) - tf.exp(_log_marginal_mean_exp(scores) - 1.0)


@keras.saving.register_keras_serializable("keras_infogan")
class InfoNCE(Estimator):
    """The contrastive bound of van den Oord et al. 2018 (arXiv:1807.03748).

    I(x; c) >= 1/B sum_i [ T(x_i, c_i) - log sum_j e^T(x_i, c_j) ] + log B

    also Poole et al. 2019 (arXiv:1905.06922, equation 12). It is at most log B, so B should be much
    larger than e^I; but its variance is low. T is optimal at log p(c|x) / p(c), plus any
    function of x.

    Examples:
        >>> scores = tf.math.log([[2.0, 3.0], [1.0, 4.0]])
        >>> round(float(InfoNCE()(scores)), 3)   # 5 ln(2) / 2 - ln(5)
        0.123
    """

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        batch_size = tf.cast(tf.shape(scores)[0], tf.float32)
        log_shares = tf.linalg.diag_part(scores) - tf.reduce_logsumexp(scores, axis=1)
        return tf.reduce_mean(log_shares) + tf.math.log(batch_size)


@keras.saving.register_keras_serializable("keras_infogan")
class SMILE(Estimator):
    """The clipped estimate of Song and Ermon 2020 (arXiv:1910.06222), which is not a bound.

    value: E_joint[T] - log E_marginal[clip(e^T, e^-clip, e^clip)]
    gradient: of E_joint[-softplus(-T)] - E_marginal[softplus(T)]

    The gradient is that of the Jensen-Shannon bound, as in `smile_lower_bound` of the authors'
    code (ermongroup/smile-mi-estimator); its optimum is T = log p(x|c) / p(x). Clipping lowers
    the variance and adds an upward bias, which grows when I is larger than `clip`.

    Args:
        clip: tau in the paper, in nats, above 0.

    Raises:
        ValueError: a clip that is not above 0, or scores that are not a square matrix.

    Examples:
        >>> scores = tf.constant([[8.0, 7.0], [-9.0, 0.0]])
        >>> round(float(SMILE(clip=2.0)(scores)), 3)   # 4 - ln(cosh(2))
        2.675
    """

    def __init__(self, clip: float = 5.0, **kwargs: Any):
        super().__init__(**kwargs)
        self.clip = checked_number("clip", clip, above=0)

    def call(self, scores: Tensor, training: bool = False) -> Tensor:
        clipped = tf.clip_by_value(scores, -self.clip, self.clip)
        value = _joint_mean(scores) - _log_marginal_mean_exp(clipped)
        jensen_shannon = _joint_mean(-tf.nn.softplus(-scores)) - _marginal_mean(
            tf.nn.softplus(scores)
        )
        return _with_gradient_of(jensen_shannon, value)

    def get_config(self) -> dict[str, Any]:
        return {**super().get_config(), "clip": self.clip}


def _joint_mean(scores: Tensor) -> Tensor:
    return tf.reduce_mean(tf.linalg.diag_part(scores))


def _marginal_mean(scores: Tensor) -> Tensor:
    off_diagonal = tf.linalg.set_diag(scores, tf.zeros_like(scores[0]))
    return tf.reduce_sum(off_diagonal) / _marginal_count(scores)


def _log_marginal_mean_exp(scores: Tensor) -> Tensor:
    off_diagonal = tf.linalg.set_diag(scores, tf.fill(tf.shape(scores)[:1], -math.inf))
    return tf.reduce_logsumexp(off_diagonal) - tf.math.log(_marginal_count(scores))


def _marginal_count(scores: Tensor) -> Tensor:
    batch_size = tf.cast(tf.shape(scores)[0], tf.float32)
    return batch_size * (batch_size - 1.0)


def _with_gradient_of(surrogate: Tensor, value: Tensor) -> Tensor:
    return surrogate + tf.stop_gradient(value - surrogate)


ESTIMATORS: dict[str, type[Estimator]] = {
    "mine": DonskerVaradhan,
    "nwj": NWJ,
    "infonce": InfoNCE,
    "smile": SMILE,
}
