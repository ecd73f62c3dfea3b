"""For tests in a real browser: where Chromium is, and saying plainly when they are left out because there is none."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MEASURED = "page"
LEFT_OUT = "there is no Chromium: apt-get install chromium fonts-dejavu-core"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--chromium", default=None, metavar="FILE", help="the browser of the tests in tests/browser")
    parser.addoption("--require-browser", action="store_true", help="fail where tests in a browser would be left out")
    parser.addoption("--pictures", default=None, metavar="DIR", help="where pictures of the pages are kept")


def chromium(config: pytest.Config) -> str | None:
    """The program of the browser; None where this machine has none."""
    named = config.getoption("--chromium")
    return named or next((found for name in NAMES if (found := shutil.which(name))), None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = [item for item in items if item.get_closest_marker("browser")]
    if not wanted or chromium(config):
        return
    if config.getoption("--require-browser"):
        raise pytest.UsageError(f"--require-browser: {LEFT_OUT}")
    for item in wanted:
        item.add_marker(pytest.mark.skip(reason=LEFT_OUT))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    measured = [
        value
        for report in terminalreporter.stats.get("passed", ())
        for name, value in getattr(report, "user_properties", ())
        if name == MEASURED
    ]
    if measured:
        terminalreporter.section("pages: weight in all, first contentful paint")
    for path, weight, paint in sorted(measured):
        terminalreporter.write_line(f"| {path} | {weight / 1000:.1f} KB | {paint:.0f} ms |")
    left_out = sum(
        LEFT_OUT in str(report.longrepr)
        for report in terminalreporter.stats.get("skipped", ())
        if isinstance(report, pytest.TestReport)
    )
    if left_out:
        terminalreporter.section("left out", yellow=True)
        terminalreporter.write_line(f"{left_out} tests in a browser were left out: {LEFT_OUT}")


@pytest.fixture(scope="session")
def pictures(request: pytest.FixtureRequest, shared_folder: Path) -> Path:
    """The folder of the pictures that this run takes of pages."""
    named = request.config.getoption("--pictures")
    folder = Path(named).absolute() if named else shared_folder / "pictures"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def tell_page(record_property: Callable[[str, object], None]) -> Callable[[str, int, float], None]:
    """Note what a page weighs and when something could be seen; the run prints it, and no test asserts a time."""
    return lambda path, weight, paint: record_property(MEASURED, (path, weight, paint))
