"""A study of one or two minutes, to check that everything works."""

from keras_infogan.studies.definition import Row, Study

SHORT_RUN = {
    "steps": 60,
    "steps_per_epoch": 20,
    "checkpoint_every_steps": 60,
    "batch_size": 64,
    "data.train_split": "train[:5%]",
    "data.test_split": "test[:10%]",
}

QUICK = Study(
    name="quick",
    title="BasicProp line in sixty updates, with and without the information term",
    source="no paper: a study to try the command",
    about="Does every part work? Sixty updates are far too few for good pictures.",
    rows=(
        Row(
            "information",
            "InfoGAN, lambda 1",
            "basicprop_line",
            "Nothing: not from a paper.",
            overrides=SHORT_RUN,
        ),
        Row(
            "no_information",
            "The same, lambda 0: a Q that only measures",
            "basicprop_line",
            "Nothing: not from a paper.",
            overrides={**SHORT_RUN, "information.estimator": "detached"},
        ),
    ),
    seeds=1,
    thresholds=(0.5,),
)
