"""InfoGAN with and without the contrastive regularizer on data of five known factors."""

from keras_infogan.studies.definition import Row, Study

PROTOCOLS = ("infogan_cr", "disentanglement_lib")
SCORES = (
    *(
        f"{score}/{protocol}"
        for protocol in PROTOCOLS
        for score in (
            "factor_vae",
            "dci_disentanglement",
            "sap",
            "explicitness",
            "modularity",
            "mig",
            "beta_vae",
        )
    ),
    "information",
)

UPDATES = 3000
# These runs make a hundredth of the paper's updates, and the paper's networks need more.
# Until then their spectrally normalized discriminator rejects either all generated sprites or none.
# InfoGAN's own networks for small gray images, with batch normalization, draw sprites after 1,000
# updates.
SETTINGS = {
    "steps": UPDATES,
    "architecture": "faces",
    "data.image_size": (32, 32),
    "networks.width_multiplier": 0.5,
    "networks.discriminator_normalization": "batch",
    "generator_steps": 1,
    "discriminator_learning_rate": 3e-4,
    "latents.codes.factors.weight": 0.2,
}
METRICS = ("information", "disentanglement")

DISENTANGLEMENT = Study(
    name="disentanglement",
    title="Five factors of sprites: InfoGAN with and without the contrastive regularizer",
    source="Z. Lin et al., InfoGAN-CR and ModelCentrality, 2020 (arXiv:1906.06034), table 1",
    about="Does making shared codes recognizable in pairs of images make each code one factor? "
    "These runs are small: images of 32 x 32, and a hundredth of the paper's updates.",
    rows=(
        Row(
            "infogan",
            "InfoGAN",
            "dsprites",
            "FactorVAE .82, DCI .60, SAP .41, explicitness .82, modularity .94, MIG .22, "
            "BetaVAE .87 (its InfoGAN, modified; fifty runs).",
            overrides=SETTINGS,
            scores=SCORES,
            metrics=METRICS,
        ),
        Row(
            "infogan_cr",
            "InfoGAN-CR",
            "dsprites_cr",
            "FactorVAE .88, DCI .71, SAP .58, explicitness .85, modularity .96, MIG .37, "
            "BetaVAE .95 (fifty runs).",
            note="The regularizer is on in the last third of the updates, not in the last tenth.",
            overrides={**SETTINGS, "model.contrast_start": 2 * UPDATES // 3},
            scores=SCORES,
            metrics=METRICS,
        ),
    ),
    seeds=3,
)
