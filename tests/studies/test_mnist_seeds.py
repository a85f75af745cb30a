from keras_infogan.studies.mnist_seeds import MNIST_SEEDS


def test_the_paper_and_code_consistency_are_compared(differences):
    found = differences(MNIST_SEEDS)
    assert found["consistency.weight"] == [0.0, 1.0]
    assert {name.partition(".")[0] for name in found} == {
        *("consistency", "discriminator_average", "information", "steps")
    }
    assert all(row.overrides == {} for row in MNIST_SEEDS.rows)
