import keras

from keras_infogan.models.py_datasets import ForwardingPyDataset


class Batches(keras.utils.PyDataset):
    """Two batches, and a list of the calls at the ends of epochs."""

    def __init__(self):
        super().__init__(workers=3, max_queue_size=7)
        self.called = []

    def __len__(self):
        return 2

    def __getitem__(self, index):
        return index * 10

    def on_epoch_begin(self):
        self.called.append("begin")

    def on_epoch_end(self):
        self.called.append("end")


def test_batches_workers_and_ends_of_epochs_are_those_of_the_source():
    source = Batches()
    forwarding = ForwardingPyDataset(source)
    assert (forwarding.num_batches, forwarding[1]) == (2, 10)
    assert (forwarding.workers, forwarding.use_multiprocessing) == (3, False)
    assert forwarding.max_queue_size == 7
    forwarding.on_epoch_begin()
    forwarding.on_epoch_end()
    assert source.called == ["begin", "end"]
