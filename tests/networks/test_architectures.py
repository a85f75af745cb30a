import keras
import numpy as np
import pytest
import tensorflow as tf

from keras_infogan import networks

# Counted by hand from the papers' tables: the latents and Q's parameters of the papers, kernels of
# 4 x 4 = 16. A batch normalization of n channels trains 2 n numbers; layers before one have no
# bias.
PAPERS = {
    "mnist": {
        "latents": (74, 14),
        "image_shape": (28, 28, 1),
        "features": 1024,
        "generator": (
            74 * 1024 + 2 * 1024
            + 1024 * 7 * 7 * 128 + 2 * 7 * 7 * 128
            + 16 * 128 * 64 + 2 * 64
            + 16 * 64 * 1 + 1
        ),
        "trunk": (
            16 * 1 * 64 + 64
            + 16 * 64 * 128 + 2 * 128
            + 7 * 7 * 128 * 1024 + 2 * 1024
        ),
        "discriminator_head": 1024 + 1,
        "recognition_head": 1024 * 128 + 2 * 128 + 128 * 14 + 14,
    },
    "svhn": {
        "latents": (168, 48),
        "image_shape": (32, 32, 3),
        "features": 4 * 4 * 256,
        "generator": (
            168 * 2 * 2 * 448 + 2 * 2 * 2 * 448
            + 16 * 448 * 256 + 2 * 256
            + 16 * 256 * 128 + 128
            + 16 * 128 * 64 + 64
            + 16 * 64 * 3 + 3
        ),
        "trunk": (
            16 * 3 * 64 + 64
            + 16 * 64 * 128 + 2 * 128
            + 16 * 128 * 256 + 2 * 256
        ),
        "discriminator_head": 4096 + 1,
        "recognition_head": 4096 * 128 + 2 * 128 + 128 * 48 + 48,
    },
    "celeba": {
        "latents": (228, 100),
        "image_shape": (32, 32, 3),
        "features": 4 * 4 * 256,
        "generator": (
            228 * 2 * 2 * 448 + 2 * 2 * 2 * 448
            + 16 * 448 * 256 + 2 * 256
            + 16 * 256 * 128 + 128
            + 16 * 128 * 64 + 64
            + 16 * 64 * 3 + 3
        ),
        "trunk": (
            16 * 3 * 64 + 64
            + 16 * 64 * 128 + 2 * 128
            + 16 * 128 * 256 + 2 * 256
        ),
        "discriminator_head": 4096 + 1,
        "recognition_head": 4096 * 128 + 2 * 128 + 128 * 100 + 100,
    },
    "faces": {
        "latents": (133, 10),
        "image_shape": (32, 32, 1),
        "features": 1024,
        "generator": (
            133 * 1024 + 2 * 1024
            + 1024 * 8 * 8 * 128 + 2 * 8 * 8 * 128
            + 16 * 128 * 64 + 2 * 64
            + 16 * 64 * 1 + 1
        ),
        "trunk": (
            16 * 1 * 64 + 64
            + 16 * 64 * 128 + 2 * 128
            + 8 * 8 * 128 * 1024 + 2 * 1024
        ),
        "discriminator_head": 1024 + 1,
        "recognition_head": 1024 * 128 + 2 * 128 + 128 * 10 + 10,
    },
    "chairs": {
        "latents": (189, 62),
        "image_shape": (64, 64, 1),
        "features": 1024,
        "generator": (
            189 * 1024 + 2 * 1024
            + 1024 * 8 * 8 * 256 + 2 * 8 * 8 * 256
            + 2 * (16 * 256 * 256 + 2 * 256)
            + 16 * 256 * 128 + 2 * 128
            + 16 * 128 * 64 + 2 * 64
            + 16 * 64 * 1 + 1
        ),
        "trunk": (
            16 * 1 * 64 + 64
            + 16 * 64 * 128 + 2 * 128
            + 16 * 128 * 256 + 2 * 256
            + 2 * (16 * 256 * 256 + 2 * 256)
            + 8 * 8 * 256 * 1024 + 2 * 1024
        ),
        "discriminator_head": 1024 + 1,
        "recognition_head": 1024 * 128 + 2 * 128 + 128 * 62 + 62,
    },
    "dsprites": {
        "latents": (10, 10),
        "image_shape": (64, 64, 1),
        "features": 128,
        "generator": (
            10 * 128 + 3 * 128
            + 128 * 4 * 4 * 64 + 3 * 4 * 4 * 64
            + 16 * 64 * 64 + 3 * 64
            + 16 * 64 * 32 + 3 * 32
            + 16 * 32 * 32 + 3 * 32
            + 16 * 32 * 1 + 1
        ),
        "trunk": (
            16 * 1 * 32 + 32
            + 16 * 32 * 32 + 32
            + 16 * 32 * 64 + 64
            + 16 * 64 * 64 + 64
            + 4 * 4 * 64 * 128 + 128
        ),
        "discriminator_head": 128 + 1,
        "recognition_head": 128 * 128 + 128 + 128 * 10 + 10,
    },
    "dcgan": {
        "latents": (74, 14),
        "image_shape": (64, 64, 3),
        "features": 4 * 4 * 512,
        "generator": (
            74 * 4 * 4 * 512 + 2 * 4 * 4 * 512
            + 16 * 512 * 256 + 2 * 256
            + 16 * 256 * 128 + 2 * 128
            + 16 * 128 * 64 + 2 * 64
            + 16 * 64 * 3 + 3
        ),
        "trunk": (
            16 * 3 * 64 + 64
            + 16 * 64 * 128 + 2 * 128
            + 16 * 128 * 256 + 2 * 256
            + 16 * 256 * 512 + 2 * 512
        ),
        "discriminator_head": 8192 + 1,
        "recognition_head": 8192 * 128 + 2 * 128 + 128 * 14 + 14,
    },
    "residual": {
        "latents": (74, 14),
        "image_shape": (64, 64, 3),
        "features": 4 * 4 * 256,
        "generator": (
            74 * 4 * 4 * 256 + 4 * 4 * 256
            + 2 * (9 * 256 * 256 + 256)
            + 256 * 128 + 128 + 2 * (9 * 128 * 128 + 128)
            + 128 * 64 + 64 + 2 * (9 * 64 * 64 + 64)
            + 64 * 32 + 32 + 2 * (9 * 32 * 32 + 32)
            + 9 * 32 * 3 + 3
        ),
        "trunk": (
            16 * 3 * 32 + 32 + 2 * (9 * 32 * 32 + 32)
            + 32 * 64 + 64 + 2 * (9 * 64 * 64 + 64)
            + 64 * 128 + 128 + 2 * (9 * 128 * 128 + 128)
            + 128 * 256 + 256 + 2 * (9 * 256 * 256 + 256)
        ),
        "discriminator_head": 4096 + 1,
        "recognition_head": 4096 * 128 + 128 + 128 * 14 + 14,
    },
}  # fmt: skip
PARTS = ("generator", "trunk", "discriminator_head", "recognition_head")


