"""Eight other GANs with codes, each beside itself with silent codes and without its own idea."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from keras_infogan.studies.definition import Row, Study

ALWAYS = ("training_information", "information")
MNIST = {"networks.width_multiplier": 0.5, "steps": 1200}
CONTROL = "A control."


def _row(
    config: str,
    label: str,
    claim: str,
    scores: tuple[str, ...],
    metrics: tuple[str, ...],
    settings: Mapping[str, Any] | None = None,
) -> Row:
    note = "1,200 updates, half width." if settings else ""
    groups = ("codes", "information", *metrics)
    return Row(config, label, config, claim, note, settings or {}, (*scores, *ALWAYS), groups)


def _silent(row: Row, *codes: str) -> Row:
    """The control whose codes nothing informs: their weights are 0."""
    weights = {f"latents.codes.{code}.weight": 0.0 for code in codes}
    return _changed(row, "silent", "silent codes", {**weights, "consistency.weight": 0.0})


def _changed(row: Row, suffix: str, label: str, changes: Mapping[str, Any]) -> Row:
    return dataclasses.replace(
        row,
        name=f"{row.name}_{suffix}",
        label=f"{row.label}: {label}",
        reported=CONTROL,
        overrides={**row.overrides, **changes},
    )


_CONDITIONAL = _row(
    "mnist_conditional_gan",
    "Conditional GAN",
    "The image is of the given digit; the style is slant and thickness.",
    ("given_accuracy", "best_rank_correlation"),
    ("given", "attributes"),
    MNIST,
)
_BIGAN = _row(
    "mnist_bigan",
    "BiGAN",
    "The encoder reads the digit, and G makes the image again from what it read.",
    ("code_accuracy", "reconstruction_error"),
    ("reconstruction",),
    MNIST,
)
_LAPGAN = _row(
    "sprites_pyramid",
    "LapGAN",
    "The code is the color, at every size.",
    ("frechet_distance", "shown_accuracy", "code_accuracy"),
    ("images", "shown"),
)
_STACKGAN = _row(
    "captioned_sprites",
    "StackGAN",
    "The image is of the caption; the code is the background.",
    ("given_accuracy", "reader_accuracy", "shown_accuracy", "code_accuracy"),
    ("given", "shown"),
)
_VIDEO = _row(
    "moving_sprites",
    "Video GAN",
    "The background is still; the codes are direction and shape.",
    ("background_deviation", "shown_accuracy", "code_accuracy"),
    ("videos", "shown"),
)
_STORYGAN = _row(
    "sprite_stories",
    "StoryGAN",
    "Each sentence's object comes and stays; the code is the background.",
    ("object_shown", "object_kept", "shown_accuracy", "code_accuracy"),
    ("story", "shown"),
)
_CYCLEGAN = _row(
    "gray_to_color",
    "CycleGAN",
    "The shape stays; the code is the color, which the gray image does not tell.",
    ("target_distance", "shown_accuracy", "code_accuracy", "given_accuracy"),
    ("given", "shown"),
)
_C2GAN = _row(
    "stick_figures",
    "C2GAN",
    "The pose is the given one; the code is the color of the clothes.",
    ("target_distance", "keypoint_error", "shown_accuracy", "code_accuracy"),
    ("given", "keypoints", "shown"),
)

SLIDES = Study(
    name="slides",
    title="Eight other GANs with codes",
    source="the papers that the docstring of each config names",
    about="Does each system do what its paper says, and do its codes mean something? Below each "
    "are its controls: codes that nothing informs, and the system without its own idea.",
    rows=(
        _CONDITIONAL,
        _silent(_CONDITIONAL, "style"),
        _BIGAN,
        _silent(_BIGAN, "digit", "style"),
        _LAPGAN,
        _silent(_LAPGAN, "hue"),
        _changed(_LAPGAN, "one_size", "one generator", {"model.kind": "infogan"}),
        _STACKGAN,
        _silent(_STACKGAN, "ground"),
        _changed(_STACKGAN, "one_stage", "one stage", {"model.kind": "conditional_gan"}),
        _VIDEO,
        _silent(_VIDEO, "motion", "form"),
        _changed(
            _VIDEO,
            "one_stream",
            "one stream",
            {"model.kind": "infogan", "architecture": "one_stream_video"},
        ),
        _STORYGAN,
        _silent(_STORYGAN, "ground"),
        _changed(_STORYGAN, "no_story", "no discriminator of stories", {"model.story_weight": 0.0}),
        _CYCLEGAN,
        _silent(_CYCLEGAN, "hue"),
        _changed(_CYCLEGAN, "no_cycle", "no cycle", {"model.cycle_weight": 0.0}),
        _C2GAN,
        _silent(_C2GAN, "clothes"),
        _changed(_C2GAN, "no_keypoints", "no keypoint cycles", {"model.keypoint_weight": 0.0}),
        _changed(_C2GAN, "no_image_cycle", "no image cycle", {"model.image_cycle_weight": 0.0}),
    ),
    seeds=1,
)
