import keras
import numpy as np

from keras_infogan.images import unit_images
from keras_infogan.models.weight_averages import averaged_copy, move_average


def values(variables):
    return [keras.ops.convert_to_numpy(variable).copy() for variable in variables]


def assert_equal(first, second):
    for one, other in zip(values(first), values(second), strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_average_follows_the_generator_and_makes_the_images(make_model, images, tmp_path):
    model = make_model(generator_average=0.75)
    model.compile()
    before = values(model.generator.weights)
    model.train_on_batch(images)
    pairs = zip(before, model.generator.weights, model.averaged_generator.weights, strict=True)
    for old, new, average in pairs:
        np.testing.assert_allclose(average, 0.75 * old + 0.25 * new.numpy(), atol=1e-6)
    assert model.sampling_generator is model.averaged_generator
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.saving.load_model(path)
    np.testing.assert_array_equal(loaded.sample(2), model.sample(2))
    assert_equal(values(model.averaged_generator.weights), loaded.averaged_generator.weights)


def test_averages_of_trunk_and_heads_read_images_in_inference(make_model, images, tmp_path):
    model = make_model(discriminator_average=0.75)
    model.compile()
    readers = [model.trunk, model.discriminator_head, model.information.recognition_head]
    before = [values(network.weights) for network in readers]
    model.train_on_batch(images)
    for old, network, average in zip(before, readers, model.averaged_readers, strict=True):
        for first, now, kept in zip(old, network.weights, average.weights, strict=True):
            np.testing.assert_allclose(kept, 0.75 * first + 0.25 * now.numpy(), atol=1e-6)
    trunk, head, recognition = model.averaged_readers
    reading = model.discriminate_all(images)
    features = trunk(unit_images(images))
    np.testing.assert_allclose(reading.logits, head(features), atol=1e-6)
    np.testing.assert_allclose(reading.parameters, recognition(features), atol=1e-6)
    assert np.abs(reading.features - model.trunk(unit_images(images))).max() > 1e-4
    trained = model.discriminate(unit_images(images), training=True).features
    np.testing.assert_array_equal(trained, model.trunk(unit_images(images), training=True))
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.saving.load_model(path)
    np.testing.assert_array_equal(loaded.discriminate_all(images).parameters, reading.parameters)


def test_an_average_moves_by_a_share_and_only_where_weights_are_numbers():
    network = keras.Sequential([keras.layers.Input([1]), keras.layers.Dense(1)])
    network.add(keras.layers.Dropout(0.5, seed=3))  # its seed is an integer
    average = averaged_copy(network)
    assert_equal(average.weights, network.weights)
    for weights, value in ((network, 4.0), (average, 2.0)):
        weights.layers[0].kernel.assign([[value]])
    seed = values(average.non_trainable_variables)
    network(np.ones([1, 1]), training=True)
    move_average(average, network, decay=0.75)
    assert float(average.layers[0].kernel[0, 0]) == 2.5  # 0.75 * 2 + 0.25 * 4
    assert float(network.layers[0].kernel[0, 0]) == 4.0
    assert_equal(seed, average.non_trainable_variables)
