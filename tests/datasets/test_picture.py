import io

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from keras_infogan.datasets import Decoder, PictureReader, UnreadablePictureError
from keras_infogan.datasets.picture import read_header

RED = (255, 0, 0)


def encode(image, kind="PNG", **settings):
    data = io.BytesIO()
    image.save(data, kind, **settings)
    return data.getvalue()


def read(data, **settings):
    return PictureReader(**settings)(data).pixels


@pytest.fixture
def colors():
    """A picture of 8x12 pixels that a lossy format changes little."""
    values = np.linspace(0, 200, 8 * 12 * 3).reshape(8, 12, 3).astype(np.uint8)
    return Image.fromarray(values)


@pytest.mark.parametrize(
    ("kind", "tolerance"),
    [("PNG", 0), ("BMP", 0), ("TIFF", 0), ("GIF", 30), ("JPEG", 12), ("WEBP", 30)],
)
@pytest.mark.parametrize("suffix", [".png", ".jpg"])
def test_every_format_is_read_whatever_its_name(colors, tmp_path, kind, tolerance, suffix):
    path = tmp_path / f"picture{suffix}"
    path.write_bytes(encode(colors, kind))
    pixels = read(path)
    assert pixels.dtype == np.uint8
    np.testing.assert_allclose(pixels.astype(int), np.asarray(colors).astype(int), atol=tolerance)
    assert read_header(path) == ((8, 12), True)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF", "PNG"])
def test_of_several_frames_the_first_is_read(kind):
    frames = [Image.new("L", (4, 4), value) for value in (0, 255)]
    data = encode(frames[0], kind, save_all=True, append_images=frames[1:])
    assert read(data, channels=1).max() == 0


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP"])
@pytest.mark.parametrize(("orientation", "turns"), [(1, 0), (3, 2), (6, 3), (8, 1)])
def test_pictures_are_turned_upright(colors, tmp_path, kind, orientation, turns):
    exif = Image.Exif()
    exif[0x0112] = orientation
    settings = {} if kind in ("PNG", "TIFF") else {"quality": 100}
    path = tmp_path / "picture"
    path.write_bytes(encode(colors, kind, exif=exif, **settings))
    plain = read(encode(colors, kind, **settings))
    np.testing.assert_array_equal(read(path), np.rot90(plain, turns))
    assert read_header(path).size == read(path).shape[:2]


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_orientation_of_deep_values(kind):
    exif = Image.Exif()
    exif[0x0112] = 6
    values = np.arange(6, dtype=np.uint16).reshape(2, 3) * 51
    pixels = read(encode(Image.fromarray(values), kind, exif=exif))
    np.testing.assert_array_equal(pixels[..., 0], np.rot90(values, 3))


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("most", [255, 4095, 65535], ids=["8 bits", "12 bits", "16 bits"])
def test_deep_values_are_scaled_by_their_range(channels, most):
    values = np.linspace(0, most, 4 * 4 * channels).reshape(4, 4, channels).round()
    picture = PictureReader()(tf.io.encode_png(values.astype(np.uint16)).numpy())
    assert picture.is_deep
    np.testing.assert_array_equal(picture.pixels, np.round(values * 255 / most))


def test_the_darkest_value_becomes_black():
    values = np.array([[1000, 1100], [1200, 1300]], np.uint16)
    assert read(encode(Image.fromarray(values)))[..., 0].tolist() == [[0, 85], [170, 255]]
    assert read(encode(Image.fromarray(values), "TIFF"))[..., 0].tolist() == [[0, 85], [170, 255]]
    numbers = Image.fromarray(values.astype(np.float32) / 1e4)
    assert read(encode(numbers, "TIFF"))[..., 0].tolist() == [[0, 85], [170, 255]]
    assert read(encode(Image.fromarray(values * 0 + 7))).max() == 0


def test_deep_colors_with_transparent_parts():
    values = np.zeros((2, 2, 4), np.uint16)
    values[..., :3] = [[[60000], [100]], [[200], [300]]]
    values[..., 3] = [[0, 65535], [65535, 65535]]  # the brightest value is hidden
    picture = PictureReader()(tf.io.encode_png(values).numpy())
    assert picture.is_transparent
    assert picture.pixels[..., 0].tolist() == [[255, 0], [128, 255]]
    gray = tf.io.encode_png(values[..., 2:]).numpy()
    assert read(gray)[..., 0].tolist() == [[255, 0], [128, 255]]


def test_a_deep_color_that_is_transparent():
    image = Image.fromarray(np.array([[5, 100], [200, 300]], np.uint16))
    picture = PictureReader()(encode(image, transparency=5))
    assert picture.pixels[..., 0].tolist() == [[255, 0], [128, 255]]


