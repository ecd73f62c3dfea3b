"""Giving claims that were found anew the numbers that they had: what reads the same in the same version is the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from app.claims.quoting import text_key
from app.domain.claims import ClaimChange, Ledger, PinTouch
from app.domain.quotes import KeptWording

Places = Mapping[int, Mapping[str, Sequence[int]]]
"""Version → match key → the numbers of the claims that read so in it, in order."""


def places_of_ledgers(ledgers: Mapping[int, Ledger]) -> Places:
    """Where claims stand, from the ledger after each version."""
    places: dict[int, dict[str, list[int]]] = {version: defaultdict(list) for version in ledgers}
    for version, ledger in ledgers.items():
        for claim in ledger.claims:
            if claim.standing:
                places[version][claim.key].append(claim.number)
    return places


def places_as_kept(ledger: Ledger | None, wordings: Iterable[KeptWording], versions: int) -> Places:
    """Where claims stood as the record has it: by their kept forms, or (where none were kept) by the ledger alone."""
    places: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in wordings:
        key = text_key(one.text)
        for version in range(one.first_version, (one.last_version or versions) + 1):
            places[version][key].append(one.number)
    if not places and ledger is not None:
        for claim in ledger.claims:
            since = claim.last_version if claim.earlier_keys else claim.first_version
            for version in range(since, claim.last_version + 1):
                places[version][claim.key].append(claim.number)
            for key, removed_in in claim.earlier_keys:
                places[removed_in - 1][key].append(claim.number)
    return places


def lasting_numbers(
    found: Places, kept: Places, *, taken: Iterable[int], firm: Mapping[int, int] | None = None
) -> dict[int, int]:
    """For each claim as it was found anew the number that it keeps: the one that is ``firm``, or that of the claim
    with which it shares the most versions word for word, or a new one beyond those that are ``taken``.
    """
    shared: Counter[tuple[int, int]] = Counter()
    for version, by_key in found.items():
        for key, numbers in by_key.items():
            shared.update(zip(numbers, kept.get(version, {}).get(key, ()), strict=False))
    chosen = dict(firm or {})
    used = set(chosen.values())
    for (new, old), _ in sorted(shared.items(), key=lambda item: (-item[1], item[0])):
        if new not in chosen and old not in used:
            chosen[new] = old
            used.add(old)
    following = max(taken, default=0) + 1
    everything = {number for by_key in found.values() for numbers in by_key.values() for number in numbers}
    for number in sorted(everything - set(chosen)):
        chosen[number] = following
        following += 1
    return chosen


def renumbered_ledger(ledger: Ledger, numbers: Mapping[int, int]) -> Ledger:
    """The ledger under the lasting numbers, in their order."""
    claims = (claim._replace(number=numbers[claim.number]) for claim in ledger.claims)
    return Ledger(tuple(sorted(claims, key=lambda claim: claim.number)))


def renumbered_changes(changes: Iterable[ClaimChange], numbers: Mapping[int, int]) -> tuple[ClaimChange, ...]:
    """The changes under the lasting numbers."""
    return tuple(
        replace(
            change,
            number=numbers[change.number],
            other_numbers=tuple(numbers[other] for other in change.other_numbers),
        )
        for change in changes
    )


def renumbered_touches(touches: Iterable[PinTouch], numbers: Mapping[int, int]) -> tuple[PinTouch, ...]:
    """What happened to pins, with the lasting numbers of claims."""
    return tuple(
        replace(touch, claim_numbers=tuple(numbers[number] for number in touch.claim_numbers)) for touch in touches
    )
