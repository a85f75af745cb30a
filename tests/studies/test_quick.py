from keras_infogan.studies.quick import QUICK


def test_the_rows_differ_in_the_information_term_alone(differences):
    assert differences(QUICK) == {"information.estimator": ["variational", "detached"]}


def test_a_run_is_short():
    config = QUICK.rows[0].configuration(seed=0)
    assert (config.steps, config.batch_size, config.data.train_split) == (60, 64, "train[:5%]")
