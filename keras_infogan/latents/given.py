"""What comes with an image and is an input of G and D: its class, a text, or another image."""

from __future__ import annotations

import string
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from keras_infogan.images import unit_images
from keras_infogan.latents.codes import Categorical, Code
from keras_infogan.runtime.arguments import checked_count, checked_image_shape
from keras_infogan.runtime.image_tensors import asserted, checked_tensor, stored_tensor
from keras_infogan.runtime.images import BYTE_WHITE, UNIT_WHITE, checked_images
from keras_infogan.runtime.label_arrays import described_labels, label_array
from keras_infogan.runtime.types import Tensor

FIRST_WORD = 2  # of TextVectorization: 0 is no word, 1 an unknown one
UNKNOWN = 1


class Given:
    """An input of G and D that comes with each image. It is not a code.

    `fit` takes it as `y`, and no term of the loss reads it from images. For `sample` it is drawn
    like a code, if no value is named.

    Its *values* are what the networks' input is made of. What a user writes may be something else,
    such as the words of a sentence.
    """

    @property
    def width(self) -> int:
        """Columns in the generator's input."""
        raise NotImplementedError

    @property
    def value_spec(self) -> tf.TensorSpec:
        """The values of one image."""
        raise NotImplementedError

    @property
    def served_spec(self) -> tf.TensorSpec:
        """What a request holds for one image; by default the values."""
        return self.value_spec

    def served_values(self, served: Tensor) -> Tensor:
        """The values of what a request holds, with the batch axis."""
        return served

    def served(self, values: Tensor) -> Tensor:
        """What a response holds for values; the inverse of `served_values`."""
        return values

    def sample(self, rows: Tensor, seed: Tensor) -> Tensor:
        """Values for `rows` images."""
        raise NotImplementedError

    def encode(self, values: Tensor) -> Tensor:
        """The generator's input, float32 [B, width]."""
        raise NotImplementedError

    def validity(self, values: Tensor) -> Tensor:
        """Whether all values can be encoded, a bool scalar."""
        raise NotImplementedError

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        """A user's values, of one image or of `batch_size` images, checked.

        Raises:
            TypeError, ValueError: they are something else.
        """
        raise NotImplementedError

    def stored(self, values: Any) -> np.ndarray:
        """The values of the images of `fit`, as the input pipeline keeps them.

        Raises:
            TypeError, ValueError: they are something else.
        """
        raise NotImplementedError

    def stored_tensor(self, values: Tensor) -> Tensor:
        """The same in a graph, for a batch of a stream."""
        raise NotImplementedError

    def of_stored(self, stored: Tensor) -> Tensor:
        """The values of what the pipeline keeps."""
        return stored

    def adopt(self, bank: keras.Variable) -> None:
        """Takes a weight of the model that holds examples; see `bank_shape`.

        Raises:
            ValueError: it has the weight of another model.
        """

    def keep(self, stored: np.ndarray) -> None:
        """Keeps examples to draw from, if there is a weight for them."""

    @property
    def bank_shape(self) -> tuple[int, ...] | None:
        """The shape of a weight that holds examples to draw from; None needs none."""
        return None

    @property
    def trackables(self) -> list[Any]:
        """What a SavedModel has to keep for this."""
        return []

    def get_config(self) -> dict[str, Any]:
        raise NotImplementedError

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Given:
        return cls(**config)


