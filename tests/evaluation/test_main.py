import json

import pytest

from evaluation import page
from evaluation.__main__ import main

FIX = {"source": "own", "lang": "uk", "label": "cosmetic"}


@pytest.fixture
def folder_of_fixes(write_corpus):
    """A corpus of punctuation fixes in which nothing is wrong."""
    sentences = ("Міст відкрито", "Дощу не буде", "Школа працює", "Рух відновлено")
    rows = [FIX | {"doc_id": str(number), "old": one, "new": one + "."} for number, one in enumerate(sentences)]
    return write_corpus("ua_gec_cosmetic", rows)


def test_a_table_is_printed_for_each_corpus_that_is_there(folder_of_fixes, capsys):
    assert main([str(folder_of_fixes), "--only", "ua_gec", "ru_spell", "--floors"]) == 0
    printed = capsys.readouterr().out
    assert "false meaning facet" in printed
    assert "ru_spell_cosmetic.jsonl.gz is not there" in printed


def test_figures_below_the_floor_fail_the_build(write_corpus, capsys):
    rows = [
        FIX | {"doc_id": str(number), "old": "Загинуло 5 осіб.", "new": "Загинуло 50 осіб."} for number in range(40)
    ]
    folder = write_corpus("ua_gec_cosmetic", rows)
    assert main([str(folder), "--only", "ua_gec", "--floors", "--short"]) == 1
    assert "below the floor: ua_gec.false_meaning" in capsys.readouterr().out
    assert main([str(folder), "--only", "ua_gec"]) == 0


def test_only_the_half_that_was_asked_for_is_measured(folder_of_fixes, tmp_path):
    figures = tmp_path / "figures.json"
    main([str(folder_of_fixes), "--only", "ua_gec", "--part", "held-out", "--json", str(figures)])
    written = json.loads(figures.read_text())
    assert (written["part"], written["corpora"]["ua_gec"]["cases"]) == ("held-out", 2)


def test_the_page_of_documentation_gets_both_halves_between_its_marks(folder_of_fixes, tmp_path):
    page_file = tmp_path / "accuracy.md"
    page_file.write_text("# Accuracy\n<!-- tables -->\nold\n<!-- end of tables -->\nThe rest.\n", encoding="utf-8")
    page.main([str(folder_of_fixes), str(page_file), "--date", "2026-11-22", "--only", "ua_gec", "ru_spell"])
    written = page_file.read_text(encoding="utf-8")
    assert "| measure | held out | n | looked at | n | floor | target |" in written
    assert "| false meaning facet | 0.0 %" in written
    assert "old" not in written.split("Measured on 2026-11-22")[0]
    assert written.endswith("The rest.\n")


def test_a_page_without_marks_is_left_alone(folder_of_fixes, tmp_path):
    page_file = tmp_path / "accuracy.md"
    page_file.write_text("# Accuracy\n", encoding="utf-8")
    with pytest.raises(ValueError, match="lacks"):
        page.main([str(folder_of_fixes), str(page_file), "--date", "2026-11-22", "--only", "ua_gec"])
    assert page_file.read_text(encoding="utf-8") == "# Accuracy\n"


def test_failures_are_shown_only_when_asked_for(write_corpus, capsys):
    folder = write_corpus("ua_gec_cosmetic", [FIX | {"doc_id": "0", "old": "Є 5 шкіл.", "new": "Є 50 шкіл."}])
    main([str(folder), "--only", "ua_gec"])
    assert "Є 50 шкіл" not in capsys.readouterr().out
    main([str(folder), "--only", "ua_gec", "--failures", "1"])
    assert "+ Є 50 шкіл." in capsys.readouterr().out


def test_every_table_can_be_measured_on_rows_in_the_documented_shape(write_corpus, capsys):
    pair = {"doc_id": "d", "source": "s", "old": "Two men came.", "new": "Ten men came.", "lang": "en"}
    version = {"doc_id": "d", "source": "s", "text": "The road is shut today.", "lang": "en"}
    corpora = {
        "summedits_pairs": [pair | {"factual": True}],
        "arxivedits_pairs": [pair | {"factual": True}],
        "ua_laws_paragraph_changes": [pair | {"weak_label": "text_changed"}],
        "ota_pairs": [pair | {"label": "publisher_change"}],
        "edgi_labelled_pairs": [pair | {"old": "<p>Two men</p>", "new": "<p>Ten</p>", "label": "significant"}],
        "fcdo_status_chains": [version | {"version": 1}, version | {"version": 2, "text": "It is open."}],
    }
    for name, rows in corpora.items():
        folder = write_corpus(name, rows)
    names = ["summedits", "arxivedits", "ua_laws", "ota_pairs", "edgi", "fcdo_status"]
    assert main([str(folder), "--only", *names, "--short"]) == 0
    printed = capsys.readouterr().out
    assert "is not there" not in printed
    assert printed.count("cases of") == len(names)