# The least that each can make, and shapes that it cannot.
SMALLEST = {
    "mnist": 8,
    "faces": 8,
    "chairs": 16,
    "svhn": 32,
    "celeba": 32,
    "dsprites": 32,
    "dcgan": 8,
    "residual": 8,
}


@pytest.fixture(scope="module", params=PAPERS)
def paper(request):
    """What a paper says, and the networks built after it."""
    expected = PAPERS[request.param]
    return expected, networks.build(request.param, *expected["latents"])


@pytest.fixture(scope="module")
def half_precision():
    return networks.build("mnist", 6, 3, image_shape=(8, 12, 3), dtype="mixed_bfloat16")


def test_every_architecture_is_counted():
    of_images = {name for name in networks.ARCHITECTURES if not name.endswith("_video")}
    assert set(PAPERS) == set(SMALLEST) == of_images  # those of videos: test_video


@pytest.mark.parametrize("part", PARTS)
def test_weights_are_as_many_as_the_papers(paper, part):
    expected, built = paper
    variables = getattr(built, part).trainable_variables
    assert sum(int(np.prod(variable.shape)) for variable in variables) == expected[part]


def test_shapes(paper):
    expected, built = paper
    width, parameter_count = expected["latents"]
    assert built.generator.input_shape == (None, width)
    assert built.generator.output_shape == (None, *expected["image_shape"])
    assert built.trunk.input_shape == (None, *expected["image_shape"])
    assert built.trunk.output_shape == (None, expected["features"])
    assert built.discriminator_head.output_shape == (None, 1)
    assert built.recognition_head.output_shape == (None, parameter_count)


def test_images_are_in_the_unit_interval(paper):
    expected, built = paper
    latents = 100.0 * tf.random.stateless_normal([3, expected["latents"][0]], (0, 0))
    images = built.generator(latents).numpy()
    assert 0.0 <= images.min() < images.max() <= 1.0


@pytest.mark.parametrize("name", sorted(set(PAPERS) - {"residual"}))
def test_weights_start_as_the_paper_says(name):
    built = networks.build(name, *PAPERS[name]["latents"])
    for part in PARTS:
        kernels = [
            variable.numpy().ravel()
            for variable in getattr(built, part).trainable_variables
            if variable.name == "kernel"
        ]
        kernels = np.concatenate(kernels)
        spread = 5 / np.sqrt(2 * len(kernels))  # five standard errors of a standard deviation
        assert kernels.std() == pytest.approx(networks.INITIAL_STDDEV, rel=spread)
        assert abs(kernels.mean()) < spread * networks.INITIAL_STDDEV * 2


def test_a_seed_keeps_its_initial_weights():
    """Kernels are drawn in this order: generator, trunk, Q's head, the discriminator's head."""
    keras.utils.set_random_seed(3)
    built = networks.build("mnist", 5, 2, image_shape=(8, 8, 1))
    kernels = [
        variable.numpy()
        for part in ("generator", "trunk", "recognition_head", "discriminator_head")
        for variable in getattr(built, part).trainable_variables
        if variable.name == "kernel"
    ]
    keras.utils.set_random_seed(3)
    initializers = [keras.initializers.RandomNormal(stddev=0.02) for _ in kernels]
    assert len(kernels) == 10
    for kernel, initializer in zip(kernels, initializers, strict=True):
        np.testing.assert_array_equal(kernel, initializer(kernel.shape))