@keras.saving.register_keras_serializable("keras_infogan")
class GivenClass(Given):
    """The class of an image, int64 [B] in 0 .. size - 1.

    Args:
        size: number of classes, int >= 1.

    Examples:
        >>> GivenClass(10).encode(tf.constant([3])).shape
        TensorShape([1, 10])
    """

    def __init__(self, size: int):
        self.size = checked_count("size", size, 1)
        self._code: Code = Categorical(size, weight=0.0)

    @property
    def width(self) -> int:
        return self.size

    @property
    def value_spec(self) -> tf.TensorSpec:
        return tf.TensorSpec([], tf.int64)

    def sample(self, rows: Tensor, seed: Tensor) -> Tensor:
        return self._code.prior.sample(rows, seed=seed)

    def encode(self, values: Tensor) -> Tensor:
        return self._code.encode(values)

    def validity(self, values: Tensor) -> Tensor:
        return self._code.validity(values)

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        return self._code.as_values(values, batch_size)

    def stored(self, values: Any) -> np.ndarray:
        array = label_array(values)
        has_shape = array.shape in ((array.size,), (array.size, 1)) and array.size
        is_right = has_shape and array.dtype.kind in "iu"
        if not (is_right and array.min() >= 0 and array.max() < self.size):
            raise ValueError(f"{self._sentence}. Received: {described_labels(values)}")
        return array.reshape(-1).astype(np.int64)

    def stored_tensor(self, values: Tensor) -> Tensor:
        values = tf.cast(values, tf.int64)
        values = values[:, 0] if values.shape.rank == 2 and values.shape[1] == 1 else values

        def message() -> Tensor:
            template = f"{self._sentence}. Received: from {{}} to {{}}"
            return tf.strings.format(template, [tf.reduce_min(values), tf.reduce_max(values)])

        return asserted(values, self.validity(values), message)

    @property
    def _sentence(self) -> str:
        return f"`y` should be the classes of the images, ints in 0..{self.size - 1}"

    def get_config(self) -> dict[str, Any]:
        return {"size": self.size}


