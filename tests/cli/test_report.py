def test_the_command_writes_the_page(run_command, finished_run, tmp_path):
    status, stdout, _ = run_command("report", f"--workdir={finished_run}")
    assert (status, stdout) == (0, f"page: {finished_run / 'report.html'}\n")
    assert "</html>" in (finished_run / "report.html").read_text()
    out = tmp_path / "page.html"
    assert run_command("report", f"--workdir={finished_run}", f"--out={out}")[0] == 0
    assert out.is_file()
    status, _, stderr = run_command("report", f"--workdir={tmp_path}")
    assert status == 1
    assert stderr.startswith("infogan-report: error: The work directory should hold a run")


def test_help(shows_help):
    shows_help("report", "--workdir=DIR", "workdir")
