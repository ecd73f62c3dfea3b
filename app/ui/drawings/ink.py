"""What each thing of a drawing is painted with: classes in a page, fixed colours in a picture to download."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Theme(StrEnum):
    """Which colours a downloaded picture has. In a page the reader's own choice decides."""

    LIGHT = "light"
    DARK = "dark"


COLOURS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "paper": ("#fbfaf7", "#15171a"),
        "ink": ("#1b1f24", "#e8edf2"),
        "muted": ("#57606a", "#a3adb8"),
        "line": ("#d0d7de", "#39424d"),
        "said": ("#57708f", "#8ba6c7"),
        "first": ("#0b62b0", "#6cb6ff"),
        "cosmetic": ("#6e7781", "#a3adb8"),
        "minor": ("#8a6100", "#e0b040"),
        "substantive": ("#b54708", "#f5944b"),
        "major": ("#c4240f", "#ff8577"),
        "removed": ("#a40e26", "#ff7b86"),
        "restored": ("#1a7f37", "#56d364"),
        "moved": ("#7431b8", "#c79bff"),
        "gap": ("#7d8590", "#7d8590"),
    }
)
"""Name → (on light paper, on dark paper). Text keeps 4.5 : 1 and signs 3 : 1 on both; a test holds it."""

_LEVELS = ("cosmetic", "minor", "substantive", "major")
_FILLS = (*_LEVELS, "first", "removed", "restored", "moved", "said", "line", "paper")

PAINTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        **{f"fill-{name}": {"fill": name} for name in _FILLS},
        **{f"pen-{name}": {"fill": "none", "stroke": name, "stroke-width": "2"} for name in ("muted", "restored")},
        **{f"lane-{name}": {"fill": "none", "stroke": name, "stroke-width": "7"} for name in ("said", *_LEVELS)},
        "sign": {"fill": "none", "stroke": "paper", "stroke-width": "2", "stroke-linecap": "round"},
        "hair": {"fill": "none", "stroke": "line", "stroke-width": "1"},
        "lane-gone": {"fill": "none", "stroke": "removed", "stroke-width": "1.5", "stroke-dasharray": "2 5"},
        "hatch": {"fill": "none", "stroke": "gap", "stroke-dasharray": "1.2 4.8"},
    }
)
"""Class → the presentation attributes that it stands for, colours by name."""

TEXTS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "text": {"fill": "ink", "font-size": "13"},
        "text-strong": {"fill": "ink", "font-size": "13", "font-weight": "700"},
        "text-small": {"fill": "muted", "font-size": "11"},
        "text-head": {"fill": "ink", "font-size": "18", "font-weight": "700"},
        "text-sign": {"fill": "paper", "font-size": "11", "font-weight": "700"},
        "text-out": {"fill": "removed", "font-size": "13", "text-decoration": "line-through"},
        "text-in": {"fill": "restored", "font-size": "13", "font-weight": "700", "text-decoration": "underline"},
        "text-gone": {"fill": "removed", "font-size": "13", "font-weight": "700"},
        "text-altered": {"fill": "substantive", "font-size": "13", "font-weight": "700"},
    }
)
FAMILY = "Open Sans, Noto Sans Arabic, Noto Sans, Segoe UI, Helvetica, Arial, sans-serif"
ALL: Mapping[str, Mapping[str, str]] = MappingProxyType({**PAINTS, **TEXTS})


def colour(name: str, theme: Theme) -> str:
    """A colour by its name; what is no name (``none``, a width) is itself."""
    pair = COLOURS.get(name)
    return name if pair is None else pair[theme is Theme.DARK]


def attributes(paint: str, theme: Theme) -> dict[str, str]:
    """The fixed presentation attributes of a class."""
    return {name: colour(value, theme) for name, value in ALL[paint].items()}


def stylesheet() -> str:
    """The rules of every class, for pages: ``app/ui/static/drawings.css`` is this text."""
    both = (f"  --draw-{name}: light-dark({light}, {dark});" for name, (light, dark) in COLOURS.items())
    rules = ["/* Made by app/ui/drawings/ink.py. */", ":root {", *both, "}", ".drawing { display: block; }"]
    for paint, wanted in ALL.items():
        said = "; ".join(f"{name}: {_css(name, value)}" for name, value in wanted.items())
        rules.append(f".d-{paint} {{ {said}; }}")
    return "\n".join(rules) + "\n"


def _css(name: str, value: str) -> str:
    if value in COLOURS:
        return f"var(--draw-{value})"
    return f"{value}px" if name == "font-size" else value
