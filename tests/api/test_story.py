"""The story of an edit, asked for over HTTP from its first to its last detail."""

from typing import Any

import pytest


@pytest.fixture
def ask(client: Any) -> Any:
    def get(path: str, **query: Any) -> Any:
        answer = client.get(path, params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()

    return get


def test_the_statement_stands_in_the_list_and_by_itself_with_its_wording(ask: Any, story: Any):
    (listed,) = ask("/v1/statements", watch_id=story.watch_id)["items"]
    alone = ask(f"/v1/statements/{story.statement_id}")
    assert listed == {key: value for key, value in alone.items() if key not in ("wording", "flapping", "next_check")}
    assert alone["next_check"]["reason"].startswith("edited ")
    assert alone["version_count"] == 2
    assert "combat operations" in alone["wording"]["text"]


def test_every_wording_is_there_in_order(ask: Any, story: Any):
    versions = ask(f"/v1/statements/{story.statement_id}/versions")["items"]
    assert [version["number"] for version in versions] == [1, 2]
    assert "new offensive" in ask(f"/v1/statements/{story.statement_id}/versions/1")["text"]


def test_the_bytes_are_a_download_and_never_a_page(client: Any, story: Any):
    answer = client.get(f"/v1/statements/{story.statement_id}/versions/1/capture")
    assert b"new offensive" in answer.content
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert answer.headers["x-captured-content-type"] == "text/html"


def test_the_wording_at_an_instant_is_the_one_seen_then(ask: Any, client: Any, story: Any):
    path = f"/v1/statements/{story.statement_id}/at"
    first, second = ask(f"/v1/statements/{story.statement_id}/versions")["items"]
    then = ask(path, time=first["first_seen_at"])
    assert (then["wording"]["number"], then["seen_at_or_after"]) == (1, True)
    between = ask(path, time=second["first_seen_at"].replace("Z", "-00:30"))
    assert between["wording"]["number"] == 2
    assert client.get(path, params={"time": "2001-01-01T00:00:00Z"}).status_code == 404


@pytest.mark.parametrize(
    ("style", "shown"),
    [
        ("html", "<del>new offensive</del><ins>combat</ins>"),
        ("markdown", "~~new offensive~~**combat**"),
        ("unified", "-Our forces began new offensive"),
    ],
)
def test_the_difference_is_written_as_asked(ask: Any, story: Any, style: str, shown: str):
    told = ask(f"/v1/statements/{story.statement_id}/diff", format=style)
    assert shown in told["text"]
    assert told["spans"] is None


def test_the_difference_names_versions_by_number_or_by_word(ask: Any, story: Any):
    path = f"/v1/statements/{story.statement_id}/diff"
    by_word = ask(path, **{"from": "previous", "to": "latest"})
    by_number = ask(path, **{"from": "1", "to": "2"})
    assert by_word == by_number
    assert "".join(one["text"] for one in by_word["spans"] if one["kind"] != "insert").startswith(
        "Our forces began new"
    )
    backwards = ask(path, **{"from": "latest", "to": "1"})
    assert (backwards["before"]["number"], backwards["after"]["number"]) == (2, 1)


def test_there_is_no_version_before_the_first(client: Any, story: Any):
    answer = client.get(f"/v1/statements/{story.statement_id}/diff", params={"from": "previous", "to": "1"})
    assert answer.status_code == 404


def test_the_edit_has_its_interval_its_claims_its_pin_and_its_flag(ask: Any, story: Any):
    (listed,) = ask("/v1/edits", pin_id=story.pin_id, since="2025-01-07T00:00:00Z")["items"]
    edit = ask(f"/v1/edits/{story.edit_id}")
    assert listed == {key: value for key, value in edit.items() if key not in ("claims", "flags")}
    assert edit["interval"]["last_seen_unchanged_at"] < edit["interval"]["first_seen_changed_at"]
    assert edit["second_look"] == "confirmed"
    assert [pin["event"] for pin in edit["pins"]] == ["phrase_removed"]
    (change,) = edit["claims"]
    assert (change["action"], change["pins"]) == ("edited", [story.pin_id])
    assert "wording" in change["facets"]
    assert [flag["id"] for flag in edit["flags"]] == [story.flag_id]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"level": "major"}, 1),
        ({"level": ["minor", "cosmetic"]}, 0),
        ({"action": "edited"}, 1),
        ({"action": "added"}, 0),
        ({"facet": "wording", "action": "edited"}, 1),
        ({"facet": "quantity"}, 0),
        ({"since": "2030-01-01T00:00:00Z"}, 0),
        ({"pin_id": "01944004-7d00-7000-8000-000000000001"}, 0),
    ],
)
def test_edits_are_filtered(ask: Any, story: Any, query: dict[str, Any], count: int):
    assert len(ask("/v1/edits", **query)["items"]) == count


