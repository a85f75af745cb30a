from keras_infogan.studies.disentanglement import DISENTANGLEMENT


def test_the_rows_differ_in_the_contrastive_term_alone(differences):
    """It counts in the last third of 3,000 updates."""
    assert differences(DISENTANGLEMENT) == {
        "model.kind": ["infogan", "contrastive"],
        "model.contrast_start": [None, 2000],
        "model.contrast_weight": [None, 2.0],
    }


def test_both_protocols_are_shown():
    (scores,) = {row.scores for row in DISENTANGLEMENT.rows}
    assert len(scores) == 2 * 7 + 1
    assert {"mig/infogan_cr", "mig/disentanglement_lib", "information"} <= set(scores)
    assert {row.metrics for row in DISENTANGLEMENT.rows} == {("information", "disentanglement")}
