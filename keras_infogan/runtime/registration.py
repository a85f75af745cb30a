"""The modules that register the classes of `.keras` files."""

from keras_infogan.runtime.compat import register_when_looked_up

PACKAGE = "keras_infogan"
MODULES = tuple(
    f"{PACKAGE}.{name}"
    for name in (
        "estimators.bounds",
        "estimators.statistics_networks",
        "information",
        "latents.codes",
        "latents.given",
        "latents.spec",
        "layers.clustering_ensemble",
        "layers.frames",
        "layers.image_part",
        "layers.instance_noise",
        "layers.minibatch_discrimination",
        "layers.residual_block",
        "layers.spectral_normalized",
        "layers.unit_range",
        "metrics.streaming",
        "models.infogan",
        "models.variants.bigan",
        "models.variants.c2_gan",
        "models.variants.conditional",
        "models.variants.conditional_gan",
        "models.variants.contrastive",
        "models.variants.cycle_gan",
        "models.variants.lap_gan",
        "models.variants.separate",
        "models.variants.stack_gan",
        "models.variants.story_gan",
        "models.variants.vae_with_information",
        "models.variants.video_gan",
        "objectives",
        "optimizers",
        "regularizers.code_consistency",
        "regularizers.code_equivariance",
        "regularizers.gradient_penalties",
        "regularizers.inference_reading",
        "regularizers.interaction",
        "regularizers.weight_clipping",
        "schedules",
    )
)

register_when_looked_up(PACKAGE, MODULES)
