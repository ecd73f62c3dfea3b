"""Ask an index of advisories whether a pinned package has a known weakness; say clearly where none can be asked.

    python scripts/advisories.py PIP_AUDIT LOCK_FILE

Exit code 0: none known, or nobody to ask; 1: at least one is known; 2: the tool itself failed.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any


def verdict(report: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[int, str]:
    """The exit code and what to say of a report in pip-audit's JSON form."""
    packages = report["dependencies"]
    asked = [one for one in packages if "skip_reason" not in one]
    weak = [one for one in asked if one["vulns"]]
    if not asked:
        return 0, f"audit: SKIPPED, no index of advisories knows any of the {len(packages)} packages from here"
    lines = [
        f"audit: {one['name']} {one['version']}: {found['id']}, mended in {_list(found['fix_versions'])}"
        for one in weak
        for found in one["vulns"]
    ]
    left_out = len(packages) - len(asked)
    lines.append(
        f"audit: {len(asked)} packages asked about, {len(weak)} with a known weakness"
        + (f"; {left_out} could not be asked about" if left_out else "")
    )
    return (1 if weak else 0), "\n".join(lines)


def _list(versions: Sequence[str]) -> str:
    return ", ".join(versions) or "no version yet"


def main(arguments: Sequence[str]) -> int:
    """Run the tool and say what it found."""
    if len(arguments) != 2:
        print((__doc__ or "").strip(), file=sys.stderr)
        return 2
    tool, lock = arguments
    command = [tool, "-r", lock, "--require-hashes", "--disable-pip", "--progress-spinner", "off", "-f", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        code, told = verdict(json.loads(done.stdout))
    except (json.JSONDecodeError, KeyError):
        lines = done.stderr.strip().splitlines()
        if "ConnectionError" in done.stderr or "ServiceError" in done.stderr:
            print("audit: SKIPPED, no index of advisories can be reached from here")
            return 0
        print(f"audit: the tool failed: {lines[-1] if lines else 'without a word'}", file=sys.stderr)
        return 2
    print(told)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
