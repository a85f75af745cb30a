from keras_infogan.studies.poster import POSTER


def test_rows_are_the_four_ways_of_the_poster(differences):
    found = differences(POSTER)
    estimators = ["variational", "detached", "variational", "mine"]
    assert found["information.estimator"] == estimators
    assert found["regularizers.weight_clipping"] == [0.0, 0.0, 0.01, 0.0]
    assert not any(name.startswith("latents") for name in found)  # the same codes everywhere


def test_rows_are_the_built_in_configs():
    assert all(row.overrides == {} for row in POSTER.rows)
