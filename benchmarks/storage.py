"""How many bytes a version, its page and an unchanged check take, beside a git repository of the same chains.

Ours is a new SQLite file, filled by the program's own storage and measured page by page, with the indexes. Git has one
commit for each version, and for each check an empty one, packed by ``git gc --aggressive``; its index is counted too.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from benchmarks.schedule_chains import CORPORA
from benchmarks.storage_git import packed_chains, packed_checks
from benchmarks.storage_record import Stored, read_chains, store

EXAMPLE = "python -m benchmarks storage FOLDER"


def stored_table(name: str, ours: Stored, git_bytes: int, git_check_bytes: float) -> Table:
    """Bytes of each kind of row, of which in indexes, and beside git, which has all of them in ``git_bytes``."""
    title = f"{name}: {ours.chains} chains, {ours.versions} versions of {ours.text_bytes / ours.versions:,.0f} bytes"
    shown = Table(title=title, box=box.SIMPLE_HEAD)
    for heading in ("for each", "bytes", "of it indexes", "git", "of git"):
        shown.add_column(heading, justify="left" if heading == "for each" else "right")
    for kind, size, git in (
        ("different page (capture)", ours.capture, git_bytes / ours.pages),
        ("version: text, headers, hashes", ours.version, git_bytes / ours.versions),
        ("unchanged check, its first day", ours.check, git_check_bytes),
        ("unchanged check, in a pack", ours.old_check, git_check_bytes),
    ):
        shown.add_row(kind, f"{size.whole:,.0f}", f"{size.indexes:,.0f}", f"{git:,.0f}", f"{size.whole / git:.2f}")
    return shown


def together_table(found: Sequence[tuple[Stored, int]]) -> Table:
    """The pages and the versions of all chains, and what git takes for them."""
    shown = Table(title="all together", box=box.SIMPLE_HEAD)
    for heading in ("all", "how many", "MB", "git", "of git"):
        shown.add_column(heading, justify="left" if heading == "all" else "right")
    git = sum(git_bytes for _, git_bytes in found)
    for kind, count, ours in (
        ("different pages", sum(one.pages for one, _ in found), sum(one.capture.whole * one.pages for one, _ in found)),
        ("versions", sum(one.versions for one, _ in found), sum(one.version.whole * one.versions for one, _ in found)),
    ):
        shown.add_row(kind, f"{count:,}", f"{ours / 1e6:.2f}", f"{git / 1e6:.2f}", f"{ours / git:.2f}")
    return shown


def main(given: Sequence[str] | None = None) -> int:
    """Store the chains of a folder both ways and print the bytes; 1 where there are none, or no git."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0], epilog=f"example: {EXAMPLE}")
    parser.add_argument("folder", type=Path, help="with version chains: " + ", ".join(CORPORA))
    parser.add_argument("--checks", type=int, default=20_000, help="how many unchanged checks are kept")
    options = parser.parse_args(given)
    found = [name for name in CORPORA if (options.folder / f"{name}.jsonl.gz").is_file()]
    if not found:
        where = "holds none" if options.folder.is_dir() else "is no folder"
        print(f"No version chains: {options.folder} {where}. Looked for: {', '.join(CORPORA)}.", file=sys.stderr)
        return 1
    if options.checks < 1:
        parser.error("--checks must be at least 1")
    if shutil.which("git") is None:
        print("There is no git here to be measured beside.", file=sys.stderr)
        return 1
    try:
        _measure(options.folder, found, options.checks)
    except subprocess.CalledProcessError as error:
        print(f"git failed: {error}", file=sys.stderr)
        return 1
    return 0


def _measure(folder: Path, names: Sequence[str], checks: int) -> None:
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as place:
        git_check = packed_checks(Path(place) / "checks.git", checks) / checks
    found = []
    for name in names:
        chains = read_chains(folder, name)
        with tempfile.TemporaryDirectory() as place:
            ours = store(Path(place) / "walkback.db", chains, checks=checks)
            git = packed_chains(Path(place) / "chains.git", chains)
        console.print(stored_table(name, ours, git, git_check))
        found.append((ours, git))
    console.print(together_table(found))
