"""What a process counts: each check, find, request and delivery once, with few labels and in seconds."""

from dataclasses import replace
from datetime import timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.demo.receiver import Receiver
from app.demo.serving import serving
from app.domain.observations import Outcome, VisitOutcome
from app.domain.service import Amount
from app.domain.watches import WatchDraft
from app.pipeline import poll
from app.pipeline.deliver import deliver_once
from app.pipeline.meter import Meter
from app.pipeline.watchlist import add_watch
from app.storage import edits, stock
from app.storage.identity import new_id

pytestmark = pytest.mark.anyio

FIRST = "The ministry will pay every family {} euros in March, the minister said on Tuesday in the capital."


def numbers(meter):
    """Every sample by its name and labels."""
    return {
        (sample.name.removeprefix("walkback_"), *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(meter.text().decode())
        for sample in family.samples
    }


async def test_a_check_an_edit_and_its_delivery_are_counted_once_each(newsroom, site, release, later, add_destination):
    made = Receiver(newsroom.clock, secret="whsec_" + "QUFB" * 10)
    async with serving(made.application()) as url:
        add_destination("desk", url=f"{url}/alerts")
        add_destination("nobody", url="http://127.0.0.1:9/alerts")
        site.pages["/release"] = release(FIRST.format(500))
        add_watch(newsroom, WatchDraft(f"{site.url}/release"))
        await later(0)
        site.pages["/release"] = release(FIRST.format(50))
        await later(330)
        await deliver_once(newsroom)
    found = numbers(newsroom.meter)
    assert found["visits_total", "read"] == 2
    assert found["observations_total", "first_seen"] == 1
    assert found["observations_total", "edited"] == 1
    assert (found["detection_delay_seconds_count",], found["detection_delay_seconds_sum",]) == (
        1,
        pytest.approx(330, abs=1),
    )
    assert found["fetches_total", "2xx", "127.0.0.1"] == 2
    assert found["fetches_total", "4xx", "127.0.0.1"] == 1  # robots.txt
    assert found["check_lag_seconds_count",] == 2
    assert found["check_lag_seconds_bucket", "60.0"] == 1, "the second look was due long before anybody made it"
    assert found["check_seconds_count",] == 2
    assert found["checks_in_hand",] == 0
    assert found["deliveries_total", "delivered"] == 1
    assert found["deliveries_total", "no_answer"] == 1


@pytest.mark.parametrize("other", [{"is_technical": True}, {"is_archived": True}], ids=["our rules", "an archive"])
async def test_what_no_publisher_did_before_our_eyes_is_no_detection(newsroom, site, release, later, record, other):
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    for euros in (500, 50):
        site.pages["/release"] = release(FIRST.format(euros))
        await later(330)
    (seen,) = record.edits()
    with newsroom.database.write() as conn:
        edits.add_edit(conn, replace(seen, id=new_id(), first_seen_changed_at=newsroom.clock(), **other), ())
    assert numbers(newsroom.meter)["detection_delay_seconds_count",] == 1
    with newsroom.database.read() as conn:
        assert stock.count_edits(conn, since=newsroom.clock() - timedelta(hours=1)) == Amount(1)
        assert stock.find_last_edit(conn).edit_id == seen.id


async def test_a_lost_lease_is_counted_and_what_was_undone_is_not(newsroom, site, release, clock):
    site.pages["/release"] = release(FIRST.format(500))
    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    (slow,) = poll.take_duties(newsroom, limit=1)
    clock.move(newsroom.rules.lease_seconds + 1)
    assert len(poll.take_duties(newsroom, limit=1)) == 1
    await poll.do_duty(newsroom, slow)
    found = numbers(newsroom.meter)
    assert found["lease_losses_total", "check"] == 1
    assert not [name for name in found if name[0] == "visits_total" and found[name]]


async def test_a_check_that_failed_of_our_own_mistake_is_in_nobodys_hand(newsroom, site, monkeypatch):
    async def stumble(*_args):
        raise ZeroDivisionError

    add_watch(newsroom, WatchDraft(f"{site.url}/release"))
    (duty,) = poll.take_duties(newsroom, limit=1)
    monkeypatch.setattr(poll, "look", stumble)
    with pytest.raises(ZeroDivisionError):
        await poll.do_duty(newsroom, duty)
    assert numbers(newsroom.meter)["checks_in_hand",] == 0


def test_answers_are_told_apart_by_their_class_and_unheard_ones_are_none():
    meter = Meter()
    for status in (200, 204, 304, 404, 429, 503, None):
        meter.note_answer("example.org", status)
    found = {name[1]: value for name, value in numbers(meter).items() if name[0] == "fetches_total"}
    assert found == {"2xx": 2, "304": 1, "4xx": 1, "429": 1, "5xx": 1, "none": 1}


def test_a_site_that_lost_its_name_leaves_nothing_behind():
    meter = Meter()
    meter._hosts = replace_limits(meter._hosts, most=1, settle_every=3)
    for host in ("quiet.example", "busy.example", "busy.example", "busy.example"):
        meter.note_answer(host, 200)
    found = {name[1:]: value for name, value in numbers(meter).items() if name[0] == "fetches_total"}
    assert found == {("2xx", "other"): 1, ("2xx", "busy.example"): 2}


def replace_limits(hosts, *, most, settle_every):
    hosts._most, hosts._settle_every = most, settle_every
    return hosts


async def test_each_newsroom_counts_for_itself(newsroom):
    other = replace(newsroom, meter=Meter())
    other.meter.note_lease_lost("check")
    assert numbers(newsroom.meter)["lease_losses_total", "check"] == 0


def test_every_series_is_there_before_its_first_count():
    """Of a series that appears with its first count, Prometheus sees no increase, so not the first."""
    found = numbers(Meter())
    assert {key[1:] for key in found if key[0] == "lease_losses_total"} == {("alert",), ("check",), ("edit",)}
    assert {key[1] for key in found if key[0] == "deliveries_total"} == {"delivered", "rejected", "no_answer"}
    assert {key[1] for key in found if key[0] == "visits_total"} == set(VisitOutcome)
    assert {key[1] for key in found if key[0] == "observations_total"} == set(Outcome)
    assert not any(found[key] for key in found if key[0].endswith("_total") and key[0] != "process_cpu_seconds_total")
