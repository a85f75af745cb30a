import pytest

from keras_infogan.configs import mnist
from keras_infogan.runs.checking import check_batch_size, check_config


@pytest.fixture
def config():
    return mnist.get_config()


@pytest.mark.parametrize("field", ["model.kind", "information.estimator"])
def test_choices_are_listed(config, field):
    config.update_from_flattened_dict({field: "none"})
    with pytest.raises(ValueError, match=f"config.{field} should be one of .* Received: 'none'"):
        check_config(config)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("steps", 0, "`config.steps` should be an int of at least 1. Received: config.steps=0"),
        (
            "steps_per_epoch",
            -1,
            "`config.steps_per_epoch` should be an int of at least 1. "
            "Received: config.steps_per_epoch=-1",
        ),
        ("generator_learning_rate", -1e-3, "generator_learning_rate should be above 0.* -0.001"),
        (
            "discriminator_learning_rate",
            0.0,
            "discriminator_learning_rate should be .* Received: 0",
        ),
        ("learning_rate_drop_factor", 0.0, "learning_rate_drop_factor should be .* Received: 0"),
        ("adam_beta_1", 1.0, "adam_beta_1 should be from 0 to below 1. Received: 1.0"),
        ("batch_size", 1, "config.batch_size should be at least 2.* Received: 1"),
        (
            "checkpoint_every_steps",
            0,
            "`config.checkpoint_every_steps` should be an int of at least 1. "
            "Received: config.checkpoint_every_steps=0",
        ),
        ("policy", "float8", r"config.policy should be one of .*'float32'.* Received: 'float8'"),
        ("objective", "wgan", r"config.objective should be .*'wasserstein'.* Received: 'wgan'"),
        ("adam_beta_2", -0.1, "adam_beta_2 should be from 0 to below 1. Received: -0.1"),
    ],
)
def test_check_refuses(config, field, value, message):
    config[field] = value
    with pytest.raises(ValueError, match=message):
        check_config(config)


def test_q_needs_something_to_learn_from(config):
    config.information.discriminator_share = 0.0
    with pytest.raises(ValueError, match="discriminator_share should be above 0 without"):
        check_config(config)
    config.consistency.weight = 1.0
    check_config(config)


@pytest.mark.parametrize(
    ("batch_size", "images", "replicas", "message"),
    [
        (16, 31, 1, "should be at most 31, the number of images. Received: 16 times 2"),
        (15, 99, 2, "should be a multiple of 2, the number of replicas, .* Received: 15"),
        (4, 99, 4, "leave each at least 2 images. Received: 4"),
    ],
)
def test_a_batch_that_does_not_fit(config, batch_size, images, replicas, message):
    config.batch_size, config.discriminator_steps = batch_size, 2
    with pytest.raises(ValueError, match=message):
        check_batch_size(config, images, replicas)


def test_a_batch_that_fits(config):
    config.batch_size, config.discriminator_steps = 16, 2
    check_batch_size(config, images=32, replicas=8)
