import base64
import re
import struct
import zlib
from html.parser import HTMLParser

import pytest

from keras_infogan.reports import study_report as report
from keras_infogan.runtime.files import write_json
from keras_infogan.studies import Row, Study, results
from keras_infogan.studies.directory import RunRecord, StudyDirectory

LINE = Row(
    "line",
    "Line <b>& more</b>",
    "basicprop_line",
    'It said "<script>alert(1)</script>"',
    note="Ours has <i>noise</i>.",
    overrides={"latents.noise": 5},
)
VANILLA = Row("vanilla", "No codes", "basicprop_line", "", scores=("information/real_fake",))
FAILING = Row("failing", "Fails", "basicprop_line", "NaN")
WAITING = Row("waiting", "Later", "basicprop_line", "")
STUDY = Study(
    "tiny", "A & B", "Nobody <nobody>", "Why?", (LINE, VANILLA, FAILING, WAITING), 2, (0.97, 0.95)
)
COMMAND = "infogan-study --study=tiny '--workdir=<W>'"
VOID = {"meta", "img", "br"}
HISTORY = (
    "epoch,step,seconds,discriminator_loss,generator_loss,information/real_fake,"
    "information/place,code_accuracy/place\n"
    "1,100,60.0,0.5,1.0,0.3,1.0,0.90\n2,200,60.0,nan,2.0,0.2,2.0,0.96\n"
)
VANILLA_HISTORY = "epoch,step,seconds,discriminator_loss\n1,100,60.0,nan\n"


def png():
    """One gray pixel."""

    def chunk(kind, data):
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    data = zlib.compress(b"\x00\x80")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        chunk(*each) for each in ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    )


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    """Two finished runs with a code, one without, one failure, and rows that were not begun."""
    directory = StudyDirectory(tmp_path_factory.mktemp("study"))
    for seed, accuracy in enumerate((0.98, 0.96)):
        work = directory.run_directory("line", seed)
        work.start(LINE.configuration(seed).to_dict())
        work.metrics.write_text(HISTORY)
        work.images.mkdir()
        (work.images / "place-0000200.png").write_bytes(png())
        scores = {"code_accuracy/place": accuracy, "information/place": 2.0 + seed, "step": 200}
        write_json(work.evaluation, scores)
        directory.write_record(
            "line",
            seed,
            RunRecord(
                "finished", "", 90.0, (f"infogan-train --config.seed={seed}",), {"keras": "3.1"}
            ),
        )
    vanilla = directory.run_directory("vanilla", 0)
    vanilla.start(VANILLA.configuration(0).to_dict())
    vanilla.metrics.write_text(VANILLA_HISTORY)
    write_json(vanilla.evaluation, {"information/real_fake": float("nan"), "step": 100})
    failing = directory.run_directory("failing", 1)
    failing.start(FAILING.configuration(1).to_dict())
    failing.metrics.write_text(HISTORY)
    directory.write_record("failing", 1, RunRecord("failed", "error: <NaN> & out", 60.0))
    return results.read_study(STUDY, directory, seeds=2)


@pytest.fixture(scope="module")
def html(outcome):
    return report.render(STUDY, outcome, COMMAND)


class Page(HTMLParser):
    """Checks that elements close in order; collects texts, cells, links and resources."""

    def __init__(self, source):
        super().__init__()
        self.open, self.attributes, self.texts, self.rows = [], [], [], []
        self.feed(source)
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.attributes.append((tag, dict(attributes)))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)
        if "tr" in self.open and {"td", "th"} & set(self.open):
            self.rows[-1][-1] += data

    def of(self, tag, name):
        return [found[name] for each, found in self.attributes if each == tag and name in found]


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def test_it_needs_nothing_from_outside(page, html):
    sources = page.of("img", "src")
    assert len(sources) >= 6
    assert all(source.startswith("data:image/") for source in sources)
    assert all(link.startswith("#") for link in page.of("a", "href"))
    assert not {"script", "link", "iframe"} & {tag for tag, _ in page.attributes}
    assert "@import" not in html
    assert "url(" not in html
    for source in sources:
        kind, _, data = source.partition(";base64,")
        content = base64.b64decode(data, validate=True)
        if kind == "data:image/png":
            assert content == png()
        else:
            drawn = content.decode()
            assert drawn.startswith("<svg")
            for reference in re.findall(r'(?:href|src)="([^"]*)"|url\(([^)]*)\)', drawn):
                assert "".join(reference).startswith("#")


