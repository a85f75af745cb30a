"""The sentences that describe pictures of `captioned_sprites` and `sprite_stories`.

Each is a few words of one fixed order, so all of them can be listed. This module imports nothing
heavy: configs read its words.

`WORDS`, `CAPTION_WORDS` and `STORY_WORDS` are what is left of the sentences in lower case and
without commas. `CAPTION_LENGTH` and `STORY_LENGTH` are the words of the longest sentence.
"""

import itertools
import random

SIZES = ("small", "large")
COLORS = ("red", "green", "blue", "yellow")
SHAPES = ("square", "ellipse", "heart")
CORNERS = ("upper left", "upper right", "lower left", "lower right")
PLACES = (*CORNERS, "center")
TILTS = ("upright", "tilted")
STORY_SENTENCES = 4


def caption(size: str, color: str, shape: str, place: str, tilt: str) -> str:
    """Describes one sprite.

    Args:
        size: one of `SIZES`.
        color: one of `COLORS`.
        shape: one of `SHAPES`.
        place: one of `PLACES`.
        tilt: one of `TILTS`.

    Examples:
        >>> caption("large", "red", "heart", "upper left", "tilted")
        'a large red heart, upper left, tilted'
    """
    return f"a {size} {color} {shape}, {place}, {tilt}"


def captions() -> tuple[str, ...]:
    """All captions there are.

    Examples:
        >>> len(captions())   # 2 sizes, 4 colors, 3 shapes, 5 places, 2 tilts
        240
    """
    return tuple(
        itertools.starmap(caption, itertools.product(SIZES, COLORS, SHAPES, PLACES, TILTS))
    )


def story_sentence(color: str, shape: str, corner: str) -> str:
    """Tells which object one frame of a story adds.

    Args:
        color: one of `COLORS`.
        shape: one of `SHAPES`.
        corner: one of `CORNERS`.

    Examples:
        >>> story_sentence("red", "heart", "upper left")
        'a red heart, upper left'
    """
    return f"a {color} {shape}, {corner}"


def story_sentences() -> tuple[str, ...]:
    """All sentences of stories there are.

    Examples:
        >>> len(story_sentences())   # 4 colors, 3 shapes, 4 corners
        48
    """
    return tuple(itertools.starmap(story_sentence, itertools.product(COLORS, SHAPES, CORNERS)))


def example_stories(count: int = 96, seed: int = 0) -> list[list[str]]:
    """Writes stories of four sentences, each of another corner.

    Args:
        count: the number of stories.
        seed: the stories depend on it alone.

    Examples:
        >>> len(example_stories(3)[0])
        4
    """
    # Python promises that `random()` stays the same in later versions, and nothing else does.
    draw = random.Random(seed).random

    def one_of(values: tuple[str, ...]) -> str:
        return values[int(draw() * len(values))]

    return [
        [
            story_sentence(one_of(COLORS), one_of(SHAPES), corner)
            for corner in sorted(CORNERS, key=lambda _: draw())
        ]
        for _ in range(count)
    ]


def _split(sentence: str) -> list[str]:
    return sentence.replace(",", "").split()


def _words(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Each word once, in the order of its first use."""
    return tuple(dict.fromkeys(word for sentence in sentences for word in _split(sentence)))


def _longest(sentences: tuple[str, ...]) -> int:
    return max(len(_split(sentence)) for sentence in sentences)


CAPTION_WORDS = _words(captions())
STORY_WORDS = _words(story_sentences())
WORDS = tuple(dict.fromkeys(CAPTION_WORDS + STORY_WORDS))
CAPTION_LENGTH = _longest(captions())
STORY_LENGTH = _longest(story_sentences())
