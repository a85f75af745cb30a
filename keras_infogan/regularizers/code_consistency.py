"""Code consistency: categorical codes of real images that an augmentation does not change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.images import frames_in_channels
from keras_infogan.layers import ClusteringEnsemble
from keras_infogan.layers.clustering_ensemble import checked_voters
from keras_infogan.regularizers.base import DiscriminatorPenalty, RegularizedParts
from keras_infogan.regularizers.context import PenaltyContext
from keras_infogan.runtime.arguments import checked_count, checked_number
from keras_infogan.runtime.types import Tensor

VOTE_EPSILON = 1e-6  # replaces a probability of 0, so that the logarithm is finite


@keras.saving.register_keras_serializable("keras_infogan")
class CodeConsistency(DiscriminatorPenalty):
    """Keeps categorical codes of *real* images equal under augmentation, and uses all categories.

    w L(q), L(q) = E_x KL(stop(q(c|x)) || q(c|a(x))) - h H(E_x q(c|x)) + k E_x H(q(c|x))

    with x real images, a an augmentation, q the recognition network and H the entropy in nats:
    consistency, balanced use of the categories, and confidence. Hu et al. 2017
    (IMSAT, arXiv:1702.08720, equations 7 and 13) train a classifier in this way; here it trains Q
    while G learns.

    Clustering has local optima: two classes share a category, or one style of a class is in the
    category of another class. With `classifiers`, separate networks p_1, p_2, ... are trained
    in this way, and Q learns from their vote p* (see `ClusteringEnsemble`):

    T(q) = E_x [ KL(stop(p*(c|x)) || q(c|x)) + KL(stop(p*(c|x)) || q(c|a(x))) ] / 2

    | steps | the term |
    |---|---|
    | the first `ensemble_steps` | w (mean of L(p_m) + T(q)) |
    | the next `ensemble_steps`; the networks are frozen | w (L(q) + T(q)) |
    | later: Q knows the classes, and reads them better than the networks | w L(q) |
    | later, if `lasting`: Q is held to the vote | w (L(q) + T(q)) |

    Generated images never change the networks.

    With several codes, every code finds the same property: the one that separates the images most
    easily. `views` give the networks of a code another look at the images, such as a part of them,
    or their shapes without colors. So the code finds a property that this view shows. Q reads the
    whole image.

    Args:
        augmentation: Keras layer, images [B, H, W, C] in [0, 1] -> the same, called with
            training=True; its changes should not change the meaning of the codes. Of videos, an
            `AllFrames`.
        weight: w >= 0.
        balance: h >= 0.
        confidence: k >= 0.
        classifiers: number of networks whose vote Q learns, per categorical code, int >= 0.
        voters: those of them that vote, the most confident ones, int; None is all of them.
        ensemble_steps: steps in which they learn, int >= 0. In these steps a category of Q may
            change its meaning. G should learn the codes after them.
        views: code name -> Keras layer, images [B, H, W, C] in [0, 1] -> what the networks of this
            code read, called with training=True on changed images, and with training=False on the
            images themselves. Codes that are not named read the images. Of a
            video, they read the frames as channels.
        lasting: whether Q learns from the vote in all later steps too. Use it where the classes are
            hard to separate, so that Q would lose them.

    Raises:
        TypeError: the augmentation or a view is not a Keras layer.
        ValueError: a negative number, a fractional number of classifiers, classifiers without
            steps to learn in, more voters than classifiers, views, voters or `lasting` without
            classifiers, or a view of a code that is not categorical.

    Examples:
        >>> consistency = CodeConsistency(keras.layers.RandomRotation(22 / 360), weight=1.0)
        >>> model = InfoGAN.from_architecture("mnist", latents, regularizers=[consistency])
    """

    name = "consistency"

    def __init__(
        self,
        augmentation: keras.layers.Layer,
        weight: float = 1.0,
        balance: float = 0.4,
        confidence: float = 0.1,
        classifiers: int = 0,
        ensemble_steps: int = 0,
        views: Mapping[str, keras.layers.Layer] | None = None,
        lasting: bool = False,
        voters: int | None = None,
    ):
        self.views = dict(views or {})
        for name, layer in {"augmentation": augmentation, **self.views}.items():
            if not isinstance(layer, keras.layers.Layer):
                raise TypeError(
                    f"`{name}` should be a Keras layer from images to images. Received: {layer!r}"
                )
        for name, number in (("weight", weight), ("balance", balance), ("confidence", confidence)):
            checked_number(name, number, least=0)
        self.classifiers = checked_count("classifiers", classifiers, 0)
        self.ensemble_steps = checked_count("ensemble_steps", ensemble_steps, 0)
        if classifiers and not ensemble_steps:
            raise ValueError(
                "`classifiers` need steps to learn in. Received: "
                f"classifiers={classifiers!r}, ensemble_steps={ensemble_steps!r}"
            )
        if (self.views or lasting or voters is not None) and not classifiers:
            raise ValueError(
                "`views`, `lasting` and `voters` need classifiers. Received: classifiers=0, "
                f"views={sorted(self.views)}, lasting={lasting}, voters={voters!r}"
            )
        self.voters = checked_voters(voters, self.classifiers) if classifiers else None
        self.augmentation = augmentation
        self.lasting = lasting
        self.weight = weight
        self.balance = balance
        self.confidence = confidence
        self._ensembles: dict[str, ClusteringEnsemble] = {}

    def check(self, parts: RegularizedParts) -> None:
        if not parts.latents.categorical_names:
            raise ValueError(
                f"CodeConsistency needs a categorical code. Received: codes={parts.latents.codes}"
            )
        unknown = set(self.views).difference(parts.latents.categorical_names)
        if unknown:
            raise ValueError(
                f"`views` should be of the categorical codes {parts.latents.categorical_names}. "
                f"Received: {sorted(unknown)}"
            )
        parts.check_trains_recognition("CodeConsistency")

    def build(self, parts: RegularizedParts) -> None:
        if not self.classifiers:
            return
        if self._ensembles:
            raise ValueError(
                "A CodeConsistency with classifiers should belong to one model: make a new one for "
                "each model. Received: one whose classifiers another model trains"
            )
        for name in parts.latents.categorical_names:
            size = parts.latents.codes[name].size
            ensemble = ClusteringEnsemble(
                self.classifiers, size, self.voters, name=f"{name}_ensemble"
            )
            ensemble.build(self._view_shape(name, parts.trunk.input_shape))
            self._ensembles[name] = ensemble

    def _view_shape(self, name: str, image_shape: tuple[int | None, ...]) -> tuple[int, ...]:
        return tuple(self._view(name, tf.zeros([1, *image_shape[1:]])).shape)

    def _view(self, name: str, images: Tensor, changed: bool = False) -> Tensor:
        """What the networks of a code read."""
        view = self.views[name](images, training=changed) if name in self.views else images
        return frames_in_channels(view)

    @property
    def layers(self) -> list[keras.layers.Layer]:
        return list(self._ensembles.values())

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        return [self.augmentation, *self.views.values()]

    def __call__(self, context: PenaltyContext) -> Tensor:
        """The penalty summed over categorical codes, a float32 scalar."""
        changed_images = self.augmentation(context.images, training=True)
        logits = context.latents.split(context.real.parameters)
        changed_logits = context.latents.split(context.discriminate(changed_images).parameters)
        terms = []
        for name in context.latents.categorical_names:
            pair = (logits[name], changed_logits[name])
            if self.classifiers:
                terms.append(self._of_ensemble(name, context, changed_images, pair))
            else:
                terms.append(self._of_classifier(*pair))
        return self.weight * tf.add_n(terms)

    def _of_classifier(self, logits: Tensor, changed_logits: Tensor) -> Tensor:
        """L(q), given the logits of images and of augmented images, [..., B, K]; float32 [...]."""
        # In logarithms: otherwise a category whose probability underflows has a NaN gradient.
        marginal = tfd.Categorical(logits=tf.reduce_logsumexp(tf.nn.log_softmax(logits), axis=-2))
        return (
            _divergence(logits, changed_logits)
            - self.balance * marginal.entropy()
            + self.confidence * tf.reduce_mean(tfd.Categorical(logits=logits).entropy(), axis=-1)
        )

    def _of_ensemble(
        self,
        name: str,
        context: PenaltyContext,
        changed_images: Tensor,
        pair: tuple[Tensor, Tensor],
    ) -> Tensor:
        """The term with the ensemble; `pair` is Q's logits of images, and of augmented images."""
        ensemble = self._ensembles[name]

        def taught(logits: Tensor) -> Tensor:
            vote = tf.math.log(ensemble.vote(logits) + VOTE_EPSILON)
            return tf.reduce_mean([_divergence(vote, parameters) for parameters in pair])

        def learn() -> Tensor:
            loss, logits = self._of_networks(name, context, changed_images)
            return loss + taught(logits)

        def teach() -> Tensor:
            logits = ensemble(self._view(name, context.images))
            return self._of_classifier(*pair) + taught(logits)

        def leave() -> Tensor:
            return self._of_classifier(*pair)

        # The last branch is also that of all later phases. A `tf.cond` inside another would take
        # longer to trace: the gradient of the outer one traces that of the inner one again.
        phase = tf.cast(context.step // self.ensemble_steps, tf.int32)
        return tf.switch_case(phase, [learn, teach] if self.lasting else [learn, teach, leave])

    def _of_networks(
        self, name: str, context: PenaltyContext, changed_images: Tensor
    ) -> tuple[Tensor, Tensor]:
        """The mean of L(p_m), and the networks' logits of images, float32 [M, B, size]."""
        ensemble = self._ensembles[name]
        pair = (self._view(name, context.images), self._view(name, changed_images, changed=True))
        both = ensemble(tf.concat(pair, axis=0), training=context.training)
        logits, changed_logits = tf.split(both, 2, axis=1)
        losses = self._of_classifier(logits, changed_logits)
        if context.training:
            ensemble.record(logits)
        return tf.reduce_mean(losses), logits

    def get_config(self) -> dict[str, Any]:
        return {
            "augmentation": keras.saving.serialize_keras_object(self.augmentation),
            "weight": self.weight,
            "balance": self.balance,
            "confidence": self.confidence,
            "classifiers": self.classifiers,
            "ensemble_steps": self.ensemble_steps,
            "views": {
                name: keras.saving.serialize_keras_object(view) for name, view in self.views.items()
            },
            "lasting": self.lasting,
            "voters": self.voters,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CodeConsistency:
        deserialize = keras.saving.deserialize_keras_object
        layers = {
            "augmentation": deserialize(config["augmentation"]),
            "views": {name: deserialize(view) for name, view in config["views"].items()},
        }
        return cls(**{**config, **layers})


def _divergence(teacher: Tensor, learner: Tensor) -> Tensor:
    """The mean of KL(softmax(teacher) || softmax(learner)) in nats, for the learner alone.

    Of logits [..., B, K]; float32 [...].
    """
    target = tfd.Categorical(logits=tf.stop_gradient(teacher))
    return tf.reduce_mean(tfd.kl_divergence(target, tfd.Categorical(logits=learner)), axis=-1)
