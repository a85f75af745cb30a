import importlib

import keras
import pytest

from keras_infogan import (
    Bernoulli,
    Categorical,
    Gaussian,
    LearnedCategorical,
    Uniform,
)
from keras_infogan.cli.command import config_names
from keras_infogan.configs import basicprop_rectangles, image_folder, mnist
from keras_infogan.estimators import SMILE
from keras_infogan.information import EstimatedInformation
from keras_infogan.optimizers import FusedAdam
from keras_infogan.regularizers import CodeConsistency
from keras_infogan.runs.building import build_latents, build_model
from keras_infogan.runs.checking import check_config
from keras_infogan.runs.registry import MODELS, NO_OBJECTIVE, OBJECTIVES
from keras_infogan.schedules import Ramp


@pytest.fixture
def config():
    return mnist.get_config()


def test_there_are_experiments():
    assert {"basicprop_line", "mnist", "mnist_consistent"} <= set(config_names())


# Configs whose given input needs images of one shape, which the data has.
SHAPES = {
    **dict.fromkeys(("gray_to_color", "stick_figures"), (32, 32, 3)),
    "sprite_stories": (4, 32, 32, 3),
}


@pytest.mark.parametrize("name", config_names())
def test_every_experiment_builds(name):
    config = importlib.import_module(f"keras_infogan.configs.{name}").get_config()
    check_config(config)
    assert config.name == name
    model = build_model(config, SHAPES.get(name))
    codes = config.latents.codes
    assert set(model.latents.codes) == {name for name in codes if codes[name].size}
    weights = {**config.regularizers, "consistency": config.consistency.weight}
    weights["equivariance"] = config.equivariance.weight
    chosen = {name for name, weight in weights.items() if weight}
    assert {regularizer.name for regularizer in model.regularizers} == chosen
    assert type(model) is MODELS[config.model.kind]
    if config.objective != NO_OBJECTIVE:
        assert type(model.objective) is OBJECTIVES[config.objective]
    assert model.seed == config.seed
    for side in ("generator", "discriminator"):
        optimizer = getattr(model, f"{side}_optimizer")
        assert type(optimizer) is FusedAdam
        assert (optimizer.beta_1, optimizer.beta_2) == (config.adam_beta_1, config.adam_beta_2)
        rate = config[f"{side}_learning_rate"]
        assert float(optimizer.learning_rate) == pytest.approx(rate)


def test_mnist_is_the_paper(config):
    model = build_model(config, (28, 28, 1))
    assert repr(model.latents) == (
        "LatentSpec(noise=62, codes={'digit': Categorical(10, weight=1.0), "
        "'style': Uniform(2, weight=0.1)})"
    )
    assert float(model.generator_optimizer.learning_rate) == pytest.approx(1e-3)
    assert float(model.discriminator_optimizer.learning_rate) == pytest.approx(2e-4)
    assert model.generator_optimizer.beta_1 == model.discriminator_optimizer.beta_1 == 0.5
    assert type(model.generator_optimizer) is FusedAdam
    assert model.regularizers == []
    assert float(model.information.generator_weight(0)) == 1.0
    assert float(model.information.discriminator_weight(0)) == 1.0


def test_ramps_and_consistency_come_from_the_config(config):
    config.information.update({"start": 10, "discriminator_ramp": 20, "discriminator_share": 0.5})
    config.consistency.update({"weight": 2.0, "classifiers": 3, "voters": 2, "ensemble_steps": 7})
    model = build_model(config, (8, 8, 1))
    assert model.information.generator_weight.get_config() == Ramp(10).get_config()
    assert model.information.discriminator_weight.get_config() == Ramp(10, 20, 0.5).get_config()
    (consistency,) = model.regularizers
    assert isinstance(consistency, CodeConsistency)
    assert (consistency.weight, consistency.balance, consistency.confidence) == (2.0, 0.4, 0.1)
    assert (consistency.classifiers, consistency.voters, consistency.ensemble_steps) == (3, 2, 7)
    rotation, translation, zoom = consistency.augmentation.layers
    assert rotation.factor == pytest.approx((-22 / 360, 22 / 360))
    assert translation.height_factor == translation.width_factor == 0.1
    assert zoom.height_factor == 0.15


def test_changes_of_consistency_whose_setting_is_0_are_left_out(config):
    config.consistency.weight = 1.0
    config.consistency.rotation_degrees = 0.0
    config.consistency.fill_mode = "nearest"
    (consistency,) = build_model(config, (8, 8, 1)).regularizers
    translation, zoom = consistency.augmentation.layers
    assert (type(translation), type(zoom)) == (
        keras.layers.RandomTranslation,
        keras.layers.RandomZoom,
    )
    assert translation.fill_mode == zoom.fill_mode == "nearest"
    config.consistency.shift = config.consistency.zoom = 0.0
    with pytest.raises(ValueError, match="should change images .* Received: rotation_degrees, "):
        build_model(config, (8, 8, 1))


