import pytest
from PIL import Image

from keras_infogan.datasets import choose_format


def write(path, height, width, mode="RGB"):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new(mode, (width, height)).save(path)


def fill(folder, sizes, mode="RGB"):
    for index, (height, width) in enumerate(sizes):
        write(folder / f"{mode}{index}.png", height, width, mode)
    return str(folder)


@pytest.mark.parametrize("size", [(8, 8), (28, 28), (32, 48), (96, 96), (128, 128)])
def test_one_size_is_kept(tmp_path, size):
    assert choose_format(fill(tmp_path, [size] * 3)).image_size == size


@pytest.mark.parametrize(
    ("sizes", "side"),
    [
        ([(30, 30)], 32),  # no multiple of 4
        ([(4, 4)], 32),
        ([(132, 132)], 64),
        ([(32, 32), (32, 36)], 32),
        ([(47, 200), (47, 100)], 32),
        ([(48, 200), (200, 48)], 48),
        ([(20, 20), (64, 90)], 64),  # half reach it
        ([(20, 20), (20, 20), (64, 90)], 32),
        ([(3000, 4000), (600, 800), (20, 20)], 64),
    ],
)
def test_other_sizes_become_a_square(tmp_path, sizes, side):
    assert choose_format(fill(tmp_path, sizes)).image_size == (side, side)


@pytest.mark.parametrize(
    ("modes", "channels", "colour"),
    [
        (["L"], 1, "gray"),
        (["L", "LA", "1", "I;16"], 1, "gray"),
        (["RGB", "RGBA", "P"], 3, "in color"),
        (["L", "RGB"], 3, "some in color"),
    ],
)
def test_images_are_gray_if_all_are(tmp_path, modes, channels, colour):
    for mode in modes:
        fill(tmp_path, [(32, 32)], mode)
    form = choose_format(str(tmp_path))
    assert form.channels == channels
    assert form.found == f"{len(modes)} images, 32x32, {colour}"


def test_what_was_found_is_told_from_small_to_large(tmp_path):
    fill(tmp_path / "deep", [(40, 30), (9, 300), (10, 10)])
    write(tmp_path / "photo.JPEG", 20, 30)
    assert choose_format(str(tmp_path)).found == "4 images, from 10x10 to 9x300, in color"


@pytest.mark.parametrize("content", [b"", b"no image", b"\x89PNG\r\n\x1a\n"])
def test_a_broken_file_is_named(tmp_path, content):
    fill(tmp_path, [(32, 32)])
    (tmp_path / "broken.png").write_bytes(content)
    with pytest.raises(OSError, match=f"files that can be read.*Received: {tmp_path}/broken.png "):
        choose_format(str(tmp_path))


def test_a_huge_image_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    fill(tmp_path, [(32, 32)])
    with pytest.raises(OSError, match="Received: .*RGB0.png .more than 100 pixels, the limit"):
        choose_format(str(tmp_path))


def test_a_folder_without_images_is_named(tmp_path):
    with pytest.raises(OSError, match=f"Received: {tmp_path}, which holds none$"):
        choose_format(str(tmp_path))
    with pytest.raises(OSError, match=f"Received: {tmp_path}/none, which is none$"):
        choose_format(str(tmp_path / "none"))
