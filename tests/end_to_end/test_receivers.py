"""The receivers that the README shows are run as they stand there, and hear a real alert."""

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from app.delivery.signature import Genuine, new_secret, sign, verify
from app.wiring.newsroom import system_clock

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")
SECRET = new_secret()
ALERT = {"type": "test", "id": "0194407e-0f2c-7000-8000-000000000001", "headline": "A test of “desk”"}
BODY = json.dumps(ALERT, ensure_ascii=False).encode()

needs_openssl = pytest.mark.skipif(
    not all(map(shutil.which, ("openssl", "curl", "od", "sh"))), reason="openssl or curl is not on this machine"
)


def shown(kind: str, beginning: str) -> str:
    """The code of the README in a language, by how it begins."""
    [found] = [code for code in re.findall(rf"```{kind}\n(.*?)```", README, re.DOTALL) if code.startswith(beginning)]
    return found


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """The receiver of the README, listening on a free port."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    for name, value in (("SECRET", SECRET), ("PORT", str(port)), ("PYTHONIOENCODING", "utf-8")):
        monkeypatch.setenv(name, value)
    process = subprocess.Popen(
        [sys.executable, "-c", shown("python", "import json")],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    for _ in range(1_000):
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            with pytest.raises(subprocess.TimeoutExpired):  # it has not ended; it only does not listen yet
                process.wait(timeout=0.02)
    yield process, port
    process.kill()
    process.wait()
    assert process.stdout is not None
    process.stdout.close()


def first_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().strip()


def test_the_receiver_in_python_takes_what_we_sign_and_nothing_else(
    receiver: tuple[subprocess.Popen[str], int],
) -> None:
    process, port = receiver

    def send(*keys: str, age: float = 0) -> int:
        headers = sign(ALERT["id"], int(system_clock().timestamp() - age), BODY, keys)
        return httpx2.post(f"http://127.0.0.1:{port}/", content=BODY, headers=headers, trust_env=False).status_code

    assert send(new_secret()) == 401
    assert send(SECRET, age=600) == 401
    assert send(SECRET) == 204
    assert send(SECRET) == 204
    assert send(new_secret(), SECRET) == 204
    process.kill()
    assert process.stdout is not None
    assert process.stdout.read().splitlines() == [ALERT["headline"]]


@needs_openssl
def test_a_signature_by_hand_is_taken_by_the_receiver_and_by_us(
    receiver: tuple[subprocess.Popen[str], int], tmp_path: Path
) -> None:
    process, _ = receiver
    (tmp_path / "alert.json").write_bytes(BODY)
    script = shown("sh", "ID=") + '\nprintf "\\n%s %s %s" "$ID" "$TIMESTAMP" "v1,$SIGNATURE"'
    ran = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert " 204 " in ran.stdout.splitlines()[0]
    assert first_line(process) == ALERT["headline"]
    message_id, timestamp, signature = ran.stdout.splitlines()[-1].split()
    headers = {"webhook-id": message_id, "webhook-timestamp": timestamp, "webhook-signature": signature}
    assert isinstance(verify(headers, BODY, [SECRET], now=system_clock()), Genuine)
