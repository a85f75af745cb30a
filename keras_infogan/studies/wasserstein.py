"""Info-WGAN and Info-WGAN-GP beside InfoGAN."""

from keras_infogan.studies.definition import Row, Study

WASSERSTEIN = Study(
    name="wasserstein",
    title="Info-WGAN and Info-WGAN-GP beside InfoGAN",
    source="S. Calvo Ordoñez, K. Nikolić and S. Ujváry, InfoGAN and beyond "
    "(poster, University of Cambridge); I. Gulrajani et al., 2017 (arXiv:1704.00028)",
    about="Does a Wasserstein critic make the codes more reliable? An update of the generator "
    "has five of the critic, so rows of equal updates differ in minutes.",
    rows=(
        Row("infogan", "InfoGAN", "mnist", "L_I rises to H(c1) = 2.3."),
        Row(
            "info_wgan",
            "Info-WGAN, weight clipping",
            "mnist_info_wgan",
            "More stable than InfoGAN; satisfactory for the discrete code.",
        ),
        Row(
            "info_wgan_gp",
            "Info-WGAN, gradient penalty",
            "mnist_info_wgan_gp",
            "Not run by the poster.",
        ),
    ),
    seeds=3,
)