def test_values_that_are_not_finite_are_refused():
    image = Image.fromarray(np.array([[1.0, np.nan]], np.float32))
    with pytest.raises(UnreadablePictureError, match="NaN or infinite"):
        read(encode(image, "TIFF"))


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "TIFF"])
def test_transparent_parts_show_the_background(kind):
    image = Image.new("RGBA", (2, 1), (*RED, 0))  # a color that is hidden
    image.putpixel((1, 0), (0, 0, 255, 255))
    data = encode(image, kind, **({"lossless": True} if kind == "WEBP" else {}))
    assert read(data).tolist() == [[[255, 255, 255], [0, 0, 255]]]
    assert read(data, background="black").tolist() == [[[0, 0, 0], [0, 0, 255]]]
    assert PictureReader()(data).is_transparent


def test_transparent_colors_of_every_mode():
    half = Image.new("LA", (1, 1), (0, 128))
    assert read(encode(half)).tolist() == [[[127]]]
    palette = Image.new("P", (1, 1), 0)
    palette.putpalette(RED)
    for kind in ("PNG", "GIF"):
        assert read(encode(palette, kind, transparency=0)).tolist() == [[[255, 255, 255]]]
    assert read(encode(Image.new("RGB", (1, 1), RED), transparency=RED)).min() == 255
    assert read(encode(Image.new("L", (1, 1), 7), transparency=7)).tolist() == [[[255]]]


def test_an_opaque_picture_is_not_called_transparent():
    picture = PictureReader()(encode(Image.new("RGBA", (1, 1), (*RED, 255))))
    assert not picture.is_transparent
    assert picture.pixels.tolist() == [[list(RED)]]


@pytest.mark.parametrize("mode", ["1", "L"])
def test_few_bits_are_spread_to_255(mode):
    values = Image.new(mode, (2, 1), 0)
    values.putpixel((1, 0), 255)
    assert read(encode(values)).tolist() == [[[0], [255]]]


def test_crop_and_resize_are_those_of_prepared_datasets(colors):
    data = encode(colors)
    for size in ((2, 2), (4, 8), (3, 12), (16, 16)):
        expected = Decoder(size)(data).numpy().astype(int)
        np.testing.assert_allclose(read(data, image_size=size), expected, atol=1)


def test_too_many_pixels_are_refused_before_they_are_decoded(tmp_path):
    """20,000 x 20,000 white pixels are a file of 50 kB."""
    path = tmp_path / "bomb.png"
    Image.new("1", (20_000, 20_000)).save(path)
    for open_it in (read, read_header):
        with pytest.raises(UnreadablePictureError, match="more than 89,478,485 pixels, the limit"):
            open_it(path)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF"])
def test_damaged_files_are_read_or_refused(colors, kind):
    """Whatever byte is wrong, and wherever the file ends, no other error comes."""
    whole, generator = encode(colors, kind), np.random.default_rng(0)
    for start in range(0, len(whole), max(1, len(whole) // 30)):
        flipped = bytearray(whole)
        flipped[start] ^= 1 << generator.integers(8)
        for data in (whole[:start], bytes(flipped)):
            try:
                assert read(data, image_size=(8, 12), channels=3).shape == (8, 12, 3)
            except UnreadablePictureError as error:
                assert str(error)  # noqa: PT017


def test_other_formats_are_no_pictures(colors):
    with pytest.raises(UnreadablePictureError, match="^no picture$"):
        read(encode(colors, "PPM"))


@pytest.mark.parametrize("orientation", [3, 6, 8])
@pytest.mark.parametrize("mode", ["L", "RGB", "1"])
def test_a_tiff_file_is_turned_as_its_bytes_are(tmp_path, mode, orientation):
    """Pillow maps a gray file into memory, and turns such a file wrongly."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    values = np.arange(96, dtype=np.uint8).reshape(8, 12) * 2
    path = tmp_path / "a.tif"
    path.write_bytes(encode(Image.fromarray(values).convert(mode), "TIFF", exif=exif))
    turns = {3: 2, 6: 3, 8: 1}[orientation]
    plain = np.asarray(Image.fromarray(values).convert(mode).convert("L"))
    np.testing.assert_array_equal(read(path, channels=1)[..., 0], np.rot90(plain, turns))
    assert read_header(path).size == read(path).shape[:2]


def test_a_background_is_a_color():
    with pytest.raises(ValueError, match="name of a color or #rrggbb. Received: background=None"):
        PictureReader(background=None)


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_a_picture_may_be_text_or_any_bytes(tmp_path, colors, kind):
    data = encode(colors, kind)
    path = tmp_path / "a"
    path.write_bytes(data)
    for source in (path, str(path), bytearray(data), memoryview(data)):
        np.testing.assert_array_equal(read(source), read(data))


@pytest.mark.parametrize("source", [None, 3, np.zeros([2, 2, 3], np.uint8)])
def test_a_picture_is_a_path_or_bytes(source):
    with pytest.raises(TypeError, match="A picture should be a path or the bytes of a file"):
        read(source)
