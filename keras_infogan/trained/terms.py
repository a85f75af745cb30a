"""The data that configs name: what it is called, and the terms under which it may be used."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

RENDERED = "rendered by this package, free to use"


class Terms(NamedTuple):
    """A data set's name, and its license; both are text."""

    title: str
    license: str


_TERMS = {
    "mnist": Terms("MNIST", "CC BY-SA 3.0"),
    "fashion_mnist": Terms("Fashion-MNIST", "MIT"),
    "celeb_a": Terms("CelebA", "non-commercial research only"),
    "svhn_cropped": Terms("SVHN", "non-commercial use only"),
    "cifar10": Terms("CIFAR-10", "not stated by its authors"),
    "dsprites": Terms("dSprites", "Apache 2.0"),
    "basic_prop_line": Terms("BasicProp line", RENDERED),
    "basic_prop_rectangles": Terms("BasicProp rectangles", RENDERED),
    "basic_prop_plus": Terms("BasicProp plus", RENDERED),
    "sprites": Terms("sprites of five factors", RENDERED),
}


def terms_of(data: Mapping[str, Any]) -> Terms:
    """The name and the license of the data that a run was trained on.

    Args:
        data: the run's `config.data`.

    Examples:
        >>> terms_of({"name": "mnist"})
        Terms(title='MNIST', license='CC BY-SA 3.0')
        >>> terms_of({"name": "image_folder"}).license
        'not known'
    """
    name = str(data["name"]).partition("/")[0]
    return _TERMS.get(name, Terms(name, "not known"))
