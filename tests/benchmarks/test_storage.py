"""The bytes of storage are measured beside git, on the same chains, and bad folders are named."""

import gzip
import json
import re
import shutil

import pytest

from benchmarks import storage


def chains(folder, count):
    text = "".join(f"The ministry says that {i} trains were late.\n" for i in range(150))
    rows = [
        {"source": "s", "doc_id": "d", "version": i, "text": text.replace(f" {i} trains", " no trains")}
        for i in range(1, count + 1)
    ]
    with gzip.open(folder / "ota_chains.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)


@pytest.mark.skipif(shutil.which("git") is None, reason="git is what it is measured beside")
def test_a_page_of_a_long_chain_takes_about_as_much_as_in_git(tmp_path, capsys):
    chains(tmp_path, 60)
    assert storage.main([str(tmp_path), "--checks", "300"]) == 0
    said = capsys.readouterr().out
    ours, indexes, git, ratio = re.search(r"page \(capture\) +(\d+) +(\d+) +(\d+) +([\d.]+)", said).groups()
    assert 0 < int(indexes) < int(ours) < 2_000
    assert float(ratio) == pytest.approx(int(ours) / int(git), rel=0.02)
    assert "unchanged check" in said
    (together,) = re.findall(r"different pages .* ([\d.]+) *\n", said.partition("all together")[2])
    assert together == ratio


@pytest.mark.parametrize(("name", "words"), [("", "holds none"), ("nowhere", "is no folder")])
def test_a_folder_without_chains_is_named(tmp_path, capsys, name, words):
    assert storage.main([str(tmp_path / name)]) == 1
    assert words in capsys.readouterr().err