def test_equivariance_comes_from_the_config(config):
    assert "equivariance" not in {each.name for each in build_model(config).regularizers}
    config.equivariance.update(weight=2.0, changes="width, rotation")
    (equivariance,) = build_model(config).regularizers
    assert equivariance.get_config() == {
        "weight": 2.0,
        "code": "style",
        "changes": ["width", "rotation"],
    }


def test_codes_of_a_folder_follow_one_setting_each():
    config = image_folder.get_config()
    config.update_from_flattened_dict(
        {"categories": 0, "second_categories": 5, "continuous": 3, "latents.noise": 8}
    )
    codes = build_latents(config.latents).codes
    assert {name: code.size for name, code in codes.items()} == {"second_category": 5, "style": 3}
    assert config.to_dict()["latents"]["codes"]["second_category"]["size"] == 5
    (reading,) = build_model(config, (16, 16, 3)).regularizers
    assert (reading.name, reading.weight) == ("inference_reading", 1.0)
    config.continuous = config.second_categories = 0
    assert build_latents(config.latents).codes == {}
    assert build_model(config, (16, 16, 3)).regularizers == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("model.kind", "bigan"),
        ("model.kind", "separate"),
        ("networks.discriminator_normalization", "layer"),
    ],
)
def test_the_reading_in_inference_is_left_out_where_it_is_of_no_use(path, value):
    config = image_folder.get_config()
    config.update_from_flattened_dict({path: value})
    assert build_model(config, (16, 16, 1)).regularizers == []


def test_a_single_code_has_no_interaction():
    config = basicprop_rectangles.get_config()
    config.latents.codes.second.size = 0
    assert build_model(config, (28, 28, 1)).regularizers == []


def test_settings_of_a_variation_reach_the_model(config):
    config.information.estimator = "smile"
    config.information.weight = 0.5
    config.regularizers.weight_clipping = 0.1
    config.discriminator_steps, config.generator_steps = 3, 2
    config.generator_average = 0.9
    config.networks.discriminator_normalization = "layer"
    model = build_model(config, (8, 8, 1))
    assert isinstance(model.information, EstimatedInformation)
    assert isinstance(model.information.estimator, SMILE)
    assert model.information.weight == 0.5
    assert [regularizer.get_config() for regularizer in model.regularizers] == [{"limit": 0.1}]
    assert (model.discriminator_steps, model.generator_steps) == (3, 2)
    assert model.averaged_generator is model.sampling_generator
    kinds = {type(layer).__name__ for layer in model.trunk.layers}
    assert "GroupNormalization" in kinds
    assert "BatchNormalization" not in kinds


def test_policy_is_the_networks(config):
    config.policy = "mixed_float16"
    model = build_model(config, (8, 8, 1))
    assert model.trunk.layers[0].compute_dtype == "float16"
    assert isinstance(model.generator_optimizer, keras.optimizers.LossScaleOptimizer)


def test_kinds_of_codes():
    kinds = ("categorical", "uniform", "gaussian", "bernoulli", "learned_categorical")
    codes = {
        name: {"kind": name, "size": size, "weight": 0.5}
        for size, name in enumerate(kinds, start=1)
    }
    spec = build_latents({"noise": 2, "codes": codes})
    assert spec.noise == 2
    assert [type(code) for code in spec.codes.values()] == [
        Categorical,
        Uniform,
        Gaussian,
        Bernoulli,
        LearnedCategorical,
    ]
    assert [code.size for code in spec.codes.values()] == [1, 2, 3, 4, 5]
    assert {code.weight for code in spec.codes.values()} == {0.5}


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("architecture", "nist", "architecture should be one of .* Received: 'nist'"),
        ("latents.noise", -1, "`noise` should be .* Received: noise=-1"),
        ("latents.codes.digit.kind", "ordinal", "codes.digit.kind should be .* 'ordinal'"),
        (
            "latents.codes.digit.size",
            -1,
            "`size` should be an int of at least 1. Received: size=-1",
        ),
        ("information.start", -1, "should be at least 0. Received: start=-1"),
        ("consistency.weight", -1.0, "should be at least 0. Received: weight=-1.0"),
    ],
)
def test_build_refuses(config, path, value, message):
    config.update_from_flattened_dict({path: value})
    with pytest.raises(ValueError, match=message):
        build_model(config, (8, 8, 1))


def test_image_shape_that_the_architecture_cannot_make(config):
    with pytest.raises(ValueError, match="multiples of 4"):
        build_model(config, (30, 30, 3))


def test_learning_rates_drop(config):
    config.learning_rate_drops = (100, 200)
    config.learning_rate_drop_factor = 0.5
    model = build_model(config, (8, 8, 1))
    rate = model.generator_optimizer._learning_rate
    assert [float(rate(step)) for step in (100, 101, 200, 201)] == pytest.approx(
        [1e-3, 5e-4, 5e-4, 2.5e-4]
    )
