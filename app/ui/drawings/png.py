"""A drawing as a PNG, with letters that come along: Latin, Cyrillic, Greek, Hebrew and Arabic are the same anywhere."""

from functools import cache
from importlib.resources import as_file, files

import resvg_py

from app.ui.drawings.ink import FAMILY

FONTS = (
    ("fontpkg_open_sans", "OpenSans[wdth,wght].ttf"),
    ("fontpkg_noto_sans_arabic", "NotoSansArabic[wdth,wght].ttf"),
)
SCALE = 2.0
MOST_PIXELS_WIDE = 4000


def as_png(svg: str, *, width: float) -> bytes:
    """A drawing that stands alone, twice its size where that is not too wide.

    No font of this machine is used, no address is followed, and no file is read but the fonts.
    """
    return resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=min(SCALE, MOST_PIXELS_WIDE / max(width, 1.0)),
        skip_system_fonts=True,
        font_files=list(font_files()),
        font_family=FAMILY.partition(",")[0],
        sans_serif_family=FAMILY.partition(",")[0],
    )


@cache
def font_files() -> tuple[str, ...]:
    """Where the fonts are; they are packages, and so lie in folders as they are."""
    paths = []
    for package, name in FONTS:
        with as_file(files(package) / "files" / name) as path:
            paths.append(str(path))
    return tuple(paths)
