from keras_infogan.studies.rectangles import RECTANGLES


def test_penalty_and_noise_are_tried_in_all_four_ways(differences):
    assert differences(RECTANGLES) == {
        "regularizers.interaction": [1.0, 0.0, 1.0, 0.0],
        "networks.instance_noise": [0.3, 0.3, 0.0, 0.0],
    }
