"""The eight experiments of Evtimova and Drozdov's study of InfoGAN."""

from keras_infogan.studies.definition import Row, Study

REAL_FAKE = "information/real_fake"
WITH_LABELS = ("code_accuracy", "nmi", "information", REAL_FAKE)

EVTIMOVA = Study(
    name="evtimova",
    title="Understanding mutual information and its use in InfoGAN: the eight experiments",
    source="K. Evtimova and A. Drozdov, Understanding Mutual Information and its Use in InfoGAN "
    "(their sections 5.1 to 5.8)",
    about="Which parts of InfoGAN make its codes mean something: the noise, the kinds of codes, "
    "the information term, the data?",
    rows=(
        Row(
            "vanilla",
            "Vanilla GAN (original): no codes, lambda 0",
            "mnist_vanilla",
            "Training of the generator was unstable with the built-in settings; SGD for the "
            "discriminator did not help.",
            scores=(REAL_FAKE,),
        ),
        Row(
            "vanilla_codes",
            "Vanilla GAN + codes: lambda 0",
            "mnist_vanilla_codes",
            "Does not disentangle: the codes mean nothing.",
            note="Q is trained on frozen features: it measures what the codes came to mean and "
            "changes nothing.",
            scores=WITH_LABELS,
        ),
        Row(
            "infogan",
            "InfoGAN (original): 1 categorical, 2 continuous codes, lambda 1",
            "mnist",
            "The categorical code is the digit, the continuous ones rotation and width.",
            note="The continuous codes have lambda 0.1.",
            scores=WITH_LABELS,
        ),
        Row(
            "codes_only",
            "InfoGAN (only codes): no noise z",
            "mnist_codes_only",
            "Seems to work well; a continuous code morphs between classes (0 to 8, 4 to 7).",
            scores=WITH_LABELS,
        ),
        Row(
            "categorical_only",
            "InfoGAN (only one categorical code): no noise z",
            "mnist_categorical_only",
            "N values of the code, N images: still different digits, but of lower quality and "
            "less variety.",
            scores=WITH_LABELS,
        ),
        Row(
            "real_information",
            "InfoGAN (thought on I): information of the codes with the real image",
            "mnist_consistent",
            "A thought experiment: I(c; x) with real x was judged infeasible and not run.",
            note="A real image has no c that made it, so I(c; x) in their sense stays undefined. "
            "What can be run, and is run here: on real images, Q's code must survive small "
            "rotations, shifts and zooms, while its mean over images stays balanced and each "
            "answer confident.",
            scores=WITH_LABELS,
        ),
        Row(
            "line",
            "BasicProp line",
            "basicprop_line",
            "Trains only with noise in the foreground; the losses show a cliff when it works.",
            note="One categorical code, with their foreground noise; they kept two continuous "
            "codes next to it.",
            scores=WITH_LABELS,
        ),
        Row(
            "rectangles",
            "BasicProp rectangles",
            "basicprop_rectangles",
            "Failed: NaN as the discriminator grew too confident, or a generator that never "
            "recovers. A second categorical code was not tried.",
            note="With the second categorical code, the interaction penalty and the instance noise "
            "of our config, at a quarter of the width.",
            scores=WITH_LABELS,
        ),
    ),
    seeds=3,
)
