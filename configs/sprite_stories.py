"""StoryGAN: four pictures of a story of four sentences, and a code for the background."""

from ml_collections import ConfigDict

from keras_infogan.configs import captioned_sprites
from keras_infogan.datasets import grammar


def get_config() -> ConfigDict:
    """Three backgrounds, which no sentence tells (Li et al. 2019)."""
    config = captioned_sprites.get_config()
    config.name = "sprite_stories"
    config.model = ConfigDict({"kind": "story_gan", "matching_aware": True, "story_weight": 1.0})
    config.data.name = "sprite_stories"
    config.steps = 3000
    config.latents.noise = 16
    # Sentences tell the colors. What is left of the first frame without them is the ground.
    config.consistency.views = {
        "ground": {
            "frame": 0,
            "gray": True,
            "shift": 0.3,
            "zoom": 0.2,
            "flip": True,
            "fill_mode": "nearest",
        }
    }
    config.latents.given = {
        "story": {
            "kind": "text",
            "words": grammar.STORY_WORDS,
            "length": grammar.STORY_LENGTH,
            "sentences": grammar.STORY_SENTENCES,
            "examples": grammar.example_stories(),
        }
    }
    return config
