"""The same chains in a git repository: a commit for each version, packed as tightly as git can."""

import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

GIT = "git"
COMMITTER = "committer a <a@example.org> {at} +0000\n"


def packed_chains(folder: Path, chains: Sequence[Sequence[str]]) -> int:
    """Bytes of the packs and their indexes, with every version of every chain committed in turn."""
    return _packed(folder, _commits(chains))


def packed_checks(folder: Path, count: int) -> int:
    """The same of so many commits that change nothing."""
    return _packed(folder, (_commit(number) for number in range(count)))


def _commits(chains: Sequence[Sequence[str]]) -> Iterator[bytes]:
    number = 0
    for place, chain in enumerate(chains):
        for text in chain:
            body = text.encode()
            yield _commit(number) + f"M 644 inline {place}.txt\ndata {len(body)}\n".encode() + body + b"\n"
            number += 1


def _commit(number: int) -> bytes:
    at = 1_600_000_000 + 300 * number
    return f"commit refs/heads/main\n{COMMITTER.format(at=at)}data 0\n".encode()


def _packed(folder: Path, commits: Iterable[bytes]) -> int:
    subprocess.run([GIT, "init", "-q", "--bare", str(folder)], check=True)
    subprocess.run([GIT, "-C", str(folder), "fast-import", "--quiet"], check=True, input=b"".join(commits))
    subprocess.run([GIT, "-C", str(folder), "gc", "-q", "--aggressive", "--prune=now"], check=True)
    return sum(file.stat().st_size for file in (folder / "objects" / "pack").iterdir() if file.suffix != ".bitmap")
