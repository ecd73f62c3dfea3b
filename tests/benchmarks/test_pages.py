import re

from app.storage.database import Database
from app.ui.table import PAGES
from benchmarks import page_cases, pages
from benchmarks.page_record import Shape, fill


def test_every_page_that_answers_get_is_measured():
    named = {page.path for page in PAGES if page.method == "GET"}
    assert set(page_cases.paths()) == named


def test_pages_of_two_records_are_measured_beside_each_other(tmp_path, capsys):
    words = [
        "--versions",
        "2000",
        "--requests",
        "1",
        "--keep",
        str(tmp_path),
        "--only",
        "few versions",
        "for strangers",
    ]
    assert pages.main(words) == 0
    said = capsys.readouterr().out
    rows = [line for line in said.splitlines() if re.search(r"\d×", line)]
    assert len(rows) == len(list(page_cases.chosen(["few versions", "for strangers"])))
    assert not [row for row in rows if re.search(r"KB.*\d{3}|\b[45]\d\d *$", row)], said
    assert sorted(path.name for path in tmp_path.glob("*.db")) == ["pages-1000.db", "pages-2000.db"]


def test_a_record_has_as_many_versions_as_it_was_asked_for(tmp_path):
    shape = Shape(1_000)
    path = tmp_path / "record.db"
    fill(path, shape)
    with Database(f"sqlite:///{path}") as database, database.read() as conn:
        counts = conn.exec_driver_sql("SELECT (SELECT count(*) FROM version), (SELECT count(*) FROM statement)").one()
    assert tuple(counts) == (1_000, shape.statements)
