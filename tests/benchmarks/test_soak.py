"""The site of the soak notes who asks too soon and what each page has shown; the tables say how it went."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import soak
from benchmarks.soak_runs import Moment, Work, within
from benchmarks.soak_site import BROKEN, SILENT, Site, kind_of


def test_a_tenth_of_the_hosts_are_bad_in_several_ways() -> None:
    hosts = [f"127.0.1.{1 + place}" for place in range(250)]
    bad = [host for host in hosts if kind_of(host)]
    assert len(bad) == 25
    assert {kind_of(host) for host in bad} == {SILENT, BROKEN}


def test_a_page_changes_only_when_it_is_asked_for_again() -> None:
    site = Site(edits=1.0, gap_seconds=0.0)
    assert b"announced measure 1 " in site.page(7)
    assert b"announced measure 2 " in site.page(7)
    assert site.versions == {7: 2}
    assert site.counts["edited"] == 1


def test_who_asks_before_the_pause_is_over_or_twice_at_once_is_noted() -> None:
    site = Site(edits=0.0, gap_seconds=3_600.0)
    site.ended["127.0.1.2"] = -1e9
    site.ask("127.0.1.2")
    assert site.counts["asked too soon"] == 0
    site.ask("127.0.1.2")
    assert site.counts["asked twice at once"] == 1
    site.end("127.0.1.2")
    site.end("127.0.1.2")
    site.ask("127.0.1.2")
    assert site.counts["asked too soon"] == 1


def moment(minute: float, asked: int, lag: Mapping[str, float]) -> Moment:
    return Moment(minute, asked, lag, 150.0, minute * 10)


def test_within_how_many_seconds_checks_were_taken_is_told_between_two_moments() -> None:
    before = moment(0, 0, {"0.5": 10, "1.0": 10, "+Inf": 10})
    after = moment(1, 100, {"0.5": 60, "1.0": 109, "+Inf": 110})
    assert within((before, after), 0.5) == "0.5"
    assert within((before, after), 0.99) == "1.0"
    assert within((before, before), 0.5) == "–"


def test_watches_are_looked_at_as_often_as_was_asked_for(tmp_path: Path) -> None:
    work = Work(100_000, 10, 100, 0.05, 1, 3, tmp_path)
    checks = sum(1 / work.interval_seconds(number) for number in range(work.watches))
    assert 99 < checks < 101


def test_the_tables_say_what_was_counted_beside_its_limit(tmp_path: Path) -> None:
    work = Work(100, 1, 10, 0.05, 1, 3, tmp_path)
    moments = [moment(0, 0, {"+Inf": 0}), moment(0.5, 300, {"+Inf": 300})]
    console = Console(width=120, record=True)
    for one in soak.tables(work, moments, {"lost": 0, "shortest pause": 1.01}):
        console.print(one)
    told = console.export_text()
    assert "10.0" in told
    assert "25 of 250 hosts are bad" in told
    assert "shortest pause" in told


@pytest.mark.parametrize("wrong", [["--watches", "0"], ["--minutes", "-1"], ["--a-second", "0"], ["--edits", "7"]])
def test_what_cannot_be_run_is_refused_before_anything_begins(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        soak.main(wrong)
    assert "--edits from 0 to 1" in capsys.readouterr().err


def test_a_folder_with_a_record_is_not_written_into(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "soak.db").touch()
    with pytest.raises(SystemExit):
        soak.main(["--keep", str(tmp_path)])
    assert "name another folder" in capsys.readouterr().err
