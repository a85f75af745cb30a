"""Every config that comes with the package, trained to its end with one seed."""

from collections.abc import Mapping
from typing import Any

from keras_infogan.studies.definition import Row, Study

SCORES = (
    "code_accuracy",
    "label_accuracy",
    "given_accuracy",
    "shown_accuracy",
    "target_distance",
    "background_deviation",
    "object_shown",
    "object_kept",
    "keypoint_error",
    "nmi",
    "information",
    "training_information",
    "held_out_information",
    "information/real_fake",
    "frechet_distance",
    "best_rank_correlation",
    "circular_correlation",
    "mig",
    "dci_disentanglement",
)
METRICS = ("codes", "information", "attributes", "cycles", "given", "held_out", "images")
TABLE = (*METRICS, "attribute_table")

HALF_WIDTH = {"networks.width_multiplier": 0.5}
HALF_WIDTH_NOTE = "Half width: at full width it would take more than half an hour."


def _near(path: str) -> dict[str, Any]:
    """Settings of a row whose own images cannot be had: those of an array file instead."""
    return {**HALF_WIDTH, "data.name": "image_arrays", "data.path": path}


def _row(
    config: str,
    label: str,
    claim: str,
    note: str = HALF_WIDTH_NOTE,
    overrides: Mapping[str, Any] = HALF_WIDTH,
    metrics: tuple[str, ...] = METRICS,
) -> Row:
    return Row(config, label, config, claim, note, overrides, SCORES, metrics)


_BARS = (
    _row("basicprop_line", "BasicProp line", "The code is the place of the bar.", "", {}),
    _row("basicprop_rectangles", "BasicProp rectangles", "Each code is one bar's height."),
    _row(
        "basicprop_plus",
        "BasicProp++",
        "Categories for shape and color, a continuous code for the geometry.",
    ),
)
_SPRITES = (
    _row(
        "dsprites",
        "InfoGAN-CR's networks on sprites, without the contrast",
        "Its source has FactorVAE .82, MIG .22 after 28 epochs of 737,280 images.",
        "5,000 updates of 64 pairs.",
        {},
        (*METRICS, "disentanglement"),
    ),
    _row(
        "dsprites_cr",
        "InfoGAN-CR on sprites",
        "Its source has FactorVAE .88, MIG .37.",
        "5,000 updates of 64 pairs; the contrast is on in the last tenth.",
        {},
        (*METRICS, "disentanglement"),
    ),
    _row(
        "sprites_equivariant",
        "Place and size by known changes",
        "Three dimensions are the place and the size.",
        metrics=(*METRICS, "disentanglement"),
    ),
    _row(
        "lpc_sprites",
        "Sprites of people",
        "Codes for hair, shirt and direction.",
        overrides={**HALF_WIDTH, "data.path": "lpc_sprites"},
    ),
)
_PAPER = (
    _row("mnist", "The paper's MNIST", "The code is the digit, with an error of 5%."),
    _row(
        "svhn",
        "The paper's SVHN",
        "Codes for the digit's context and light, in pictures.",
        f"SVHN cannot be had offline: photographs of CIFAR-10. {HALF_WIDTH_NOTE}",
        {**HALF_WIDTH, "data.name": "cifar10"},
    ),
    _row(
        "celeba",
        "The paper's CelebA",
        "Codes for azimuth, glasses, hair style and emotion, in pictures.",
        metrics=TABLE,
    ),
    _row(
        "faces",
        "The paper's faces",
        "Continuous codes for azimuth, elevation, light and width, in pictures.",
        f"The paper's faces are not public: yaleb32, photographs. {HALF_WIDTH_NOTE}",
        _near("yaleb32"),
    ),
    _row(
        "chairs",
        "The paper's chairs",
        "A continuous code for the rotation, one for the width, in pictures.",
        "The paper's chairs cannot be had offline: lpc_sprites in gray, which face four ways. "
        + HALF_WIDTH_NOTE,
        _near("lpc_sprites"),
    ),
)
_OWN = (
    _row(
        "image_folder",
        "A folder of your own",
        "Some code means something, without settings.",
        "Photographs of yaleb32 as PNG files.",
        {"data.path": "yaleb32_png"},
    ),
    _row(
        "image_arrays",
        "Arrays of your own",
        "The same for arrays.",
        "Letters of omniglot_small.",
        {"data.path": "omniglot_small"},
    ),
    _row(
        "turntable",
        "One object on a turntable",
        "The code is the angle.",
        "The duck of coil20_32.",
        {"data.path": "duck"},
    ),
)
_CONSISTENT = (
    _row("mnist_consistent", "Codes that real digits agree on", "The code is the digit, over .97."),
    _row("mnist_equivariant", "Continuous codes by known changes", "Slant, width and thickness."),
    _row("mnist_few_labels", "Ten labels of each digit", "The value of the code is the digit."),
    _row("fashion_consistent", "Codes that clothes agree on", "The code is the kind of clothes."),
)
_MNIST = (
    _row("mnist_20_categories", "Twenty categories", "Styles of a digit have their own category."),
    _row("mnist_categorical_only", "One code alone", "As many images as categories."),
    _row("mnist_codes_only", "No noise", "Everything that varies is a code."),
    _row("mnist_vanilla", "A GAN without codes", "Digits; nothing to inform about."),
    _row("mnist_vanilla_codes", "Lambda 0: the control", "Codes that mean nothing."),
    _row("mnist_conditional", "Given labels", "The code is the label."),
    _row("mnist_conditional_gan", "Given labels, as inputs", "The image is of the given class."),
    _row("mnist_bigan", "BiGAN with codes", "The encoder reads the codes."),
    _row("mnist_vae", "An autoencoder with the information term", "Digits and styles."),
    _row("mnist_infonce", "InfoNCE", "The codes are informative by another bound."),
    _row("mnist_mine", "MINE", "The codes are informative by another estimate."),
    _row("mnist_lsgan", "Least squares", "The code is the digit."),
    _row("mnist_separate", "An update of its own for the information", "The code is the digit."),
    _row("mnist_info_wgan", "Info-WGAN", "Digits, with informative codes."),
    _row(
        "mnist_info_wgan_gp",
        "Info-WGAN-GP",
        "Digits stand after a thousand updates, with informative codes.",
        f"1,500 updates. {HALF_WIDTH_NOTE}",
        {**HALF_WIDTH, "steps": 1500},
    ),
)
_SYSTEMS = tuple(
    _row(
        config,
        label,
        claim,
        "",
        {},
        (*METRICS, "shown", "videos", "story", "keypoints"),
    )
    for config, label, claim in (
        ("sprites_pyramid", "LapGAN", "The code is the color, at every size."),
        ("captioned_sprites", "StackGAN", "The image is of the caption; the code is the ground."),
        ("moving_sprites", "Video GAN", "The ground is still; codes are direction and shape."),
        ("sprite_stories", "StoryGAN", "Each sentence's object comes and stays."),
        ("gray_to_color", "CycleGAN", "The shape stays; the code is the color."),
        ("stick_figures", "C2GAN", "The pose is the given one; the code is the clothes."),
    )
)

ZOO = Study(
    name="zoo",
    title="Every config to its end",
    source="the docstring of each config",
    about="Does each config do what it says? The images of `data.path` are read from the current "
    "directory; without them, these rows fail and the others go on.",
    rows=(*_BARS, *_SPRITES, *_PAPER, *_OWN, *_CONSISTENT, *_MNIST, *_SYSTEMS),
    seeds=1,
)
