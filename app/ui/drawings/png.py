"""A drawing as a PNG, with letters that come along: Latin, Cyrillic, Greek, Hebrew and Arabic are the same anywhere."""

import re
from functools import cache
from importlib.resources import as_file, files
from math import sqrt

import resvg_py

from app.ui.drawings.ink import FAMILY

FONTS = (
    ("fontpkg_open_sans", "OpenSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
)
SCALE = 2.0
MOST_PIXELS = 1_000_000
"""So many are drawn at most, which takes a tenth of a second; most of it goes into the letters and into packing."""
SIZE = re.compile(r'<svg[^>]* width="([\d.]+)" height="([\d.]+)"')


def as_png(svg: str) -> bytes:
    """A drawing that stands alone, twice its size where that is not too large.

    No font of this machine is used, no address is followed, and no file is read but the fonts.
    """
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=_zoom_of(svg),
        skip_system_fonts=True,
        font_files=list(font_files()),
        font_family=FAMILY.partition(",")[0],
        sans_serif_family=FAMILY.partition(",")[0],
    )


def _zoom_of(svg: str) -> float:
    size = SIZE.match(svg)
    pixels = float(size[1]) * float(size[2]) if size else 0.0
    return min(SCALE, sqrt(MOST_PIXELS / pixels)) if pixels else SCALE


@cache
def font_files() -> tuple[str, ...]:
    """Where the fonts are; they are packages, and so lie in folders as they are."""
    paths = []
    for package, name in FONTS:
        with as_file(files(package) / "files" / name) as path:
            paths.append(str(path))
    return tuple(paths)
