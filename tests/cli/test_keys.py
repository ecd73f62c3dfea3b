"""Keys, typed: made and shown once, listed by their first characters, revoked."""

from typing import Any

from app.api.keys import Keys, KeyTold, KeyWithSecret


def test_a_key_is_shown_once_and_listed_by_its_beginning(on_each: Any) -> None:
    made = on_each("key", "create", "newsroom", "--scope", "write", "--expires", "90d")
    secret = made.out.strip()
    assert secret.startswith("wbk_")
    assert "only this once" in made.err
    listed = on_each("key", "list")
    assert secret[:12] in listed.out
    assert secret not in listed.out
    assert "until" in listed.out


def test_json_is_that_of_the_interface(has_shape: Any, run: Any) -> None:
    made = run("key", "create", "newsroom", "--json").json
    has_shape(KeyWithSecret, made)
    listed = run("key", "list", "--json").json
    has_shape(Keys, listed)
    revoked = run("key", "revoke", made["id"][-6:], "--json").json
    assert KeyTold.model_validate(revoked).revoked_at is not None


def test_a_key_is_rotated_and_the_old_one_ends_a_little_later(has_shape: Any, on_each: Any) -> None:
    old = on_each("key", "create", "desk", "--scope", "write", "--expires", "90d", "--json").json
    made = on_each("key", "rotate", old["id"][-8:], "--overlap", "2h")
    assert made.out.strip().startswith("wbk_")
    assert made.out.strip() != old["key"]
    assert "until" in made.err
    listed = {key["id"]: key for key in on_each("key", "list", "--json").json["items"]}
    assert [listed[old["id"]]["state"], len(listed)] == ["ending", 2]
    assert "ends soon" in on_each("key", "list").out
    again = on_each("key", "rotate", old["id"][-8:], "--overlap", "0s", "--json").json
    has_shape(KeyWithSecret, again)
    assert on_each("key", "rotate", old["id"][-8:]).code == 4
    assert on_each("key", "rotate", again["id"][-8:], "--overlap", "31d").code == 2


def test_a_revoked_key_is_listed_as_such(run: Any) -> None:
    run("key", "create", "newsroom")
    key = run("key", "list", "--json").json["items"][0]["id"]
    assert "opens nothing any more" in run("key", "revoke", key[-8:]).out
    assert "revoked" in run("key", "list").out


def test_a_key_that_cannot_be_is_refused(run: Any) -> None:
    assert run("key", "create", "  ").code == 2
    assert run("key", "create", "x", "--expires", "0").code == 2
    assert run("key", "create", "x", "--scope", "god").code == 2
    assert run("key", "revoke", "abcdef12").code == 3
