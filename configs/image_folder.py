"""InfoGAN on images of one's own: `--config.data.path=DIR`, of any size, grey or in colour.

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
        # Five times the weight of `mnist`: with less, style moved nothing in 1,300 updates.
        "style": {"kind": "uniform", "size": config.get_ref("continuous"), "weight": 0.5},
    }
    config.generator_learning_rate = 5e-4
    # Keeps D, which soon knows a few thousand images, from winning: images stay various.
    config.networks.instance_noise = 0.1
    # Consistency is off, as in `mnist`. `--config.consistency.weight=1.0` makes real images keep
    # their category under the changes below: none should be what a category is to find.
    config.consistency.rotation_degrees = 0.0  # 22 for what may lie either way
    config.consistency.shift = 0.10  # 0 where a category is to be a place
    config.consistency.zoom = 0.15  # 0 where a category is to be a size
    config.consistency.fill_mode = "nearest"  # what a change uncovers; the ground may be no black
    return config
