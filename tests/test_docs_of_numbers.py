"""The numbers for Prometheus, held to the page that explains them and to the rules that use them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from app.api.metrics import ROW_GAUGES
from app.door.traffic import Traffic
from app.pipeline.meter import Meter

DOCS = Path(__file__).parent.parent / "docs"
RULES = yaml.safe_load((DOCS / "prometheus-rules.yaml").read_text("utf-8"))
SUFFIXES = {"counter": ("",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def documented(name: str, kind: str, labels: tuple[str, ...], where: str, words: str) -> str:
    """The row that docs/operating.md must have."""
    named = ", ".join(f"`{label}`" for label in labels) or "–"
    return f"| `{name}` | {kind} | {named} | {where} | {words} |"


def rows() -> Iterator[tuple[str, str, str]]:
    """Name, kind and row of every number that the program has."""
    for registry in (Meter().registry, Traffic().registry):
        for metric in {id(one): one for one in registry._collector_to_names}.values():
            if not hasattr(metric, "_name"):
                continue
            name = f"{metric._name}_total" if metric._type == "counter" else metric._name
            labels = tuple(metric._labelnames)
            yield name, metric._type, documented(name, metric._type, labels, "process", metric._documentation)
    for gauge in ROW_GAUGES:
        name, labels = f"walkback_{gauge.name}", () if gauge.label is None else (gauge.label,)
        yield name, "gauge", documented(name, "gauge", labels, "database", gauge.help)


ROWS = list(rows())


def used(expression: str) -> set[str]:
    """The names of numbers in an expression of Prometheus."""
    return set(re.findall(r"walkback_[a-z_]+", expression))


@pytest.mark.parametrize("row", [row for _, _, row in ROWS], ids=[name for name, _, _ in ROWS])
def test_a_number_is_explained_as_the_program_explains_it(row: str) -> None:
    assert row in (DOCS / "operating.md").read_text("utf-8").splitlines()


def test_no_number_is_promised_that_is_not_there() -> None:
    shown = set(re.findall(r"^\| `(walkback_[a-z_]+)` \|", (DOCS / "operating.md").read_text("utf-8"), re.MULTILINE))
    assert shown == {name for name, _, _ in ROWS}


def test_names_are_as_prometheus_has_them() -> None:
    for name, kind, _ in ROWS:
        assert re.fullmatch(r"walkback(_[a-z]+)+", name)
        assert (kind == "counter") == name.endswith("_total")
        assert kind != "histogram" or name.endswith("_seconds")


def test_every_number_in_the_rules_exists() -> None:
    known = {f"{name}{suffix}" for name, kind, _ in ROWS for suffix in SUFFIXES[kind]}
    rules = [rule for group in RULES["groups"] for rule in group["rules"]]
    assert len(rules) >= 5
    for rule in rules:
        assert used(rule["expr"]), rule
        assert used(rule["expr"]) <= known, rule
        assert rule["annotations"]["summary"]


def test_a_number_that_there_is_not_is_found() -> None:
    assert used("rate(walkback_nothing_total[5m]) > 1") == {"walkback_nothing_total"}
