"""Images in memory with their labels."""

import dataclasses
from collections import Counter
from collections.abc import Mapping

import numpy as np

SHOWN_DAMAGED = 10


@dataclasses.dataclass(frozen=True)
class PictureNotes:
    """What happened when pictures were read, for people. Notes of two splits can be added.

    Args:
        transparent: pictures with transparent parts, which show the background.
        deep: pictures of more than 8 bits per value, each scaled by its own range.
        damaged: pictures that were left out, as "FILE (REASON)".
        ignored: suffixes of the files in the folder that are no pictures -> how many there are.
        arrays: names of arrays in .npz files that are no labels.
    """

    transparent: int = 0
    deep: int = 0
    damaged: tuple[str, ...] = ()
    ignored: Mapping[str, int] = dataclasses.field(default_factory=dict)
    arrays: tuple[str, ...] = ()

    def __add__(self, other: "PictureNotes") -> "PictureNotes":
        return PictureNotes(
            self.transparent + other.transparent,
            self.deep + other.deep,
            self.damaged + other.damaged,
            Counter(self.ignored) | Counter(other.ignored),
            tuple(dict.fromkeys(self.arrays + other.arrays)),
        )

    def sentences(self) -> list[str]:
        """The notes in words; none if there is nothing to say.

        Examples:
            >>> PictureNotes(transparent=3).sentences()
            ['3 pictures with transparent parts: the background shows there']
        """
        were = "was" if len(self.damaged) == 1 else "were"
        said = {
            "with transparent parts: the background shows there": self.transparent,
            "of more than 8 bits per value: each was scaled by its own range, from its darkest "
            "value to its brightest": self.deep,
            f"that cannot be read {were} left out: {list_names(self.damaged)}": len(self.damaged),
        }
        sentences = [f"{count_pictures(count)} {text}" for text, count in said.items() if count]
        if self.ignored:
            kinds = ", ".join(f"{suffix} {count}" for suffix, count in sorted(self.ignored.items()))
            sentences.append(f"ignored files that are no pictures: {kinds}")
        if self.arrays:
            sentences.append(f"ignored arrays that are no labels: {list_names(self.arrays)}")
        return sentences


@dataclasses.dataclass(frozen=True, eq=False)
class LabeledImages:
    """Images in memory and their labels.

    Args:
        images: uint8 array [N, H, W, C] in [0, 255], or [N, T, H, W, C] of videos of T frames.
        labels: name of a categorical factor -> int64 array [N].
        class_names: name of a factor -> the names of its values 0, 1, ...; only for factors of a
            folder or of arrays.
        notes: what happened when the images were read from a folder or from arrays.
        companions: what comes with each image besides labels, by the name of the feature: texts,
            an array of str objects, [N] or [N, S]; further images or arrays, uint8 [N, ...].

    Examples:
        >>> data = LabeledImages(np.zeros((8, 28, 28, 1), np.uint8), {"label": np.arange(8)})
        >>> data.labels["label"]
        array([0, 1, 2, 3, 4, 5, 6, 7])
    """

    images: np.ndarray
    labels: dict[str, np.ndarray]
    class_names: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    notes: PictureNotes = PictureNotes()
    companions: Mapping[str, np.ndarray] = dataclasses.field(default_factory=dict)


def count_pictures(count: int) -> str:
    """The number of pictures in words.

    Examples:
        >>> count_pictures(1)
        '1 picture'
    """
    return f"{count:,} picture{'' if count == 1 else 's'}"


def list_names(names: tuple[str, ...]) -> str:
    """The first names of many, and how many more there are.

    Examples:
        >>> list_names(("a.png", "b.png"))
        'a.png, b.png'
    """
    more = len(names) - SHOWN_DAMAGED
    return ", ".join(names[:SHOWN_DAMAGED]) + (f" and {more:,} more" if more > 0 else "")
