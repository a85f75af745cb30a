"""InfoGAN on arrays of images: `--config.data.path=FILE.npz`, or a folder of such files.

See docs/your_own_images.md.
"""

from ml_collections import ConfigDict

from keras_infogan.configs import image_folder


def get_config() -> ConfigDict:
    """The settings of `image_folder`; the stored size and channels are kept."""
    config = image_folder.get_config()
    config.name = "image_arrays"
    config.data.name = "image_arrays"
    return config
