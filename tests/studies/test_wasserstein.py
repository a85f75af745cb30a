from keras_infogan.studies.wasserstein import WASSERSTEIN


def test_rows_have_equal_updates_of_the_generator_and_equal_networks(differences):
    found = differences(WASSERSTEIN)
    assert not {"steps", "networks.width_multiplier", "latents.noise"} & set(found)
    assert found["discriminator_steps"] == [1, 5, 5]


def test_each_critic_is_held_in_one_way(differences):
    found = differences(WASSERSTEIN)
    assert found["objective"] == ["non_saturating", "wasserstein", "wasserstein"]
    assert found["regularizers.weight_clipping"] == [0.0, 0.03, 0.0]
    assert found["regularizers.gradient_penalty"] == [0.0, 0.0, 10.0]
