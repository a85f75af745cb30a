"""A video GAN of two streams: a sprite that moves over a still background."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """Codes for the direction and for the shape (Vondrick et al. 2016)."""
    config = mnist.get_config()
    config.name = "moving_sprites"
    config.model = ConfigDict({"kind": "video_gan"})
    config.architecture = "two_stream_video"
    config.networks.width_multiplier = 0.35
    config.networks.instance_noise = 0.2
    config.data.name = "moving_sprites"
    config.batch_size = 32
    config.steps = 1000
    config.latents.noise = 32
    config.latents.codes = {
        "motion": {"kind": "categorical", "size": 4, "weight": 1.0},
        "form": {"kind": "categorical", "size": 3, "weight": 1.0},
    }
    config.information.start = 300
    config.information.generator_ramp = 200
    config.information.discriminator_ramp = 800
    config.consistency.weight = 1.0
    config.consistency.classifiers = 8
    config.consistency.ensemble_steps = 300
    config.consistency.lasting = True
    config.consistency.rotation_degrees = 0.0
    config.consistency.shift = 0.12
    config.consistency.zoom = 0.1
    config.consistency.color_jitter = 0.2
    config.consistency.fill_mode = "nearest"
    config.consistency.views = {
        # What moves: the last frame minus the first one.
        "motion": {"frame": 15, "minus": 0, "fill_mode": "nearest"},
        # One frame, at any place: the shape should be left.
        "form": {
            "frame": 8,
            "shift": 0.5,
            "flip": True,
            "color_jitter": 0.3,
            "contrast": 0.8,
            "fill_mode": "wrap",
        },
    }
    return config
