import numpy as np
import pytest

from keras_infogan.datasets import (
    CaptionedSprites,
    grammar,
    load_images,
    render_captioned_sprites,
    write_captions,
)


def test_a_caption_tells_all_factors_but_the_background():
    assert (
        write_captions(np.array([[0, 2, 1, 3, 0, 0], [0, 2, 1, 3, 0, 2]])).tolist()
        == ["a small blue ellipse, lower right, upright"] * 2
    )


def test_a_sprite_is_where_and_what_its_factors_say():
    factors = np.array([[1, 1, 0, 0, 0, 2], [0, 1, 0, 0, 0, 2]])
    large, small = render_captioned_sprites(factors, np.random.default_rng(0))
    is_green = (large == (30, 160, 50)).all(axis=-1)
    assert is_green[18, 18] and not is_green[32:].any() and not is_green[:, 32:].any()
    assert large[63, 63].tolist() == [255, 255, 255]
    assert (small < 255).any(axis=-1).sum() < 0.5 * (large < 255).any(axis=-1).sum()


def test_captions_come_with_the_images(monkeypatch, tmp_path):
    monkeypatch.setattr(CaptionedSprites, "EXAMPLES", {"train": 8, "test": 8})
    one, other = (load_images("captioned_sprites", "test", str(tmp_path)) for _ in range(2))
    np.testing.assert_array_equal(one.images, other.images)
    assert one.images.shape == (8, 64, 64, 3)
    labels = np.stack(list(one.labels.values()), axis=1)
    assert one.companions["caption"].tolist() == write_captions(labels).tolist()
    assert set(one.companions["caption"]) <= set(grammar.captions())


def test_factors_out_of_range_are_refused():
    with pytest.raises(ValueError, match="place should be from 0 to 4. Received: 5"):
        write_captions(np.array([[0, 0, 0, 5, 0, 0]]))
