from keras_infogan.callbacks import (
    Progress,
)


def test_progress_without_a_terminal_is_a_line_an_epoch(model, images, capsys):
    model.fit(images, batch_size=16, epochs=2, callbacks=[Progress(4, 16)], verbose=0)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("step 2/4  ")
    assert lines[1].startswith("step 4/4  ")
    assert "0:00 left" in lines[1]
    assert "information/kind " in lines[1]


def test_progress_on_a_terminal_is_a_bar(model, images, capsys, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True)
    model.fit(images, batch_size=16, callbacks=[Progress(2, 16)], verbose=0)
    assert "2/2" in capsys.readouterr().err
