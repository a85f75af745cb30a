"""InfoGAN on images of one's own: `--config.data.path=DIR`, of any size, gray or in color.

See docs/your_own_images.md.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """DCGAN's networks for the images' size, one of ten categories and two numbers.

    `--config.categories`, `--config.second_categories` and `--config.continuous` set the codes'
    sizes; 0 leaves a code out.
    """
    config = mnist.get_config()
    config.name = "image_folder"
    config.architecture = "dcgan"  # as deep as the images' size asks for
    config.data.name = "image_folder"
    config.batch_size = 64  # no more than there are images to train on
    config.categories = 10  # values of the code `category`
    config.second_categories = 0  # values of the code `second_category`
    config.continuous = 2  # numbers in [-1, 1] of the code `style`
    config.latents.codes = {
        "category": {
            "kind": "categorical",
            "size": config.get_ref("categories"),
            "weight": 1.0,
        },
        "second_category": {
            "kind": "categorical",
            "size": config.get_ref("second_categories"),
            "weight": 1.0,
        },
        "style": {"kind": "uniform", "size": config.get_ref("continuous"), "weight": 0.5},
    }
    # Q's head also learns to read in inference mode: docs/decisions/0033-inference-reading.md.
    config.regularizers.inference_reading = 1.0
    # These and style's weight were changed from `mnist` together, for pictures of one seed on
    # 1,800 colored shapes: which of them helps is not known.
    config.generator_learning_rate = 5e-4
    config.networks.instance_noise = 0.1  # falls to 0 at three quarters of the steps
    config.networks.instance_noise_steps = config.get_ref("steps") * 3 // 4
    # Consistency is off, as in `mnist`. `--config.consistency.weight=1.0` makes real images keep
    # their category under the changes below: none should be what a category is to find.
    config.consistency.rotation_degrees = 0.0  # 22 if an object may be at any angle
    config.consistency.shift = 0.10  # 0 where a category is to be a place
    config.consistency.zoom = 0.15  # 0 where a category is to be a size
    config.consistency.fill_mode = "nearest"  # what a change uncovers; the ground may be no black
    return config
