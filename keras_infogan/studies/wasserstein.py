"""Info-WGAN and Info-WGAN-GP compared with InfoGAN."""

from keras_infogan.studies.definition import Row, Study

SHORT = {"networks.width_multiplier": 0.25, "steps": 1000}

WASSERSTEIN = Study(
    name="wasserstein",
    title="Info-WGAN and Info-WGAN-GP compared with InfoGAN",
    source="S. Calvo Ordoñez, K. Nikolić and S. Ujváry, InfoGAN and beyond "
    "(poster, University of Cambridge); I. Gulrajani et al., 2017 (arXiv:1704.00028)",
    about="Does a Wasserstein critic make the codes more reliable? An update of the generator "
    "has five of the critic, so rows of equal updates differ in minutes. Networks are a quarter as "
    "wide as the paper's, so that three seeds take about an hour on two cores.",
    rows=(
        Row("infogan", "InfoGAN", "mnist", "L_I rises to H(c1) = 2.3.", overrides=SHORT),
        Row(
            "info_wgan",
            "Info-WGAN, weight clipping",
            "mnist_info_wgan",
            "More stable than InfoGAN; satisfactory for the discrete code.",
            note="Weights within 0.03, not 0.01: a narrower critic's scores are smaller, and at "
            "0.01 G minimizes only the information term, and the images are blobs.",
            overrides={**SHORT, "regularizers.weight_clipping": 0.03},
        ),
        Row(
            "info_wgan_gp",
            "Info-WGAN, gradient penalty",
            "mnist_info_wgan_gp",
            "Not run by the poster.",
            overrides=SHORT,
        ),
    ),
    seeds=3,
)
