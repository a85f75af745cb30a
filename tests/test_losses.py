import pytest

from keras_infogan.losses import BOTH, Losses, Side


def test_terms_add_side_by_side():
    total = Losses(1.0, 2.0, {"a": 3.0}) + Losses(0.5, 0.25, {"b": 4.0})
    assert total == Losses(1.5, 2.25, {"a": 3.0, "b": 4.0})


def test_a_side_has_its_own_loss():
    losses = Losses(discriminator=1.0, generator=2.0)
    assert [losses.of(side) for side in BOTH] == [1.0, 2.0]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [(BOTH, (1.0, 2.0)), ((), (0.0, 0.0)), ((Side.GENERATOR,), (0.0, 2.0))],
)
def test_only_some_sides_keep_their_loss_and_all_logs_stay(sides, expected):
    assert Losses(1.0, 2.0, {"a": 3.0}).only(*sides) == Losses(*expected, {"a": 3.0})


def test_a_step_in_turn_reports_each_loss_from_its_own_pass():
    first, second = Losses(1.0, 2.0, {"r1": 3.0, "a": 4.0}), Losses(5.0, 6.0, {"a": 7.0, "b": 8.0})
    assert second.after(first) == Losses(1.0, 6.0, {"a": 4.0, "b": 8.0, "r1": 3.0})


def test_logs_have_the_names_of_both_losses():
    named = Losses(1.0, 2.0, {"a": 3.0}).named()
    assert named == {"discriminator_loss": 1.0, "generator_loss": 2.0, "a": 3.0}
