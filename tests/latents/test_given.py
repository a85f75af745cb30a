import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan.latents import GivenClass, GivenImage, GivenText, LatentSpec, Uniform

WORDS = ["a", "large", "small", "red", "heart", "square"]
SEED = (0, 1)


@pytest.fixture
def text():
    return GivenText(WORDS, 4, examples=["a red heart", "a large red square"])


@pytest.fixture
def story():
    return GivenText(WORDS, 3, 2, [["a heart", "a red square"], ["a square", "a heart"]])


def test_a_class_is_encoded_as_one_hot():
    given = GivenClass(3)
    np.testing.assert_array_equal(given.encode(given.as_values(2, 2)), [[0, 0, 1]] * 2)
    assert sorted(set(given.sample(50, SEED).numpy())) == [0, 1, 2]


def test_words_have_numbers(text):
    values = text.as_values(["a heart", "A small, red square"], 2)
    assert values.numpy().tolist() == [[[2, 6, 0, 0]], [[2, 4, 5, 7]]]
    assert text.encode(values).shape == (2, 4)
    assert text.served(values).numpy().tolist() == [b"a heart", b"a small red square"]


def test_several_sentences(story):
    values = story.as_values(["a heart", "a red square"], 3)
    assert values.shape == (3, 2, 3)
    assert story.served(values)[0].numpy().tolist() == [b"a heart", b"a red square"]
    assert story.served_spec.shape == [2]


def test_one_text_is_for_all_images(text):
    assert text.as_values("a heart", 5).shape == (5, 1, 4)
    with pytest.raises(ValueError, match="a text for each of 5 images. Received: 2"):
        text.as_values(["a heart", "a square"], 5)


@pytest.mark.parametrize(
    ("bad", "received"),
    [
        (["a purple heart"], "'a purple heart': 'purple' is unknown"),
        (["a large small red heart"], "'a large small red heart': it has 5 words"),
        ([""], "'': it has 0 words"),
        ([3], "list"),
        ([["a heart", "a heart"]], r"shape \[1, 2\]"),
        ([], "none"),
    ],
)
def test_a_text_has_known_words(text, bad, received):
    with pytest.raises(ValueError, match=f"Received: ({received})"):
        text.stored(bad)


def test_stories_have_equal_lengths(story):
    with pytest.raises(ValueError, match="each image. Received: texts of 1 and 2 sentences"):
        story.stored([["a heart"], ["a heart", "a square"]])


@pytest.mark.parametrize("bad", [3, [], None])
def test_what_is_no_story_is_refused(story, bad):
    with pytest.raises(ValueError, match="a text of 2 sentences each for each image. Received"):
        story.as_values(bad, 1)


@pytest.mark.parametrize(
    ("words", "received"),
    [
        (["a", "Red"], "'Red'"),
        (["upper left"], "'upper left'"),
        (["a", "a"], "'a'"),
        (["a,"], "'a,'"),
        ([1], "1"),
        ("a red", "a string"),
        ([], "none"),
    ],
)
def test_a_vocabulary_has_plain_words(words, received):
    with pytest.raises(ValueError, match=f"different words in lower case.* Received: {received}"):
        GivenText(words, 2, examples=["a"])


def test_a_given_image_belongs_to_one_model():
    given = GivenImage((2, 2, 1), examples=3)
    given.adopt(keras.Variable(np.zeros([3, 2, 2, 1], np.float32)))
    with pytest.raises(ValueError, match="should belong to one model"):
        given.adopt(keras.Variable(np.zeros([3, 2, 2, 1], np.float32)))


def test_requests_are_checked_in_the_graph(text):
    requests = tf.constant(["a heart", "a purple heart", "a large small red heart", ""])
    valid = [bool(text.validity(text.served_values(each[None]))) for each in requests]
    assert valid == [True, False, False, False]


def test_texts_are_drawn_from_the_examples(text):
    drawn = set(text.served(text.sample(50, SEED)).numpy())
    assert drawn == {b"a red heart", b"a large red square"}


def test_images_are_drawn_from_those_that_were_kept():
    given = GivenImage((2, 2, 1), examples=3)
    given.adopt(keras.Variable(np.zeros([3, 2, 2, 1], np.float32)))
    given.keep(given.stored(np.full([2, 2, 2, 1], 51, np.uint8)))
    np.testing.assert_allclose(given.encode(given.sample(4, SEED)), np.full([4, 4], 0.2))
    assert given.as_values(np.zeros([2, 2, 1]), 3).shape == (3, 2, 2, 1)
    with pytest.raises(ValueError, match=r"should have shape \[batch, 2, 2, 1\]"):
        given.stored(np.zeros([2, 3, 2, 1]))
    with pytest.raises(ValueError, match="an image for each of 3 images. Received: 2"):
        given.as_values(np.zeros([2, 2, 2, 1]), 3)


@pytest.mark.parametrize(
    ("bad", "received"),
    [
        ([0, 3], r"int64 \[2\], from 0 to 3"),
        ([-1], r"int64 \[1\], from -1 to -1"),
        ([0.5], r"float64 \[1\]"),
        ([[1, 2]], r"int64 \[1, 2\]"),
        ([], r"float64 \[0\]"),
        (2, r"int64 \[\]"),
    ],
)
def test_classes_are_ints_in_range(bad, received):
    with pytest.raises(ValueError, match=rf"ints in 0\.\.2\. Received: {received}"):
        GivenClass(3).stored(bad)


def test_classes_may_be_a_column():
    assert GivenClass(3).stored([[1], [2]]).tolist() == [1, 2]
    assert GivenClass(3).stored_tensor(tf.constant([[1], [2]])).numpy().tolist() == [1, 2]


def test_a_stream_of_wrong_values_says_what_it_received(text):
    with pytest.raises(tf.errors.InvalidArgumentError, match="ints in 0..2. Received: from 0 to 5"):
        GivenClass(3).stored_tensor(tf.constant([0, 5]))
    with pytest.raises(tf.errors.InvalidArgumentError, match="1 to 4 known words. Received: .*99"):
        text.stored_tensor(tf.constant([[[1, 99, 0, 0]]], tf.int64))


def test_given_inputs_are_the_last_columns(text):
    spec = LatentSpec(2, {"style": Uniform(1)}, given={"caption": text})
    assert (spec.width, spec.given_width, spec.parameter_count) == (7, 4, 2)
    rows = spec.sample_rows(tf.constant([3, 4], tf.int64))
    fixed = spec.fix(rows, {"caption": "a heart"})
    np.testing.assert_array_equal(spec.concatenate(fixed)[:, 3:], [[2, 6, 0, 0]] * 2)
    again = LatentSpec.from_config(spec.get_config())
    assert again.get_config() == spec.get_config()


def test_a_name_is_used_once(text):
    with pytest.raises(ValueError, match="of a code or of a given input. Received: .'style'"):
        LatentSpec(2, {"style": Uniform(1)}, given={"style": text})
    with pytest.raises(TypeError, match="Given input 'style' should be"):
        LatentSpec(2, given={"style": Uniform(1)})


def test_numbers_of_words_are_taken_as_they_are_stored():
    text = GivenText(["a", "heart"], 2, examples=["a heart"])
    stored = text.stored(["a heart", "a"])
    np.testing.assert_array_equal(text.stored(tf.constant(stored)), stored)
    with pytest.raises(ValueError, match="Texts should be strings"):
        text.stored(np.full([2, 1, 2], 9))
