"""The Cambridge poster "InfoGAN and beyond"."""

from keras_infogan.studies.definition import Row, Study

POSTER_SCORES = ("information", "code_accuracy", "information/real_fake")

POSTER = Study(
    name="poster",
    title="InfoGAN and beyond: four ways to regularize by information",
    source="S. Calvo Ordoñez, K. Nikolić and S. Ujváry, InfoGAN and beyond "
    "(poster, University of Cambridge)",
    about="InfoGAN against a vanilla GAN with the same codes, against a Wasserstein objective and "
    "against MINE's bound: what each code does, and how the losses and the information move.",
    rows=(
        Row(
            "infogan",
            "InfoGAN",
            "mnist",
            "Disentangles: c1 is the digit, c2 thickness, c3 tilt. L_I of the discrete code "
            "rises to its entropy, H(c1) = 2.3.",
            scores=POSTER_SCORES,
        ),
        Row(
            "vanilla_codes",
            "Vanilla GAN with the same codes",
            "mnist_vanilla_codes",
            "Does not disentangle.",
            note="Q is trained on frozen features: it measures what the codes came to mean and "
            "changes nothing.",
            scores=POSTER_SCORES,
        ),
        Row(
            "info_wgan",
            "Info-WGAN, weight clipping",
            "mnist_info_wgan",
            "More stable than InfoGAN. Satisfactory for the discrete code; the continuous ones "
            "are hard to read.",
            scores=POSTER_SCORES,
        ),
        Row(
            "mine",
            "MINE + GAN (Donsker-Varadhan)",
            "mnist_mine",
            "Learns the continuous codes only (thickness, tilt), and is harder to train: tricks "
            "were needed.",
            scores=POSTER_SCORES,
        ),
    ),
    seeds=3,
)