def test_a_claim_has_a_life(ask: Any, story: Any):
    claims = ask("/v1/claims", statement_id=story.statement_id)["items"]
    assert [claim["number"] for claim in claims] == [1, 2]
    life = ask(f"/v1/claims/{story.claim_id}")
    assert life["standing"] is True
    (step,) = life["life"]
    assert (step["edit_id"], step["change"]["action"]) == (story.edit_id, "edited")
    assert ask("/v1/claims", standing="false")["items"] == []


def test_checks_and_gaps_are_part_of_the_record(ask: Any, story: Any):
    outcomes = [one["outcome"] for one in ask(f"/v1/statements/{story.statement_id}/observations")["items"]]
    assert outcomes == ["unchanged", "blocked", "unchanged", "edited", "first_seen"]
    visits = ask("/v1/visits", watch_id=story.watch_id)["items"]
    assert [one["outcome"] for one in visits] == ["read", "blocked", "read", "read", "read"]
    gaps = ask("/v1/gaps", watch_id=story.watch_id)["items"]
    assert [gap["of"] for gap in gaps if gap["closed_at"]] == ["watch", "service"], "for hours nobody looked"
    assert ask(f"/v1/statements/{story.statement_id}/gaps")["items"] == gaps


def test_the_timeline_tells_it_all_in_order(ask: Any, story: Any):
    entries = ask(f"/v1/statements/{story.statement_id}/timeline")["items"]
    told = [entry["what"] for entry in entries]
    assert [what for what in told if not what.startswith("gap_")] == ["published", "first_seen", "edited", "last_seen"]
    assert told.count("gap_opened") == told.count("gap_closed") == 2
    (edited,) = [entry for entry in entries if entry["what"] == "edited"]
    assert edited["not_before"] < edited["at"]
    assert edited["edit_id"] == story.edit_id


def test_the_event_is_in_the_feed_as_the_webhook_carries_it(ask: Any, client: Any, story: Any):
    feed = ask("/v1/events", type="statement.edited")["items"]
    (event,) = feed
    body = client.get(f"/v1/events/{event['id']}")
    assert body.json() == event["body"]
    assert event["body"]["edit"]["id"] == story.edit_id
    assert body.headers["etag"]


def test_the_alert_is_owed_with_its_tries_and_can_be_sent_again(ask: Any, client: Any, story: Any):
    owed = ask("/v1/alerts", destination_id=story.destination_id, state="pending")["items"]
    assert story.alert_id in [alert["id"] for alert in owed]
    (tried,) = ask(f"/v1/alerts/{story.alert_id}/deliveries")["items"]
    assert (tried["http_status"], tried["answer"]) == (500, "oops")
    again = client.post(f"/v1/alerts/{story.alert_id}/replay")
    assert (again.status_code, again.json()["id"]) == (202, story.alert_id)


def test_what_is_not_there_is_not_found(client: Any, story: Any):
    nowhere = "01944004-7d00-7000-8000-000000000001"
    for path in (
        *("watches", "statements", "edits", "claims", "pins", "flags", "destinations", "alerts", "events", "keys"),
    ):
        answer = client.get(f"/v1/{path}/{nowhere}")
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:walkback:problem:not-found"), path
    assert client.get(f"/v1/statements/{story.statement_id}/versions/9").status_code == 404