def test_what_is_text_stays_text(page, html):
    assert "<script" not in html
    assert "<b>" not in html
    assert "<i>" not in html
    assert 'It said "<script>alert(1)</script>"' in "".join(page.texts)
    assert "Line <b>& more</b>" in page.texts
    assert "error: <NaN> & out" in "".join(page.texts)
    assert COMMAND in page.texts


def test_contents_lead_to_sections(page):
    targets = [name for _, found in page.attributes if (name := found.get("id"))]
    assert len(set(targets)) == len(targets)
    assert {link[1:] for link in page.of("a", "href")} <= set(targets)
    assert page.of("html", "lang") == ["en"]
    assert all(len(text) > 20 for text in page.of("img", "alt"))
    assert len(page.of("img", "alt")) == len(page.of("img", "src"))


def test_reported_beside_measured(page):
    (line,) = [row for row in page.rows if "accuracy place" in row]
    assert line[0] == "Line <b>& more</b>"
    assert line[1] == 'It said "<script>alert(1)</script>"Ours: Ours has <i>noise</i>.'
    assert line[2:] == ["accuracy place", "0.970", "0.960", "0.980", "–", "2 of 2"]
    (information,) = [row for row in page.rows if "information place (nats)" in row]
    assert information == ["information place (nats)", *"2.500 2.000 3.000 2.303".split(), "2 of 2"]


def test_success(page):
    (line, vanilla, failing, waiting) = [row for row in page.rows if len(row) == 10][1:]
    assert line[1:4] == ["1 of 2 (50%)", "2 of 2 (100%)", "2 of 2 (100%)"]
    assert line[4:] == ["200", "200", "200", "2.0", "2.0", "2.0"]
    assert vanilla[1:] == ["0 of 1 (0%)"] * 3 + ["–"] * 6
    # It passed 0.95 on its way, and failed.
    assert failing[1:5] == ["0 of 1 (0%)", "0 of 1 (0%)", "1 of 1 (100%)", "200"]
    assert waiting[1:] == ["–"] * 9


def test_a_row_without_codes(page):
    (row,) = [row for row in page.rows if row[0] == "No codes" and len(row) == 8]
    # A NaN is no value, and no run counts for it.
    assert row[2:] == ["information real/fake (nats)", "–", "–", "–", "0.693", "0 of 2"]
    assert "No pictures were written." in page.texts


def test_a_failed_run_is_told(page):
    assert "3 of 8 runs finished, 1 failed, 4 to come" in "".join(page.texts)
    assert "failed: 1 of 2" in page.texts
    (row,) = [row for row in page.rows if row[:3] == ["failing", "1", "failed"]]
    assert row[3:] == ["200", "1.0", "error: <NaN> & out"]
    (row,) = [row for row in page.rows if row[:3] == ["failing", "0", "waiting"]]
    assert row[3:] == ["0", "–", ""]


def test_how_it_was_made(page):
    assert ["keras", "3.1"] in page.rows
    assert "infogan-train --config.seed=0\ninfogan-train --config.seed=1" in page.texts
    assert "latents.noise = 5" in page.texts


def test_captions_say_what_rows_and_columns_are(page):
    captions = " ".join(page.texts)
    assert (
        "Rows: draws of all other latents. Columns: the 10 values of the code 'place'." in captions
    )
    assert "At update 200." in captions
    assert "Losses against updates. Thin lines are seeds, the thick line is their mean." in captions
    losses = [text for text in page.of("img", "alt") if text.startswith("Losses")][0]
    assert losses == (
        "Losses against updates: discriminator_loss ends at 0.500 (update 100); "
        "generator_loss ends at 2.000 (update 200)."
    )


def test_the_table_of_the_terminal(outcome):
    lines = report.table(outcome).splitlines()
    assert lines[0].split() == ["row", "score", "mean", "min", "max", "runs"]
    assert lines[1].split() == ["line", "code_accuracy/place", "0.970", "0.960", "0.980", "2/2"]
    assert lines[-1] == "failing, seed 1: failed: error: <NaN> & out"
    assert max(map(len, lines[:-1])) < 80
