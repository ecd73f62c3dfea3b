"""Who changed what, typed."""

import getpass
from typing import Any

from app.api.audit import AuditEntries


def test_what_was_done_at_the_command_line_names_the_account(on_each: Any) -> None:
    on_each("key", "create", "newsroom")
    told = on_each("audit").out
    assert "key.made" in told
    assert f"{getpass.getuser()} (command line)" in told
    assert 'scope: "read"' in told
    key = on_each("key", "list", "--json").json["items"][0]["id"]
    on_each("key", "revoke", key[-8:])
    assert "key.revoked" in on_each("audit").out


def test_json_is_that_of_the_interface(has_shape: Any, run: Any) -> None:
    assert "Nobody has changed anything yet" in (run("migrate"), run("audit"))[1].err
    run("key", "create", "newsroom")
    has_shape(AuditEntries, run("audit", "--json").json)
    assert run("audit", "--act", "watch.added", "--json").json["items"] == []


def test_bad_wishes_are_refused(run: Any) -> None:
    run("migrate")
    assert run("audit", "--act", "watch.eaten").code == 2
    assert run("audit", "--since", "yesterday-ish").code == 2
