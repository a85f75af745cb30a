"""Names of the groups of measures, for code that does not import them: commands, studies."""

from __future__ import annotations

from collections.abc import Sequence

GROUP_NAMES = (
    "codes",
    "information",
    "attributes",
    "attribute_table",
    "cycles",
    "given",
    "shown",
    "videos",
    "story",
    "keypoints",
    "reconstruction",
    "held_out",
    "images",
    "estimates",
    "disentanglement",
)
QUICK = ("codes", "information")
# These train a network for minutes, so they run only where they are named.
SLOW = ("shown", "reconstruction", "estimates")
DEFAULT = tuple(name for name in GROUP_NAMES if name not in SLOW)
# These need a classifier of the real images, or a network that reads their labels.
BY_CLASSIFIER = ("given", "shown", "images")


def check_groups(groups: Sequence[str]) -> None:
    """Raises a ValueError if there are no groups, or for an unknown name."""
    unknown = [name for name in groups if name not in GROUP_NAMES]
    if unknown or not groups:
        raise ValueError(
            f"The metrics should be among {list(GROUP_NAMES)}. Received: {list(groups)}"
        )
