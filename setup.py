"""Package metadata, dependencies and console scripts of keras-infogan."""

from pathlib import Path

from setuptools import find_packages, setup

# Each lower bound is the oldest version that the test suite has run on; constraints.txt pins
# the whole set that was tested together.
INSTALL_REQUIRES = [
    "absl-py>=2.5",
    "grpcio>=1.85",
    "httpx>=0.28",
    # TFDS imports it when it prepares a dataset, and does not declare it.
    "importlib_resources>=7.1",
    "Jinja2>=3.1",
    "keras>=3.15",
    "lazy-loader>=0.4",
    "matplotlib>=3.11",
    "ml_collections>=1.1",
    "numpy>=2.4",
    "orjson>=3.13",
    "pillow>=12.3",
    "scikit-learn>=1.9",
    "scipy>=1.17",
    # TensorFlow Probability imports distutils, which Python 3.12 dropped and setuptools provides.
    "setuptools>=80; python_version >= '3.12'",
    "tabulate>=0.10",
    "tensorboard>=2.21",
    "tensorflow>=2.21",
    "tensorflow-datasets>=4.9.10",
    "tensorflow-probability[tf]>=0.25",
    "tensorflow-serving-api>=2.21",
    "tqdm>=4.67",
    "wrapt>=1.14",
]
TEST_REQUIRES = [
    "hypothesis>=6.170",
    # Runs the notebook of examples/.
    "ipykernel>=7.4",
    "jsonschema>=4.26",
    "kubernetes-validate>=1.37",
    "nbclient>=0.11",
    "pytest>=9.2",
    "pytest-timeout>=2.4",
    "pytest-xdist>=3.8",
    # A client of TensorFlow Serving that nobody here wrote.
    "ovmsclient>=2023.1",
    "pyyaml>=6.0",
    # Drives the explorer in Chromium, where there is one.
    "selenium>=4.51",
    "trustme>=1.2",
]
RAY_REQUIRES = [
    # TFRecord files are written with it, and Ray does not declare it.
    "crc32c>=2.9",
    "ray[data,tune]>=2.60",
]
EXPLORE_REQUIRES = [
    "gradio>=6.31",
]
SERVE_REQUIRES = [
    "grpcio-health-checking>=1.85",
    "grpcio-reflection>=1.85",
    # What Uvicorn parses HTTP with, where it is there.
    "httptools>=0.9",
    "prometheus-client>=0.26",
    "starlette>=1.10",
    "uvicorn>=0.54",
    "uvloop>=0.23; sys_platform != 'win32'",
]
BULK_REQUIRES = [
    "pyarrow>=26.0",
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
    },
    zip_safe=False,
    install_requires=INSTALL_REQUIRES,
    extras_require={
        "test": TEST_REQUIRES,
        "lint": LINT_REQUIRES,
        "serve": SERVE_REQUIRES,
        "bulk": BULK_REQUIRES,
        "explore": EXPLORE_REQUIRES + SERVE_REQUIRES,  # it can serve a run by itself
        "ray": RAY_REQUIRES,
        "cuda": ["tensorflow[and-cuda]>=2.21"],
        "docs": DOCS_REQUIRES,
        "dev": SERVE_REQUIRES
        + BULK_REQUIRES
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
