"""How versions are loaded: warm-up, batching, and what happens when one fails."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import tensorflow as tf

from keras_infogan.serving.repository import warmup
from keras_infogan.serving.repository.batch_scheduler import BatchScheduler
from keras_infogan.serving.repository.batching_servable import BatchingServable
from keras_infogan.serving.repository.servable import Runner, Servable

DEFAULT_RETRIES = 5
DEFAULT_RETRY_INTERVAL_MICROS = 60 * 1_000_000


@dataclass(frozen=True)
class LoadingOptions:
    """What every version of every model is loaded with; names are TensorFlow Serving's flags'.

    Args:
        enable_model_warmup: whether a version replays its recorded requests before it serves.
        max_num_load_retries: how often a version that failed is loaded again while its files stay
            as they are; a changed one is loaded again at once.
        load_retry_interval_micros: the time between two attempts, in microseconds.
        saved_model_tags: of the graph in the SavedModel that is served.
        scheduler: joins requests into batches; None runs each by itself.

    Example::

        LoadingOptions(enable_model_warmup=False).load(Path("/models/digits/1"))
    """

    enable_model_warmup: bool = True
    max_num_load_retries: int = DEFAULT_RETRIES
    load_retry_interval_micros: int = DEFAULT_RETRY_INTERVAL_MICROS
    saved_model_tags: Sequence[str] = (tf.saved_model.SERVING,)
    scheduler: BatchScheduler | None = None

    def load(self, path: Path) -> Runner:
        """Loads a SavedModel and warms it up.

        Args:
            path: its directory.

        Returns:
            What answers requests.

        Raises:
            StatusError: when it fails to load, or a warm-up request fails.
        """
        servable = Servable(path, self.saved_model_tags)
        try:
            if self.enable_model_warmup:
                warmup.replay(servable)
        except BaseException:
            servable.close()
            raise
        return BatchingServable(servable, self.scheduler) if self.scheduler else servable
