import math

from keras_infogan.callbacks import (
    MetricsTable,
)


def test_table_has_a_row_an_epoch(model, images, tmp_path, rows_of):
    table = tmp_path / "metrics.csv"
    model.fit(images, batch_size=16, epochs=2, callbacks=[MetricsTable(table, 16)], verbose=0)
    rows = rows_of(table)
    assert [(row["epoch"], row["step"]) for row in rows] == [("1", "2"), ("2", "4")]
    for row in rows:
        assert float(row["images_per_second"]) > 0
        assert math.isfinite(float(row["information/kind"]))


def test_table_of_a_resumed_run_repeats_no_step(attach, model, tmp_path, rows_of):
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,step,seconds,loss\n1,10,1.0,0.5\n2,20,1.0,0.4\n3,30,1.0,0.3\n")
    callback = attach(MetricsTable(path, 16))
    model.step.assign(25)
    callback.on_train_begin()
    callback.on_epoch_begin(2)
    model.step.assign(30)
    callback.on_epoch_end(2, {"loss": 0.25})
    assert [(row["step"], row["loss"]) for row in rows_of(path)] == [
        ("10", "0.5"),
        ("20", "0.4"),
        ("30", "0.25"),
    ]


def test_table_takes_a_score_that_comes_later(attach, model, tmp_path, rows_of):
    callback = attach(MetricsTable(tmp_path / "metrics.csv", 16))
    callback.on_train_begin()
    for step, logs in ((1, {"loss": 1.0}), (2, {"loss": 0.5, "nmi": 0.1})):
        callback.on_epoch_begin(step - 1)
        model.step.assign(step)
        callback.on_epoch_end(step - 1, logs)
    assert [row["nmi"] for row in rows_of(callback.path)] == ["", "0.1"]
