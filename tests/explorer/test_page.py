"""The page in a real browser, driven by keyboard, against `infogan-serve`.

The long form (KERAS_INFOGAN_LONG=1) serves and explores a finished run of MNIST, whose directory
INFOGAN_MNIST_RUN names.
"""

import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request

import numpy as np
import pytest
from PIL import Image

from keras_infogan.datasets import load_images
from keras_infogan.export import export_savedmodel
from keras_infogan.runs.directory import WorkDirectory
from keras_infogan.runs.model_file import load_model

pytest.importorskip("gradio", reason="the extra `explore` is not installed")
webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
CHROMEDRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and CHROMEDRIVER), reason="no chromium and chromedriver on the path"
    ),
]

NAMES = ("legible", "again")
ENTER, SPACE, RIGHT = "\ue007", " ", "\ue014"
OPTIONS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1300,1000")
SECONDS = 60.0
OWN_ADDRESSES = ("http://127.0.0.1:", "data:", "blob:")


def wait(look, seconds=SECONDS):
    """Looks until there is something to see, and returns it."""
    from selenium.common.exceptions import StaleElementReferenceException

    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if (found := look()) is not None and found is not False:
                return found
        except StaleElementReferenceException:
            pass  # the page has just drawn it anew
        time.sleep(0.1)
    raise AssertionError("the page should have changed")


