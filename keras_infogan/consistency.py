"""Code consistency: categorical codes that real images agree on under an augmentation."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from tensorflow_probability import distributions as tfd

from keras_infogan.layers import ClusteringEnsemble
from keras_infogan.readings import Views
from keras_infogan.regularizers import Regularizer

EPSILON = 1e-6  # a probability in place of none, whose logarithm is finite

Tensor = Any


@keras.saving.register_keras_serializable("keras_infogan")
class CodeConsistency(Regularizer):
    """Categorical codes of *real* images that survive an augmentation, and are all in use.

    w [ E_x KL(stop(q(c|x)) || q(c|a(x))) - h H(E_x q(c|x)) + k E_x H(q(c|x)) ]

    with x real images, a an augmentation, q the recognition network and H the entropy in nats:
    consistency, balanced use of the categories, and confidence. Hu et al. 2017
    (IMSAT, arXiv:1702.08720, equations 7 and 13) train a classifier so; here it shapes Q while
    G learns.

    With `networks`, q is each of as many classifiers p_1, p_2, ... of their own, the term is their
    mean, and Q learns from their vote p*:

    + w E_x [ KL(stop(p*(c|x)) || q(c|x)) + KL(stop(p*(c|x)) || q(c|a(x))) ] / 2

    Clustering has local optima, in which two classes share a category, or a hand of one class lies
    with another; networks that share nothing seldom fail alike. See `ClusteringEnsemble`. After
    `settle` updates they stand still, and q is Q itself, which also learns their vote for as many
    updates again. Then it is left alone: it has the classes, and reads them better than they do.
    Generated images never move them.

    Args:
        augmentation: Keras layer, images [B, H, W, C] in [0, 1] -> the same, called with
            training=True; its changes should leave the meaning of the codes as it is.
        weight: w >= 0.
        balance: h >= 0.
        confidence: k >= 0.
        networks: classifiers of each categorical code, int >= 0; with 0, q is Q itself.
        settle: updates in which the networks learn, int >= 0, before as many in which they teach
            only. While they learn, a change of the best among them may rename Q's categories; G
            should learn the names later.

    Raises:
        TypeError: the augmentation is no Keras layer.
        ValueError: a negative number, a fraction of networks, or networks that never learn.

    Example:

    >>> consistency = CodeConsistency(keras.layers.RandomRotation(22 / 360), weight=1.0)
    """

    name = "consistency"

    def __init__(
        self,
        augmentation: keras.layers.Layer,
        weight: float = 1.0,
        balance: float = 0.4,
        confidence: float = 0.1,
        networks: int = 0,
        settle: int = 0,
    ):
        if not isinstance(augmentation, keras.layers.Layer):
            raise TypeError(
                "`augmentation` should be a Keras layer from images to images. "
                f"Received: {augmentation!r}"
            )
        if min(weight, balance, confidence) < 0:
            raise ValueError(
                "`weight`, `balance` and `confidence` should be at least 0. "
                f"Received: {weight}, {balance}, {confidence}"
            )
        if not all(isinstance(number, int) and number >= 0 for number in (networks, settle)):
            raise ValueError(
                "`networks` and `settle` should be ints of at least 0. "
                f"Received: networks={networks!r}, settle={settle!r}"
            )
        if networks and not settle:
            raise ValueError(
                "`networks` need updates to learn in. Received: "
                f"networks={networks!r}, settle={settle!r}"
            )
        self.augmentation = augmentation
        self.weight = weight
        self.balance = balance
        self.confidence = confidence
        self.networks = networks
        self.settle = settle
        self._ensembles: dict[str, ClusteringEnsemble] = {}

    def check(self, model: Any) -> None:
        if not model.latents.categorical_names:
            raise ValueError(
                f"CodeConsistency needs a categorical code. Received: codes={model.latents.codes}"
            )
        trained = {id(variable) for variable in model.variables_of_discriminator_loss()}
        head = model.information.recognition_head
        if not all(id(variable) in trained for variable in head.trainable_variables):
            raise ValueError(
                "CodeConsistency needs a model whose discriminator's loss trains Q. "
                f"Received: {type(model).__name__}"
            )

    def build(self, model: Any) -> None:
        if not self.networks:
            return
        if self._ensembles:
            raise ValueError(
                "A CodeConsistency with networks should belong to one model: make another for the "
                "next. Received: one whose networks a model trains already"
            )
        for name in model.latents.categorical_names:
            size = model.latents.codes[name].size
            ensemble = ClusteringEnsemble(self.networks, size, self.settle, name=f"{name}_ensemble")
            ensemble.build(model.trunk.input_shape)
            self._ensembles[name] = ensemble

    @property
    def layers(self) -> list[keras.layers.Layer]:
        return list(self._ensembles.values())

    @property
    def augmentations(self) -> list[keras.layers.Layer]:
        return [self.augmentation]

    def __call__(self, views: Views) -> Tensor:
        """The penalty summed over categorical codes, a float32 scalar."""
        changed_images = self.augmentation(views.images, training=True)
        logits = views.latents.split(views.real.parameters)
        changed_logits = views.latents.split(views.read(changed_images).parameters)
        terms = []
        for name in views.latents.categorical_names:
            pair = (logits[name], changed_logits[name])
            if self.networks:
                terms.append(self._of_ensemble(name, views, changed_images, pair))
            else:
                terms.append(self._of_classifier(*pair))
        return self.weight * tf.add_n(terms)

    def _of_classifier(self, logits: Tensor, changed_logits: Tensor) -> Tensor:
        """The term in brackets of one classifier: its logits of images, and of changed ones."""
        # In logs, or a category whose probability underflows would have a NaN gradient.
        marginal = tfd.Categorical(logits=tf.reduce_logsumexp(tf.nn.log_softmax(logits), axis=0))
        return (
            _divergence(logits, changed_logits)
            - self.balance * marginal.entropy()
            + self.confidence * tf.reduce_mean(tfd.Categorical(logits=logits).entropy())
        )

    def _of_ensemble(
        self, name: str, views: Views, changed_images: Tensor, pair: tuple[Tensor, Tensor]
    ) -> Tensor:
        """The term of the networks or of Q, and what Q is from the vote while there is one."""
        ensemble = self._ensembles[name]

        def taught(logits: Tensor) -> Tensor:
            vote = tf.math.log(ensemble.vote(logits) + EPSILON)
            return tf.reduce_mean([_divergence(vote, parameters) for parameters in pair])

        def learn() -> Tensor:
            both = tf.concat([views.images, changed_images], axis=0)
            logits, changed_logits = tf.split(ensemble(both, training=views.training), 2, axis=1)
            losses = tf.stack(
                [
                    self._of_classifier(logits[index], changed_logits[index])
                    for index in range(self.networks)
                ]
            )
            if views.training:
                ensemble.record(logits, losses)
            return tf.reduce_mean(losses) + taught(logits)

        def teach() -> Tensor:
            return self._of_classifier(*pair) + taught(ensemble(views.images))

        def leave() -> Tensor:
            return self._of_classifier(*pair)

        learns, teaches = ensemble.learns(), ensemble.teaches()
        if views.training:
            ensemble.count()
        return tf.cond(learns, learn, lambda: tf.cond(teaches, teach, leave))

    def get_config(self) -> dict[str, Any]:
        return {
            "augmentation": keras.saving.serialize_keras_object(self.augmentation),
            "weight": self.weight,
            "balance": self.balance,
            "confidence": self.confidence,
            "networks": self.networks,
            "settle": self.settle,
        }

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> CodeConsistency:
        augmentation = keras.saving.deserialize_keras_object(config["augmentation"])
        return cls(**{**config, "augmentation": augmentation})


def _divergence(teacher: Tensor, learner: Tensor) -> Tensor:
    """The mean of KL(softmax(teacher) || softmax(learner)) in nats, for the learner alone."""
    target = tfd.Categorical(logits=tf.stop_gradient(teacher))
    return tf.reduce_mean(tfd.kl_divergence(target, tfd.Categorical(logits=learner)))
