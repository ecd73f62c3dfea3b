from benchmarks import analysis


def test_the_benchmark_prints_length_pins_and_memory(capsys):
    analysis.main(["--sizes", "400", "800", "--pins", "0", "30", "--runs", "1"])
    shown = capsys.readouterr().out
    assert "difflib, sentences" in shown
    assert "800" in shown
    assert "30" in shown
    assert "MiB" in shown


def test_no_two_runs_compare_the_same_texts():
    made = analysis.texts(600, 4)
    assert len({(one.before, one.after) for one in made}) == len(made) == 12


def test_long_texts_are_compared_fewer_times():
    assert [analysis.runs_of(size, 15) for size in (1_500, 100_000, 1_000_000)] == [15, 5, 1]


def test_some_of_the_pins_are_found_in_the_texts():
    pins = analysis.pin_set(600)
    found = {match.pin for one in analysis.texts(5_000, 1) for match in pins.find(one.before, one.language)}
    assert 0 < len(found) < 60
