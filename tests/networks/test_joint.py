from keras_infogan.networks.joint import joint_head


def test_a_head_reads_features_next_to_other_columns():
    head = joint_head(6, 4)
    assert head.input_shape == (None, 10)
    assert head.output_shape == (None, 1)
    assert head.count_params() == (10 + 1) * 512 + 512 + 1
