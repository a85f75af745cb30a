"""Models that are given something with each image."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from keras_infogan.latents.given import Given
from keras_infogan.latents.spec import LatentSpec
from keras_infogan.models.labels import GivenRule


class GivenInput:
    """The part of an `InfoGAN` that is given something with each image, see `latents.given`.

    Raises:
        ValueError: latents without one given input, or with one of another kind.
    """

    takes_given = True
    given_kind: type[Given] = Given  # that a variant needs
    latents: LatentSpec

    def __init__(self, latents: LatentSpec, **kwargs: Any):
        self.checked_given(latents)
        super().__init__(latents, **kwargs)  # type: ignore[call-arg]

    @classmethod
    def checked_given(cls, latents: LatentSpec) -> Any:
        """What is given, if it is one input of the kind that is needed.

        Raises:
            ValueError: it is something else.
        """
        given = list(latents.given.values())
        if len(given) != 1 or not isinstance(given[0], cls.given_kind):
            raise ValueError(
                f"{cls.__name__} should be given one {cls.given_kind.__name__} with each image. "
                f"Received: {latents}"
            )
        return given[0]

    @property
    def given_name(self) -> str:
        """The name of what is given."""
        return next(iter(self.latents.given))

    @property
    def given(self) -> Given:
        """What is given."""
        return self.latents.given[self.given_name]

    @property
    def label_rule(self) -> GivenRule:
        return GivenRule(self.given_name, self.given)

    @contextmanager
    def training_on(self, images: Any, labels: Any) -> Iterator[None]:
        """Keeps examples of what is given, if it is images."""
        if labels is not None:
            self.given.keep(labels)
        yield

    def keep_given(self, values: Any) -> None:
        """Keeps examples that `sample` draws from, where what is given is images.

        `fit` calls it for arrays. Call it before `fit` on a stream.

        Args:
            values: as `fit` takes them.
        """
        self.given.keep(self.given.stored(values))
