from keras_infogan.reports import curves


def test_the_mean_is_of_the_runs_that_came_furthest():
    runs = [{1.0: 2.0, 2.0: 3.0}, {1.0: 4.0, 2.0: 5.0}, {1.0: 90.0}]
    assert curves.mean_points(runs) == {1.0: 3.0, 2.0: 4.0}
    assert curves.mean_points([{}, {1.0: 2.0}]) == {1.0: 2.0}
    assert curves.mean_points([]) == {}


def test_points_leave_out_what_is_no_number():
    history = [{"step": 1.0, "loss": 2.0}, {"step": 2.0, "loss": float("nan")}, {"step": 3.0}]
    assert curves.points(history, "loss") == {1.0: 2.0}


def test_equal_curves_are_equal_bytes_and_follow_the_theme():
    history = [{"step": 1.0, "loss": 2.0}]  # a single point, and nothing else to draw
    drawn = curves.draw([history, []], ["loss", "missing"], "loss", {"loss": 2.5})
    assert drawn == curves.draw([history, []], ["loss", "missing"], "loss", {"loss": 2.5})
    assert "currentColor" in drawn
    assert curves.PLACEHOLDER not in drawn
    assert "prefers-color-scheme:dark" in drawn
    assert "H(loss) 2.500" in drawn
