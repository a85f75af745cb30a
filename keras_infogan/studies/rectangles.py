"""BasicProp rectangles with the second categorical code that its authors did not try."""

from keras_infogan.studies.definition import Row, Study

SCORES = ("code_accuracy", "nmi", "information", "information/real_fake")
WITHOUT_PENALTY = {"regularizers.interaction": 0.0}
WITHOUT_NOISE = {"networks.instance_noise": 0.0}

RECTANGLES = Study(
    name="rectangles",
    title="BasicProp rectangles with two categorical codes",
    source="K. Evtimova and A. Drozdov, Understanding Mutual Information and its Use in InfoGAN "
    "(their section 5.8)",
    about="Two bars side by side, each of one of ten heights. Does a second categorical code "
    "make the codes the two heights, and what else does it take?",
    rows=(
        Row(
            "rectangles",
            "Two categorical codes, interaction penalty, instance noise",
            "basicprop_rectangles",
            "Not tried.",
            scores=SCORES,
        ),
        Row(
            "without_penalty",
            "The same without the interaction penalty",
            "basicprop_rectangles",
            "Not tried.",
            overrides=WITHOUT_PENALTY,
            scores=SCORES,
        ),
        Row(
            "without_noise",
            "The same without instance noise",
            "basicprop_rectangles",
            "Not tried.",
            overrides=WITHOUT_NOISE,
            scores=SCORES,
        ),
        Row(
            "two_codes",
            "Two categorical codes alone",
            "basicprop_rectangles",
            "With one categorical code: failed, NaN or a discriminator that is too strong. With "
            'two: "a simple experiment which we did not get to try".',
            overrides={**WITHOUT_PENALTY, **WITHOUT_NOISE},
            scores=SCORES,
        ),
    ),
    seeds=5,
    thresholds=(0.90, 0.95),
)
