import pytest

from keras_infogan.configs import image_folder, mnist
from keras_infogan.runs.continuing import continue_config
from keras_infogan.runs.directory import WorkDirectory


@pytest.fixture
def directory(tmp_path):
    return WorkDirectory(tmp_path / "run")


@pytest.fixture
def config():
    config = image_folder.get_config()
    config.steps = 1000
    return config


def test_a_new_run_has_the_given_config(directory, config):
    assert continue_config(config, directory).to_dict() == config.to_dict()


def test_what_follows_from_steps_follows_the_new_ones(directory, config):
    directory.start(config.to_dict())
    config.steps = 3000
    config.steps_per_epoch = 10
    assert config.networks.instance_noise_steps == 2250
    continued = continue_config(config, directory)
    assert continued.to_dict() == config.to_dict()
    directory.update(continued.to_dict())
    assert continue_config(config, directory).to_dict() == config.to_dict()


def test_other_fields_and_fewer_steps_are_refused(directory, config):
    directory.start(config.to_dict())
    config.steps = 999
    with pytest.raises(ValueError, match="another config: it differs in networks, steps. Give"):
        continue_config(config, directory)
    config.steps, config.seed = 3000, 1
    with pytest.raises(ValueError, match="another config: it differs in seed. Give"):
        continue_config(config, directory)


def test_noise_that_was_set_by_hand_is_compared(directory, config):
    config.networks.instance_noise_steps = 100
    directory.start(config.to_dict())
    other = image_folder.get_config()
    other.steps = 2000
    with pytest.raises(ValueError, match="differs in networks"):
        continue_config(other, directory)


def test_a_format_that_was_chosen_is_kept(directory):
    config = mnist.get_config()
    config.data.image_size, config.data.channels = (32, 48), 3
    directory.start(config.to_dict())
    continued = continue_config(mnist.get_config(), directory)
    assert (continued.data.image_size, continued.data.channels) == ((32, 48), 3)
    config.data.channels = 1
    with pytest.raises(ValueError, match="differs in data"):
        continue_config(config, directory)
