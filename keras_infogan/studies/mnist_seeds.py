"""How often InfoGAN finds the ten digits, over seeds."""

from keras_infogan.studies.definition import Row, Study

MNIST_SCORES = ("code_accuracy", "majority_accuracy", "nmi", "ari", "information")

MNIST_SEEDS = Study(
    name="mnist_seeds",
    title="MNIST over seeds: how often are the ten codes the ten digits?",
    source="X. Chen et al., InfoGAN, 2016 (arXiv:1606.03657), section 7.2 and appendix C.1",
    about="The paper reports a single accuracy and no success rate over seeds. Here every "
    "seed counts, including those that fail.",
    rows=(
        Row(
            "mnist",
            "InfoGAN as the paper has it",
            "mnist",
            "5% error of c1 as a classifier, without a number of seeds; L_I reaches H(c1) = 2.30.",
            scores=MNIST_SCORES,
        ),
        Row(
            "mnist_consistent",
            "InfoGAN + code consistency on real images",
            "mnist_consistent",
            "Not in the paper.",
            scores=MNIST_SCORES,
        ),
    ),
    seeds=10,
    thresholds=(0.97, 0.95),
)