@keras.saving.register_keras_serializable("keras_infogan")
class GivenText(Given):
    """One or several sentences of known words, which an image, or each frame, is to show.

    The values are the numbers of the words, int64 [B, sentences, length]: 0 after the last word.
    A request holds strings: [B], or [B, sentences] if there are several.

    Args:
        words: all words that a sentence may have, in lower case and without punctuation.
        length: words of a sentence at most, int >= 1.
        sentences: of each image, int >= 1.
        examples: sentences to draw from: strings, or lists of `sentences` strings.

    Raises:
        ValueError: words, or examples, that do not follow these rules, or none.

    Examples:
        >>> text = GivenText(["a", "red", "heart"], 3, examples=["a red heart", "a heart"])
        >>> text.as_values("a heart", 1).numpy().tolist()
        [[[2, 4, 0]]]
    """

    def __init__(
        self,
        words: Sequence[str],
        length: int,
        sentences: int = 1,
        examples: Sequence[Any] = (),
    ):
        self.words = _checked_words(words)
        self.length = checked_count("length", length, 1)
        self.sentences = checked_count("sentences", sentences, 1)
        self.examples = [each if isinstance(each, str) else list(each) for each in examples]
        if isinstance(examples, str) or not self.examples:
            received = "a string" if self.examples else "none"
            raise ValueError(
                f"`examples` should be a list of sentences to draw from. Received: {received}"
            )
        self._bank = self.stored(self.examples)

    @cached_property
    def _reader(self) -> keras.layers.TextVectorization:
        # One place more than words, to see that a sentence is too long.
        return keras.layers.TextVectorization(
            vocabulary=self.words, output_sequence_length=self.length + 1
        )

    @property
    def trackables(self) -> list[Any]:
        return [self._reader]

    @property
    def width(self) -> int:
        return self.sentences * self.length

    @property
    def vocabulary_size(self) -> int:
        """Numbers of words, with those of no word and of an unknown one."""
        return len(self.words) + FIRST_WORD

    @property
    def value_spec(self) -> tf.TensorSpec:
        return tf.TensorSpec([self.sentences, self.length], tf.int64)

    @property
    def served_spec(self) -> tf.TensorSpec:
        return tf.TensorSpec([] if self.sentences == 1 else [self.sentences], tf.string)

    def served_values(self, served: Tensor) -> Tensor:
        numbers = self._reader(tf.reshape(served, [-1]))
        # A sentence that is too long has an unknown word at its end, which is refused.
        is_long = tf.cast(numbers[:, self.length :] != 0, numbers.dtype)
        last = numbers[:, self.length - 1 : self.length]
        last = last * (1 - is_long) + UNKNOWN * is_long
        numbers = tf.concat([numbers[:, : self.length - 1], last], axis=1)
        return tf.reshape(tf.cast(numbers, tf.int64), [-1, self.sentences, self.length])

    def served(self, values: Tensor) -> Tensor:
        words = tf.gather(tf.constant(["", "[UNK]", *self.words]), values)
        joined = tf.strings.strip(tf.strings.reduce_join(words, axis=-1, separator=" "))
        return joined[:, 0] if self.sentences == 1 else joined

    def sample(self, rows: Tensor, seed: Tensor) -> Tensor:
        return _drawn(tf.constant(self._bank), rows, seed)

    def encode(self, values: Tensor) -> Tensor:
        return tf.reshape(tf.cast(values, tf.float32), [-1, self.width])

    def validity(self, values: Tensor) -> Tensor:
        known = (values == 0) | ((values >= FIRST_WORD) & (values < self.vocabulary_size))
        return tf.reduce_all(known) & tf.reduce_all(tf.reduce_any(values > 0, axis=-1))

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        if isinstance(values, tf.Tensor) and values.dtype.is_integer:
            return self.stored_tensor(values)  # as `sample` draws them
        is_story = isinstance(values, list | tuple) and values and isinstance(values[0], str)
        one = isinstance(values, str) or (self.sentences > 1 and is_story)
        numbers = tf.constant(self.stored([values] if one else values))
        return _for_each(numbers, batch_size, "a text")

    def stored(self, values: Any) -> np.ndarray:
        if self._is_stored(values):  # a batch of a stream of such values
            return np.asarray(values, np.int64)
        texts = _texts(values)
        if texts is None or texts.shape[1:] != tuple(self.served_spec.shape) or not texts.size:
            several = "" if self.sentences == 1 else f" of {self.sentences} sentences each"
            raise ValueError(
                f"Texts should be strings, a text{several} for each image. "
                f"Received: {_described_texts(values, texts)}"
            )
        numbers = self.served_values(tf.constant(texts)).numpy()
        is_bad = (numbers == UNKNOWN).any(axis=-1) | (numbers == 0).all(axis=-1)
        if is_bad.any():
            bad = texts.reshape(is_bad.shape)[is_bad][0]
            words = [word for word in map(_plain, bad.split()) if word]
            unknown = [word for word in words if word not in self.words]
            reason = f"{unknown[0]!r} is unknown" if unknown else f"it has {len(words)} words"
            raise ValueError(
                f"A sentence should have 1 to {self.length} of the words {self.words}. "
                f"Received: {bad!r}: {reason}"
            )
        return numbers

    def _is_stored(self, values: Any) -> bool:
        """Whether these are numbers of known words, as the pipeline keeps them."""
        is_array = isinstance(values, tf.Tensor | np.ndarray)
        return (
            is_array
            and np.asarray(values).dtype.kind in "iu"
            and tuple(values.shape[1:]) == tuple(self.value_spec.shape)
            and bool(self.validity(tf.constant(np.asarray(values))))
        )

    def stored_tensor(self, values: Tensor) -> Tensor:
        numbers = self.served_values(values) if values.dtype == tf.string else values

        def message() -> Tensor:
            template = f"`y` should be texts of 1 to {self.length} known words. Received: {{}}"
            return tf.strings.format(template, [values])

        return asserted(numbers, self.validity(numbers), message)

    def get_config(self) -> dict[str, Any]:
        return {
            "words": self.words,
            "length": self.length,
            "sentences": self.sentences,
            "examples": self.examples,
        }


