"""Which browser somebody signed in from, in words that they know it by: “Firefox, Windows”."""

import re
from typing import Final

PROGRAMS: Final = (
    (re.compile(r"\bEdgA?/"), "Edge"),
    (re.compile(r"\bOPR/"), "Opera"),
    (re.compile(r"\bSamsungBrowser/"), "Samsung Internet"),
    (re.compile(r"\b(?:Firefox|FxiOS)/"), "Firefox"),
    (re.compile(r"\b(?:Chrome|HeadlessChrome|CriOS|Chromium)/"), "Chrome"),
    (re.compile(r"\bVersion/[\d.]+ .*Safari/"), "Safari"),
)
"""In this order: most of them also name others."""
SYSTEMS: Final = (
    (re.compile(r"\bAndroid\b"), "Android"),
    (re.compile(r"\biPhone\b"), "iPhone"),
    (re.compile(r"\biPad\b"), "iPad"),
    (re.compile(r"\bWindows\b"), "Windows"),
    (re.compile(r"\bMac OS X\b"), "macOS"),
    (re.compile(r"\bCrOS\b"), "ChromeOS"),
    (re.compile(r"\bLinux\b"), "Linux"),
)
LONGEST: Final = 1_000


def browser_of(user_agent: str) -> str:
    """The names that we know of the program and the machine; nothing else of the header is kept."""
    told = user_agent[:LONGEST]
    found = (next((name for sign, name in known if sign.search(told)), "") for known in (PROGRAMS, SYSTEMS))
    return ", ".join(name for name in found if name)
