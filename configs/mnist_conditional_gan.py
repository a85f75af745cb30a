"""A conditional GAN on MNIST: G and D are given the digit, and the codes find the rest."""

from ml_collections import ConfigDict

from keras_infogan.configs import mnist


def get_config() -> ConfigDict:
    """`mnist` whose digit is an input of both networks (Mirza & Osindero 2014)."""
    config = mnist.get_config()
    config.name = "mnist_conditional_gan"
    config.model.kind = "conditional_gan"
    config.latents.codes = {"style": {"kind": "uniform", "size": 2, "weight": 0.1}}
    config.networks.instance_noise = 0.2
    config.latents.given = {"digit": {"kind": "class", "size": 10}}
    return config
