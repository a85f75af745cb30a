import io

import numpy as np
import pytest
from PIL import Image

from keras_infogan.datasets.picture import PictureReader
from keras_infogan.explorer.pixels import for_model, for_page, gif_bytes


def test_a_small_gray_picture_becomes_large_and_coloured():
    picture = for_page(np.array([[[0.0], [1.0]], [[0.5], [2.0]]]), smallest_side=3)
    assert picture.shape == (4, 4, 3)
    assert picture.dtype == np.uint8
    np.testing.assert_array_equal(picture[::2, ::2, 1], [[0, 255], [128, 255]])
    np.testing.assert_array_equal(picture[:2, 2:], 255)


def test_a_large_picture_keeps_its_size():
    assert for_page(np.zeros([300, 400, 3])).shape == (300, 400, 3)


def test_gif_runs_there_and_back():
    frames = [np.full([8, 8, 3], brightness, np.uint8) for brightness in (0, 100, 200)]
    data = gif_bytes(frames)
    assert data.startswith(b"GIF89a")
    with Image.open(io.BytesIO(data)) as gif:
        assert (gif.n_frames, gif.info["loop"]) == (4, 0)
        shown = []
        for place in range(4):
            gif.seek(place)
            shown.append(np.asarray(gif.convert("L"))[0, 0])
    np.testing.assert_array_equal(shown, [0, 100, 200, 100])


def png(picture, **settings):
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "PNG", **settings)
    return file.getvalue()


def test_a_dropped_picture_is_cut_and_scaled():
    dropped = np.zeros([40, 80, 3], np.uint8)
    dropped[:, 20:60] = 255  # the square in the middle
    image = for_model(png(dropped), (8, 8, 1))
    assert (image.shape, image.dtype) == ((8, 8, 1), np.float32)
    np.testing.assert_array_equal(image, 1.0)
    np.testing.assert_array_equal(for_model(png(dropped), (8, 8, 3), is_inverted=True), 0.0)


@pytest.mark.parametrize("side", [9, 30, 80])
def test_a_dropped_picture_is_read_as_the_training_reads_it(side):
    data = png(np.random.default_rng(0).integers(0, 256, [side, side, 4], dtype=np.uint8))
    expected = PictureReader((8, 8), 3)(data).pixels / np.float32(255)
    np.testing.assert_array_equal(for_model(data, (8, 8, 3)), expected)


def test_a_dropped_picture_is_upright_on_white_and_keeps_its_depth():
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = np.zeros([8, 8], np.uint8)
    turned[0] = 255
    image = for_model(png(turned, exif=exif), (8, 8, 1))
    np.testing.assert_array_equal(image[..., 0], np.rot90(turned, -1) / np.float32(255))
    clear = np.zeros([8, 8, 4], np.uint8)
    np.testing.assert_array_equal(for_model(png(clear), (8, 8, 3)), 1.0)
    deep = np.linspace(1000, 3000, 64).reshape(8, 8).astype(np.uint16)
    image = for_model(png(deep), (8, 8, 1))
    assert (image.min(), image.max()) == (0.0, 1.0)


def test_a_picture_of_the_page_is_read_pixel_for_pixel():
    image = np.arange(16, dtype=np.float32).reshape(4, 4, 1) / 255.0
    np.testing.assert_array_equal(for_model(png(for_page(image)), (4, 4, 1)), image)


def test_a_file_that_is_no_picture_is_refused():
    with pytest.raises(ValueError, match="^The image should be a picture file. Received: no pic"):
        for_model(b"nonsense", (4, 4, 1))