@pytest.mark.parametrize("name", SMALLEST)
def test_a_width_multiplier_scales_every_hidden_layer(name):
    """Between hidden layers a kernel has a quarter of the weights, at the ends half of them."""
    whole = networks.build(name, 6, 4)
    half = networks.build(name, 6, 4, width_multiplier=0.5)
    assert half.generator.output_shape == whole.generator.output_shape
    for part in PARTS:
        kernels = [
            [v.shape for v in getattr(built, part).trainable_variables if v.name == "kernel"]
            for built in (half, whole)
        ]
        at_an_end = 0
        for small, large in zip(*kernels, strict=True):
            ratio = np.prod(large) / np.prod(small)
            assert ratio in (2.0, 4.0), (part, small, large)
            at_an_end += ratio == 2.0
        assert at_an_end == {"generator": 2}.get(part, 1)
    assert networks.build("mnist", 6, 4, width_multiplier=1e-6).trunk.output_shape == (None, 1)


def test_other_image_shapes(half_precision):
    assert half_precision.generator.output_shape == (None, 8, 12, 3)
    assert half_precision.trunk.input_shape == (None, 8, 12, 3)


def test_heads_and_images_are_float32_under_a_mixed_policy(half_precision):
    images = half_precision.generator(tf.zeros([2, 6]))
    features = half_precision.trunk(images)
    assert images.dtype == tf.float32
    assert features.dtype == tf.bfloat16
    assert half_precision.discriminator_head(features).dtype == tf.float32
    assert half_precision.recognition_head(features).dtype == tf.float32


@pytest.mark.parametrize("name", ["mnist", "svhn", "chairs", "dsprites", "dcgan", "residual"])
def test_gradients_reach_every_weight_under_float16(name):
    size = SMALLEST[name]
    channels = PAPERS[name]["image_shape"][2]
    built = networks.build(name, 5, 3, (size, size, channels), dtype="mixed_float16")
    with tf.GradientTape() as tape:
        images = built.generator(tf.random.stateless_normal([4, 5], (0, 0)), training=True)
        features = built.trunk(images, training=True)
        logits = built.discriminator_head(features, training=True)
        parameters = built.recognition_head(features, training=True)
        loss = tf.reduce_mean(logits) + tf.reduce_mean(parameters)
    assert images.dtype == logits.dtype == parameters.dtype == tf.float32
    assert features.dtype == tf.float16
    variables = [
        variable for part in PARTS for variable in getattr(built, part).trainable_variables
    ]
    for variable, gradient in zip(
        variables, tape.gradient(loss, [variable.value for variable in variables]), strict=True
    ):
        assert gradient is not None, variable.path
        assert np.isfinite(gradient).all(), variable.path


def test_the_global_policy_stays_as_it_was(half_precision):
    assert keras.config.dtype_policy().name == "float32"
    with pytest.raises(ValueError):
        networks.build("mnist", width=1, parameter_count=-1, dtype="mixed_float16")
    assert keras.config.dtype_policy().name == "float32"


def test_without_codes_q_has_neither_weights_nor_columns():
    plain = networks.build("mnist", 4, 0, image_shape=(8, 8, 1), dtype="mixed_bfloat16")
    assert plain.recognition_head.weights == []
    parameters = plain.recognition_head(plain.trunk(tf.zeros([2, 8, 8, 1])))
    assert parameters.shape == (2, 0)
    assert parameters.dtype == tf.float32


@pytest.mark.parametrize("synchronized", [False, True])
def test_batch_normalization_may_be_over_all_replicas(synchronized):
    parts = networks.build("mnist", 74, 14, synchronized_batch_normalization=synchronized)
    layers = [
        layer
        for network in (parts.generator, parts.trunk, parts.recognition_head)
        for layer in network.layers
        if isinstance(layer, keras.layers.BatchNormalization)
    ]
    assert [layer.synchronized for layer in layers] == [synchronized] * 6


def test_unknown_architecture():
    with pytest.raises(ValueError, match=r"one of \['celeba', .*'svhn', .*\]. Received: 'nist'"):
        networks.build("nist", width=1, parameter_count=1)


def test_unknown_option():
    with pytest.raises(ValueError, match=r"some of \['disc.*'\]. Received: \['normalization'\]"):
        networks.build("mnist", 1, 1, normalization="layer")


@pytest.mark.parametrize("name", SMALLEST)
def test_image_shapes_that_an_architecture_cannot_make(name):
    size = SMALLEST[name]
    for image_shape in [(size // 2, size, 1), (size, size + size // 4, 1)]:
        with pytest.raises(ValueError, match=f"{name!r} makes .* from {size} on. Received"):
            networks.build(name, width=1, parameter_count=1, image_shape=image_shape)
