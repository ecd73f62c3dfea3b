"""The busiest sites are named, all others counted as one, and no count ever goes backwards."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.busiest import OTHER, BusiestHosts


def test_while_there_is_room_every_site_is_named() -> None:
    hosts = BusiestHosts(lambda host: None, most=3)
    assert [hosts.name_of(host) for host in ("a", "b", "c", "d", "a")] == ["a", "b", "c", OTHER, "a"]


def test_a_site_that_became_busier_takes_the_place_of_a_quiet_one() -> None:
    forgotten: list[str] = []
    hosts = BusiestHosts(forgotten.append, most=2, settle_every=10)
    told = [hosts.name_of(host) for host in ["quiet", "steady"] + ["new"] * 5 + ["steady"] * 3]
    assert told[2:7] == [OTHER] * 5
    assert forgotten == ["quiet"]
    assert [hosts.name_of(host) for host in ("quiet", "steady", "new")] == [OTHER, "steady", "new"]


def test_what_was_busy_once_is_forgotten_with_time() -> None:
    hosts = BusiestHosts(lambda host: None, most=1, settle_every=4)
    for host in ["old"] * 8 + ["new"] * 12:
        hosts.name_of(host)
    assert hosts.name_of("new") == "new"
    assert hosts.name_of("old") == OTHER


def test_a_site_that_was_given_a_name_and_never_asked_again_is_not_forgotten_as_counted() -> None:
    """It was given the name for requests that had counted as other: under its own name there is nothing to forget."""
    forgotten: list[str] = []
    hosts = BusiestHosts(forgotten.append, most=1, settle_every=6)
    for host in ["first", "named", "named", "named", "named", "first"]:
        hosts.name_of(host)
    assert [hosts.name_of("first") for _ in range(6)] == [OTHER] * 5 + ["first"]
    assert forgotten == ["first"]


@given(st.lists(st.sampled_from("abcdefghijkl"), max_size=300))
def test_there_are_never_more_names_than_agreed_and_every_request_is_counted(asked: list[str]) -> None:
    counts: Counter[str] = Counter()
    hosts = BusiestHosts(counts.pop, most=3, settle_every=7)
    for host in asked:
        name = hosts.name_of(host)
        assert name in (host, OTHER)
        counts[name] += 1
        assert len(counts.keys() - {OTHER}) <= 3


@given(st.lists(st.sampled_from("abcdefghijkl"), max_size=300))
def test_the_memory_of_quiet_sites_is_given_back(asked: list[str]) -> None:
    hosts = BusiestHosts(lambda host: None, most=2, settle_every=5)
    for host in asked:
        hosts.name_of(host)
    assert len(hosts._asked) <= 5 + 4
