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
            "checkpoints_kept": 2,  # the newest; a damaged one is passed over for the one before
            "policy": "float32",  # or mixed_float16, mixed_bfloat16
            "jit_compile": False,  # XLA; for accelerators, and no moved images on CPUs
            # Steps in a row whose losses or gradients are NaN or infinite (each is left out), after
            # which training stops, or starts again from the last checkpoint with the
            # discriminator's rate halved, as often as `restarts` says.
            "non_finite_patience": 10,
            "restarts": 0,
            "deterministic": False,  # every start gives the same weights, bit for bit
            "threads": 0,  # of an operation, which change the last bits; 0 is one a core
            "model": {"kind": "infogan"},  # or another of runs.registry.MODELS, with its fields
            "architecture": "mnist",
            "networks": {
                "discriminator_normalization": "batch",  # or layer, spectral, none
                "minibatch_discrimination": 0,  # features of it; 0 is off
                "instance_noise": 0.0,  # standard deviation; 0 is off
                "instance_noise_steps": 0,  # until it is gone; 0 keeps it
                "width_multiplier": 1.0,  # times the channels of the architecture
                # Over all replicas of --strategy, not each one's part of the batch.
                "synchronized_batch_normalization": False,
            },
            "data": {
                "name": "mnist",
                "train_split": "train",
                "test_split": "test",
                "path": "",  # the folder of image_folder; the .npz file or folder of image_arrays
                # Height and width in pixels to crop and resize to, and 1 or 3 channels. () and 0
                # leave them, or choose them from a folder's images where they have several.
                "image_size": (),
                "channels": 0,
                # Share of the test split, in a folder or one file of arrays; a hash chooses images.
                "test_share": 0.1,
                # Of a folder of images:
                "background": "white",  # the color behind transparent parts; or "#rrggbb"
                "skip_damaged": False,  # leave images out that cannot be read
                "label": "",  # that a conditional model is given; "" is the only one
                "labels_per_class": 0,  # images whose label it is given, of each class; 0 is all
            },
            "latents": {
                "given": {},  # further inputs that come with each image, for conditional_gan
                "noise": 62,
                "codes": {
                    "digit": {"kind": "categorical", "size": 10, "weight": 1.0},
                    # The paper gives lambda 1, "smaller for continuous codes": its deviations are
                    # fixed at 1, which weakens the term; learned ones do not.
                    "style": {"kind": "uniform", "size": 2, "weight": 0.1},
                },
            },
            "objective": "non_saturating",  # or another of runs.registry.OBJECTIVES
            "discriminator_steps": 1,  # updates of D and Q in a step, each on a batch of its own
            "generator_steps": 1,  # updates of G in a step
            # Whether D moves first and G then through the moved D, as in the paper's code; or both
            # from one forward pass, which is faster.
            "alternating": False,
            "generator_average": 0.0,  # decay of the average of G that is used; 0 is G itself
            "discriminator_average": 0.0,  # the same of D and Q, in inference
            # Weights of penalties; 0 is off. `interaction` is on the generator, the others are on
            # the discriminator. `weight_clipping` is a limit of the discriminator's weights.
            "regularizers": {
                "gradient_penalty": 0.0,
                "r1": 0.0,
                "r2": 0.0,
                "weight_clipping": 0.0,
                "interaction": 0.0,
                "inference_reading": 0.0,  # for batch normalization; left out with another
            },
            "penalized_share": 1.0,  # of the batch: what r1 and r2 are taken on
            "generator_learning_rate": 1e-3,
            "discriminator_learning_rate": 2e-4,  # of D and Q
            "adam_beta_1": 0.5,
            "adam_beta_2": 0.999,
            # Updates at which both learning rates are multiplied by the factor.
            "learning_rate_drops": (),
            "learning_rate_drop_factor": 0.3,
            # The information term: off for `start` updates, then up to full over a ramp of updates.
            "information": {
                "estimator": "variational",  # or another of runs.registry.INFORMATION
                "weight": 1.0,  # of an estimate; the variational bound has its codes' weights
                "start": 0,
                "generator_ramp": 0,
                "discriminator_ramp": 0,
                # Of the term for the trunk and Q; with 0, Q learns from real images alone.
                "discriminator_share": 1.0,
            },
            # Dimensions of a continuous code that follow known changes of real images: off.
            "equivariance": {
                "weight": 0.0,
                "code": "style",
                "changes": "slant,width",  # or height, size, aspect, rotation, thickness
            },
            # Consistency of codes on real images: off, as in the paper.
            "consistency": {
                "weight": 0.0,
                "balance": 0.4,  # times the entropy of the mean posterior, in nats
                "confidence": 0.1,  # times the mean entropy of the posterior, in nats
                "classifiers": 0,  # whose vote Q learns; 0 leaves Q to itself
                "voters": 0,  # the most confident of them, whose vote it is; 0 is all of them
                "ensemble_steps": 0,  # in which they learn; they teach for as many more
                "lasting": False,  # whether Q learns the vote in all later steps too
                # How images are changed that should keep their code; 0 is off.
                "rotation_degrees": 22.0,  # at most, either way
                "shift": 0.10,  # at most, as a share of the side
                "zoom": 0.15,  # at most, in or out
                "stretch": False,  # whether height and width are zoomed on their own
                "flip": False,  # left to right
                "color_jitter": 0.0,  # strength, to 1: brightness, contrast, saturation, hue
                "contrast": 0.0,  # of the jitter, to 1; 0 is its strength
                "grayscale": 0.0,  # share of the images that become gray
                "invert": 0.0,  # share of the images whose dark parts become bright
                "fill_mode": "constant",  # black where a change uncovers pixels; nearest, reflect
                # Code -> what its classifiers see: of a video the number of a frame, and of another
                # one to take away (minus); rows and columns (first, end) in pixels, gray (True),
                # size (height, width), and changes as above.
                "views": {},
            },
        }
    )
