"""Package metadata, dependencies and console scripts of keras-infogan."""

from pathlib import Path

from setuptools import find_packages, setup

# Each lower bound is the oldest version that the test suite has run on: constraints-oldest.txt is
# that set, constraints.txt is the newest one. tensorflow-serving-api decides that of TensorFlow:
# its 2.20 cannot be imported with the protobuf that TensorFlow 2.20 needs.
INSTALL_REQUIRES = [
    "absl-py>=2.3",
    "grpcio>=1.80",
    "h5py>=3.12",
    "httpx>=0.27",
    # TFDS imports it when it prepares a dataset, and does not declare it.
    "importlib_resources>=6.4",
    "Jinja2>=3.1",
    "keras>=3.12",
    "lazy-loader>=0.4",
    "matplotlib>=3.10",
    "ml_collections>=1.1",
    "ml_dtypes>=0.5",
    "numpy>=2.2",
    "orjson>=3.11",
    "packaging>=24.0",
    "pillow>=11.3",
    "scikit-learn>=1.6",
    "scipy>=1.15",
    # TensorFlow Probability imports distutils, which Python 3.12 dropped and setuptools provides.
    "setuptools>=80; python_version >= '3.12'",
    "tabulate>=0.9",
    "tensorboard>=2.20",
    "tensorflow>=2.21",
    "tensorflow-datasets>=4.9.10",
    "tensorflow-probability[tf]>=0.25",
    "tensorflow-serving-api>=2.21",
    "tqdm>=4.66",
    "wrapt>=1.14",
]
TEST_REQUIRES = [
    "hypothesis>=6.130",
    # Runs what the extra [onnx] writes.
    "onnxruntime>=1.32",
    # Runs the notebooks of examples/.
    "ipykernel>=6.29",
    "jsonschema>=4.23",
    "kubernetes-validate>=1.31",
    "nbclient>=0.10",
    "pytest>=8.4",
    "pytest-timeout>=2.3",
    "pytest-xdist>=3.6",
    # A client of TensorFlow Serving that nobody here wrote.
    "ovmsclient>=2023.1",
    "pyyaml>=6.0",
    # Drives the explorer in Chromium, where there is one.
    "selenium>=4.30",
    "trustme>=1.2",
]
RAY_REQUIRES = [
    # TFRecord files are written with it, and Ray does not declare it.
    "crc32c>=2.9",
    "ray[data,tune]>=2.48",
]
EXPLORE_REQUIRES = [
    "gradio>=5.44",
]
SERVE_REQUIRES = [
    "anyio>=4.9",
    "grpcio-health-checking>=1.80",
    "grpcio-reflection>=1.80",
    # What Uvicorn parses HTTP with, where it is there.
    "httptools>=0.6",
    "prometheus-client>=0.21",
    "starlette>=0.46",
    "uvicorn>=0.34",
    "uvloop>=0.21; sys_platform != 'win32'",
]
HUB_REQUIRES = [
    "huggingface-hub>=0.36",
]
ONNX_REQUIRES = [
    "onnx>=1.23",
    "tf2onnx>=1.17",
]
BULK_REQUIRES = [
    "pyarrow>=20.0",
]
DOCS_REQUIRES = [
    "mkdocs-material>=9.8",
    "mkdocstrings[python]>=1.0",
]
LINT_REQUIRES = [
    "mypy>=2.4",
    "ruff>=0.17",
]
COMMANDS = (
    "train",
    "evaluate",
    "traverse",
    "export",
    "serve",
    "query",
    "demo",
    "study",
    "select",
    "compare",
    "report",
    "explore",
    "generate",
    "encode",
    "augment",
)

setup(
    name="keras-infogan",
    version="0.1.0",
    description="InfoGAN for TensorFlow and Keras: train, measure, export and serve GANs "
    "whose latent codes mean something",
    long_description=Path(__file__).with_name("README.md").read_text(encoding="utf-8"),
    long_description_content_type="text/markdown",
    author="The keras-infogan authors",
    license="Apache-2.0",
    license_files=["LICENSE"],
    keywords="InfoGAN GAN generative adversarial network mutual information disentanglement "
    "representation learning Keras TensorFlow",
    classifiers=[
        "Development Status :: 4 - Beta",
        "Intended Audience :: Developers",
        "Intended Audience :: Science/Research",
        "Operating System :: MacOS",
        "Operating System :: POSIX :: Linux",
        "Programming Language :: Python :: 3",
        "Programming Language :: Python :: 3.11",
        "Programming Language :: Python :: 3.12",
        "Programming Language :: Python :: 3.13",
        "Topic :: Scientific/Engineering :: Artificial Intelligence",
        "Typing :: Typed",
    ],
    python_requires=">=3.11",
    # The experiments live in configs/ of the repository and are installed inside the package,
    # so that `--config=mnist` means the same in a checkout and in an installed wheel.
    packages=[
        *find_packages(include=["keras_infogan", "keras_infogan.*"]),
        "keras_infogan.configs",
    ],
    package_dir={"keras_infogan.configs": "configs"},
    package_data={
        "": ["*.pyi"],
        "keras_infogan": ["py.typed"],
        "keras_infogan.reports": ["templates/*.html"],
        "keras_infogan.trained": ["weights/*/*", "weights/*/run/*"],
    },
    zip_safe=False,
    install_requires=INSTALL_REQUIRES,
    extras_require={
        "test": TEST_REQUIRES,
        "lint": LINT_REQUIRES,
        "serve": SERVE_REQUIRES,
        "bulk": BULK_REQUIRES,
        "hub": HUB_REQUIRES,
        "onnx": ONNX_REQUIRES,
        "explore": EXPLORE_REQUIRES + SERVE_REQUIRES,  # it can serve a run by itself
        "ray": RAY_REQUIRES,
        "cuda": ["tensorflow[and-cuda]>=2.21"],
        "docs": DOCS_REQUIRES,
        "dev": SERVE_REQUIRES
        + BULK_REQUIRES
        + HUB_REQUIRES
        + ONNX_REQUIRES
        + EXPLORE_REQUIRES
        + RAY_REQUIRES
        + TEST_REQUIRES
        + LINT_REQUIRES
        + DOCS_REQUIRES,
    },
    entry_points={
        "console_scripts": [
            f"infogan-{command} = keras_infogan.cli.{command}:entry_point" for command in COMMANDS
        ]
    },
)
