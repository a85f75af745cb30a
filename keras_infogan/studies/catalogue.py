"""The studies that come with the package, by name."""

from keras_infogan.studies.definition import Study
from keras_infogan.studies.disentanglement import DISENTANGLEMENT
from keras_infogan.studies.evtimova import EVTIMOVA
from keras_infogan.studies.mnist_seeds import MNIST_SEEDS
from keras_infogan.studies.poster import POSTER
from keras_infogan.studies.quick import QUICK
from keras_infogan.studies.rectangles import RECTANGLES
from keras_infogan.studies.slides import SLIDES
from keras_infogan.studies.wasserstein import WASSERSTEIN
from keras_infogan.studies.zoo import ZOO

STUDIES: dict[str, Study] = {
    study.name: study
    for study in (
        DISENTANGLEMENT,
        EVTIMOVA,
        MNIST_SEEDS,
        POSTER,
        QUICK,
        RECTANGLES,
        SLIDES,
        WASSERSTEIN,
        ZOO,
    )
}
