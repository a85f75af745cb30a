import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import LatentSpec
from keras_infogan.latents import GivenText
from keras_infogan.models.variants import StoryGAN

TEXT = GivenText(["a", "b", "c"], 2, sentences=2, examples=[["a", "b c"]])


def make(shape, **arguments):
    latents = LatentSpec(4, given={"story": TEXT})
    networks = {"width_multiplier": 0.05}
    return StoryGAN.from_architecture("dcgan", latents, shape, networks=networks, **arguments)


def test_a_frame_is_judged_with_the_sentences_up_to_its_own():
    model = make((2, 8, 8, 1))
    so_far = model._sentences_so_far(TEXT.stored([["a", "b c"]]))
    np.testing.assert_array_equal(so_far, [[2, 0, 0, 0], [3, 4, 2, 0]])


def test_stories_of_another_length_are_refused():
    with pytest.raises(ValueError, match=r"shape \(2, H, W, C\): a frame for each sentence"):
        make((3, 8, 8, 1))
    model = make((2, 8, 8, 1))
    model.compile()
    with pytest.raises(ValueError, match="2 sentences each for each image"):
        model.fit(np.zeros([2, 2, 8, 8, 1]), [["a", "b"], ["a"]], verbose=0)


def test_a_frame_with_another_storys_sentences_is_rejected(monkeypatch):
    model = make((2, 8, 8, 1), matching_aware=True)
    texts, games = TEXT.stored([["a", "b c"], ["c", "b"]]), []
    judge = model.objective.discriminator_loss

    def game(real, rejected):
        games.append((real.logits, rejected.logits))
        return judge(real, rejected)

    monkeypatch.setattr(model.objective, "discriminator_loss", game)
    videos = tf.random.stateless_uniform([2, 2, 8, 8, 1], (0, 0))
    model.compute_losses(videos, tf.constant([0, 0]), training=False, given={"story": texts})
    frames = tf.reshape(videos, [4, 8, 8, 1])
    said = tf.constant([[2, 0, 0, 0], [3, 4, 2, 0], [4, 0, 0, 0], [3, 0, 4, 0]], tf.float32)
    of_real, of_other = (
        model.image_discriminator([frames, text]) for text in (said, tf.roll(said, 2, axis=0))
    )
    *_, (real, _), (again, other) = games  # first those of the stories' D
    for found, logits in ((real, of_real), (again, of_real), (other, of_other)):
        np.testing.assert_allclose(found, logits, atol=1e-5)