@keras.saving.register_keras_serializable("keras_infogan")
class GivenImage(Given):
    """Another image, float32 [B, H, W, C] in [0, 1].

    `sample` draws from a few images of the training, which the model keeps with its weights.

    Args:
        shape: (H, W, C).
        examples: images that the model keeps, int >= 1.

    Examples:
        >>> GivenImage((32, 32, 1)).width
        1024
    """

    def __init__(self, shape: tuple[int, int, int], examples: int = 64):
        self.shape = checked_image_shape("shape", shape)
        self.examples = checked_count("examples", examples, 1)
        self._bank: keras.Variable | None = None

    @property
    def width(self) -> int:
        return int(np.prod(self.shape))

    @property
    def value_spec(self) -> tf.TensorSpec:
        return tf.TensorSpec(self.shape, tf.float32)

    @property
    def bank_shape(self) -> tuple[int, ...]:
        return (self.examples, *self.shape)

    def adopt(self, bank: keras.Variable) -> None:
        if self._bank is not None:
            raise ValueError(
                "A GivenImage should belong to one model: make another for the next. "
                "Received: one of a model that keeps examples in it"
            )
        self._bank = bank

    def keep(self, stored: np.ndarray) -> None:
        """Keeps the first of many images as examples to draw from."""
        assert self._bank is not None
        rows = np.arange(self.examples) % len(stored)
        self._bank.assign(self.of_stored(tf.constant(stored[rows])))

    def sample(self, rows: Tensor, seed: Tensor) -> Tensor:
        bank = tf.zeros(self.bank_shape) if self._bank is None else self._bank.value
        return _drawn(bank, rows, seed)

    def encode(self, values: Tensor) -> Tensor:
        return tf.reshape(tf.cast(values, tf.float32), [-1, self.width])

    def validity(self, values: Tensor) -> Tensor:
        return tf.reduce_all((values >= 0.0) & (values <= 1.0))

    def as_values(self, values: Any, batch_size: int) -> Tensor:
        array = np.asarray(values)
        array = array[None] if array.ndim == len(self.shape) else array
        return _for_each(checked_tensor(array, self.shape), batch_size, "an image")

    def stored(self, values: Any) -> np.ndarray:
        return checked_images(values, self.shape)

    def stored_tensor(self, values: Tensor) -> Tensor:
        white = BYTE_WHITE if values.dtype.is_integer else UNIT_WHITE
        return stored_tensor(values, self.shape, white)

    def of_stored(self, stored: Tensor) -> Tensor:
        return unit_images(stored)

    def get_config(self) -> dict[str, Any]:
        return {"shape": list(self.shape), "examples": self.examples}


def _for_each(values: Tensor, batch_size: int, what: str) -> Tensor:
    """Values of `batch_size` images, of which a single one is repeated."""
    if len(values) not in (1, batch_size):
        raise ValueError(
            f"There should be {what} for each of {batch_size} images. Received: {len(values)}"
        )
    return tf.broadcast_to(values, [batch_size, *values.shape[1:]])


def _drawn(bank: Tensor, rows: Tensor, seed: Tensor) -> Tensor:
    count = int(bank.shape[0])
    return tf.gather(bank, tf.random.stateless_uniform([rows], seed, 0, count, tf.int32))


def _plain(word: str) -> str:
    """A word as `TextVectorization` reads it: in lower case, without punctuation."""
    return word.lower().translate(str.maketrans("", "", string.punctuation))


def _checked_words(words: Any) -> list[str]:
    """The words of a vocabulary, or a ValueError that names what is wrong."""
    bad = "none" if not words else "a string" if isinstance(words, str) else ""
    if not bad:
        wrong = [
            each for each in words if not isinstance(each, str) or each.split() != [_plain(each)]
        ]
        twice = [each for each in words if list(words).count(each) > 1]
        bad = repr((wrong or twice)[0]) if wrong or twice else ""
    if bad:
        raise ValueError(
            "`words` should be different words in lower case, without spaces and punctuation. "
            f"Received: {bad}"
        )
    return list(words)


def _described_texts(values: Any, texts: np.ndarray | None) -> str:
    """What was received in place of texts: of lists, their lengths."""
    if texts is not None:
        return f"shape {list(texts.shape)}"
    if isinstance(values, list | tuple) and all(isinstance(each, list | tuple) for each in values):
        lengths = sorted({len(each) for each in values})
        return f"texts of {' and '.join(map(str, lengths))} sentences" if lengths else "none"
    return type(values).__name__


def _texts(values: Any) -> np.ndarray | None:
    """Strings as an array of objects; None if they are something else."""
    try:
        array = np.asarray(values)
    except ValueError:  # lists of several lengths
        return None
    if array.dtype.kind in "US":
        return array.astype(str).astype(object)
    if array.dtype == object and all(isinstance(each, (str, bytes)) for each in array.flat):
        as_text = [each.decode() if isinstance(each, bytes) else each for each in array.flat]
        return np.array(as_text, object).reshape(array.shape)
    return None
