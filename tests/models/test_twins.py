import numpy as np

from keras_infogan.models.twins import float32_twin, inference_twin


def test_float32_model_is_its_own_twin(model):
    assert float32_twin(model) is model


def test_a_mixed_model_has_a_twin_with_its_weights(make_model):
    model = make_model(dtype="mixed_bfloat16")
    twin = float32_twin(model)
    assert {layer.dtype_policy.name for layer in twin.trunk.layers} == {"float32"}
    for one, other in zip(model.weights, twin.weights, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_twin_for_use_has_the_averages_as_its_weights(make_model):
    model = make_model(generator_average=0.5, discriminator_average=0.5)
    for weight in [*model.averaged_generator.weights, *model.averaged_readers[0].weights]:
        weight.assign(weight + 1.0)
    model.step.assign(7)
    twin = inference_twin(model)
    for average, weight in zip(
        model.averaged_generator.weights, twin.generator.weights, strict=True
    ):
        np.testing.assert_array_equal(average, weight)
    for average, weight in zip(model.averaged_readers[0].weights, twin.trunk.weights, strict=True):
        np.testing.assert_array_equal(average, weight)
    assert (twin.averaged_generator, twin.averaged_readers, twin.steps_done) == (None, [], 7)
    assert not twin.compiled
