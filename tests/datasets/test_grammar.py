import subprocess
import sys

import keras
import pytest

from keras_infogan.datasets import grammar


def test_sentences_name_what_they_show():
    assert grammar.caption("small", "blue", "ellipse", "center", "upright") == (
        "a small blue ellipse, center, upright"
    )
    assert grammar.story_sentence("red", "heart", "upper left") == "a red heart, upper left"


def test_all_sentences_are_listed_once():
    assert len(set(grammar.captions())) == len(grammar.captions()) == 2 * 4 * 3 * 5 * 2
    assert len(set(grammar.story_sentences())) == len(grammar.story_sentences()) == 4 * 3 * 4


def test_the_words_and_the_longest_sentence():
    assert sorted(grammar.STORY_WORDS) == sorted(
        "a red green blue yellow square ellipse heart upper lower left right".split()
    )
    assert set(grammar.CAPTION_WORDS) - set(grammar.STORY_WORDS) == set(
        "small large center upright tilted".split()
    )
    assert set(grammar.WORDS) == set(grammar.CAPTION_WORDS)
    assert (grammar.CAPTION_LENGTH, grammar.STORY_LENGTH) == (7, 5)


@pytest.mark.parametrize(
    ("sentences", "words"),
    [
        (grammar.captions(), grammar.CAPTION_WORDS),
        (grammar.story_sentences(), grammar.STORY_WORDS),
    ],
)
def test_keras_reads_the_same_words(sentences, words):
    reader = keras.layers.TextVectorization()
    reader.adapt(list(sentences))
    assert set(reader.get_vocabulary()) == {"", "[UNK]", *words}


def test_example_stories_use_each_corner_once():
    stories = grammar.example_stories(5)
    assert len(stories) == 5
    for story in stories:
        assert set(story) <= set(grammar.story_sentences())
        assert {sentence.partition(", ")[2] for sentence in story} == set(grammar.CORNERS)
    assert stories == grammar.example_stories(5) != grammar.example_stories(5, seed=1)
    assert stories[0] == grammar.example_stories()[0]


def test_configs_can_import_it_quickly():
    code = (
        "import sys; import keras_infogan.datasets.grammar; "
        "sys.exit(bool({'tensorflow', 'numpy'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
