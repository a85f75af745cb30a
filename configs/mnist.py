"""InfoGAN on MNIST, as the paper has it (Chen et al. 2016, appendix C.1)."""

from ml_collections import ConfigDict


def get_config() -> ConfigDict:
    """The paper's networks, rates and 5,000 updates; the deviations of Q are learned."""
    return ConfigDict(
        {
            "name": "mnist",
            "seed": 0,
            "steps": 5000,  # generator updates
            "steps_per_epoch": 250,  # between rows of metrics.csv and pictures
            "batch_size": 128,
            "checkpoint_every_steps": 500,
            "policy": "float32",  # or mixed_float16, mixed_bfloat16
            "jit_compile": False,  # XLA; worth it on accelerators
            "architecture": "mnist",
            "data": {
                "name": "mnist",
                "train_split": "train",
                "test_split": "test",
            },
            "latents": {
                "noise": 62,
                "codes": {
                    "digit": {"kind": "categorical", "size": 10, "weight": 1.0},
                    # The paper gives lambda 1, "smaller for continuous codes": its deviations are
                    # fixed at 1, which weakens the term; learned ones do not.
                    "style": {"kind": "uniform", "size": 2, "weight": 0.1},
                },
            },
            "generator_learning_rate": 1e-3,
            "discriminator_learning_rate": 2e-4,  # of D and Q
            "adam_beta_1": 0.5,
            # Updates at which both learning rates are multiplied by the factor.
            "learning_rate_drops": (),
            "learning_rate_drop_factor": 0.3,
            # The information term: off for `start` updates, then up to full over a ramp of updates.
            "information": {"start": 0, "generator_ramp": 0, "discriminator_ramp": 0},
            # Consistency of codes on real images: off, as in the paper.
            "consistency": {
                "weight": 0.0,
                "balance": 0.4,  # times the entropy of the mean posterior, in nats
                "confidence": 0.1,  # times the mean entropy of the posterior, in nats
                "rotation_degrees": 22.0,  # at most, either way
                "shift": 0.10,  # at most, as a share of the side
                "zoom": 0.15,  # at most, in or out
            },
        }
    )