class Browser:
    """What a user sees and does."""

    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for option in OPTIONS:
            options.add_argument(option)
        options.set_capability("goog:loggingPrefs", {"performance": "ALL"})
        service = webdriver.ChromeService(CHROMEDRIVER)
        self.driver = webdriver.Chrome(options, service)

    def find(self, selector):
        """The first such element that is shown, or None."""
        found = self.driver.find_elements("css selector", selector)
        return next((element for element in found if element.is_displayed()), None)

    def press(self, selector, keys):
        wait(lambda: self.find(selector)).send_keys(keys)

    def button(self, text, selector="button"):
        found = self.driver.find_elements("css selector", selector)
        return next(each for each in found if each.is_displayed() and each.text.strip() == text)

    def open_tab(self, name):
        self.button(name, "button[role=tab]").send_keys(ENTER)

    def slider(self, name, keys):
        self.press(f'input[aria-label="range slider for {name}"]', keys)

    def choose(self, name, choice):
        """In a list that drops down."""
        field = wait(lambda: self.find(f'input[aria-label="{name}"]'))
        field.clear()
        field.send_keys(choice + ENTER)

    def picture(self, name="legible"):
        """The pixels of the picture of a name that is shown, or None."""
        if (shown := self.find(f'img[alt="{name}"]')) is None:
            return None
        try:
            with urllib.request.urlopen(shown.get_attribute("src")) as answer:
                return np.asarray(Image.open(io.BytesIO(answer.read())).convert("L"))
        except OSError:
            return None  # Gradio serves the file while it still writes it

    def codes(self, name="legible"):
        """The codes that stand in the picture's first pixels, then the noise; or None."""
        picture = self.picture(name)
        if picture is None or picture.shape != (280, 280):
            return None
        return picture[35::70, 35::70].flatten()[:5].tolist()

    def drop(self, file):
        """Gives the read tab an image."""
        field = self.driver.find_element("css selector", '#to_read input[type="file"]')
        field.send_keys(str(file))

    def notice(self):
        shown = self.find('#notice [role="alert"]')
        return shown.text if shown else ""

    def text(self):
        return self.driver.find_element("css selector", "body").text

    def text_holds(self, text):
        return text in self.text()

    def other_addresses(self):
        """What the page asked other machines for."""
        messages = [json.loads(entry["message"]) for entry in self.driver.get_log("performance")]
        urls = [
            message["message"]["params"]["request"]["url"]
            for message in messages
            if message["message"]["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in urls if not url.startswith(OWN_ADDRESSES)]


@pytest.fixture(scope="module")
def browser():
    opened = Browser()
    yield opened
    opened.driver.quit()


class Command:
    """`infogan-NAME` in a process of its own, to be killed and started again."""

    def __init__(self, name, announcement, *arguments):
        self._command = [sys.executable, "-m", f"keras_infogan.cli.{name}", *arguments]
        self._announcement = announcement
        self._process = None

    def start(self):
        self._process = subprocess.Popen(self._command, stdout=subprocess.PIPE, text=True)
        assert any(self._announcement in line for line in self._process.stdout)

    def end(self, number):
        """Returns the exit status; None where the command does not run."""
        if self._process is None:
            return None
        self._process.send_signal(number)
        status = self._process.wait(SECONDS)
        self._process.stdout.close()
        self._process = None
        return status


@pytest.fixture(scope="module")
def address(free_ports):
    """Where the server is to be."""
    return f"127.0.0.1:{free_ports(1)[0]}"


@pytest.fixture(scope="module")
def server_process(address, base_path, tmp_path_factory):
    """`infogan-serve` of the model under two names, not started yet."""
    config = tmp_path_factory.mktemp("config") / "models.config"
    entries = [
        f'config {{ name: "{name}" base_path: "{base_path}" model_platform: "tensorflow" }}'
        for name in NAMES
    ]
    config.write_text(f"model_config_list {{ {' '.join(entries)} }}")
    port = address.rpartition(":")[2]
    command = Command(
        "serve", "gRPC at", f"--model_config_file={config}", f"--port={port}", "--rest_api_port=0"
    )
    yield command
    command.end(signal.SIGKILL)


@pytest.fixture(scope="module")
def page(browser, free_ports, address, server_process):
    """The page of both models, opened before their server was there."""
    (port,) = free_ports(1)
    names = [f"--model_name={name}" for name in NAMES]
    explorer = Command("explore", "explorer at", f"--server={address}", f"--port={port}", *names)
    explorer.start()
    browser.driver.get(f"http://127.0.0.1:{port}")
    wait(lambda: browser.notice().startswith(f"The server at {address} does not answer."))
    assert browser.picture() is None
    server_process.start()
    wait(lambda: browser.picture() is not None)
    wait(lambda: browser.notice() == "")
    yield browser
    assert explorer.end(signal.SIGTERM) == 0


def test_each_control_changes_the_picture(page):
    page.open_tab("Explore")
    assert page.codes() == [0, 128, 128, 0, 0]
    page.press('input[type="radio"][value="1"]', SPACE)
    wait(lambda: page.codes() == [128, 128, 128, 0, 0])
    wait(lambda: page.codes("again") == [128, 128, 128, 0, 0])  # next to it
    page.slider("style 1", RIGHT * 50)
    wait(lambda: page.codes() == [128, 191, 128, 0, 0])
    page.press('input[aria-label="number input for style 2"]', "\ue003" * 4 + "-1" + ENTER)
    wait(lambda: page.codes() == [128, 191, 0, 0, 0])
    page.slider("coin", RIGHT)
    wait(lambda: page.codes() == [128, 191, 0, 255, 0])
    page.press('input[aria-label="Seed of the noise"]', "6")
    wait(lambda: page.codes() == [128, 191, 0, 255, 219])
    seed = page.find('input[aria-label="Seed of the noise"]')
    page.button("Another noise").send_keys(ENTER)
    wait(lambda: seed.get_attribute("value") not in ("6", "06"))


def test_the_grid_walks_and_crosses_codes(page):
    page.open_tab("Grid")
    wait(lambda: page.text_holds("Columns: coin from 0 to 1. Rows: noise"))
    height, width = wait(page.picture).shape
    assert height == 3 * width
    page.choose("Columns", "kind")
    page.choose("Rows", "style 2")
    wait(lambda: page.text_holds("Columns: kind from 0 to 2. Rows: style 2 from -1 to 1."))
    wait(lambda: np.divide(*page.picture().shape) == 3.0)
    page.slider("Steps of a range", "\ue012" * 6)  # to the left
    wait(lambda: np.divide(*page.picture().shape) == 1.0)


def test_the_morph_moves_plays_and_is_saved(page):
    page.open_tab("Morph")
    wait(lambda: page.codes() == [0, 128, 128, 0, 0])
    page.slider("Position", RIGHT * 50)
    wait(lambda: page.codes() == [128, 191, 191, 128, 0])
    assert not page.button("Save as GIF: legible").is_enabled()
    page.button("Play").send_keys(ENTER)
    wait(lambda: page.find('img[alt="legible"][src$=".gif"]'))
    wait(lambda: page.button("Save as GIF: legible").is_enabled())


def test_the_read_tab_names_the_codes(page, tmp_path):
    codes = np.zeros([4, 4], np.uint8)
    codes[0] = [255, 128, 0, 255]  # kind 2, style 0 and -1, coin 1
    Image.fromarray(codes.repeat(9, 0).repeat(9, 1)).save(tmp_path / "codes.png")
    page.open_tab("Read")
    page.drop(tmp_path / "codes.png")
    wait(lambda: page.text_holds("kind: 2 (probability 0.980), entropy 0.11 of at most 1.10 nats"))
    assert page.text_holds("coin: 1.00 ± 0.00")
    assert page.text_holds("style: 0.00 ± 0.10, -1.00 ± 0.10")
    wait(lambda: page.picture("q(c | x): legible"))
    answer = wait(lambda: page.picture("the generator's answer: legible"))
    np.testing.assert_array_equal(answer[35::70, 35::70][0], codes[0])


def test_a_killed_server_shows_a_message_and_recovers(page, address, server_process):
    page.open_tab("Explore")
    before = wait(page.codes)
    server_process.end(signal.SIGKILL)
    wait(lambda: page.notice().startswith(f"The server at {address} does not answer."))
    page.press('input[type="radio"][value="2"]', SPACE)  # is answered once the server is back
    server_process.start()
    wait(lambda: page.notice() == "")
    wait(lambda: page.codes() == [255, *before[1:]])
    page.press('input[type="radio"][value="0"]', SPACE)
    wait(lambda: page.codes() == [0, *before[1:]])


def test_no_other_machine_was_asked(page):
    assert page.other_addresses() == []


@pytest.mark.data
def test_a_served_run_of_mnist(browser, free_ports, is_long, mnist_data_dir, tmp_path):
    run = os.environ.get("INFOGAN_MNIST_RUN")
    if not (is_long and run):
        pytest.skip("needs KERAS_INFOGAN_LONG=1 and a run of MNIST named in INFOGAN_MNIST_RUN")
    test = load_images("mnist", "test", mnist_data_dir)
    export_savedmodel(load_model(WorkDirectory(run)), tmp_path / "model")
    server_port, port = free_ports(2)
    address = f"127.0.0.1:{server_port}"
    arguments = ["--model_name=mnist", f"--model_base_path={tmp_path / 'model'}"]
    arguments += [f"--port={server_port}", "--rest_api_port=0"]
    server = Command("serve", "gRPC at", *arguments)
    explorer = Command(
        "explore", "explorer at", f"--server={address}", "--model_name=mnist", f"--port={port}"
    )
    try:
        server.start()
        explorer.start()
        browser.driver.get(f"http://127.0.0.1:{port}")
        for value in range(9, 0, -1):
            radio = f'input[type="radio"][value="{value}"]'
            await_change(browser, lambda radio=radio: browser.press(radio, SPACE))
        for name in ("style 1", "style 2"):
            await_change(browser, lambda name=name: browser.slider(name, RIGHT * 50))
        await_change(browser, lambda: browser.press('input[aria-label="Seed of the noise"]', "6"))
        await_change(browser, lambda: browser.button("Another noise").send_keys(ENTER))
        server.end(signal.SIGKILL)
        wait(lambda: browser.notice().startswith(f"The server at {address} does not answer."))
        server.start()
        wait(lambda: browser.notice() == "")
        browser.open_tab("Read")
        codes = [
            [read_off(browser, test.images[place], tmp_path) for place in places[:2]]
            for places in (np.flatnonzero(test.labels["label"] == digit) for digit in range(10))
        ]
    finally:
        explorer.end(signal.SIGTERM)
        server.end(signal.SIGTERM)
    assert len({first for first, _ in codes}) >= 9
    assert sum(first == second for first, second in codes) >= 9


def await_change(browser, act):
    """Waits until the run's picture is another than before."""

    def is_changed():
        shown = browser.picture("mnist")
        return shown is not None and not np.array_equal(shown, before)

    before = wait(lambda: browser.picture("mnist"))
    act()
    wait(is_changed)


def read_off(browser, image, tmp_path):
    """The code that the page names when an image is dropped."""
    Image.fromarray(image[..., 0]).save(tmp_path / "digit.png")
    browser.drop(tmp_path / "digit.png")
    text = wait(lambda: re.search(r"digit: (\d) \(probability", browser.text()))[1]
    browser.press('#to_read button[aria-label="Remove Image"]', ENTER)
    wait(lambda: "digit: " not in browser.text())
    return int(text)
