"""The claims of what archives saw, joined to our own: a sentence keeps its number across the first moment we looked.

While the chain is worked out its wordings are counted 1, 2, 3 … in the order of time; here these places become the
numbers of versions again, and the claims get the numbers that they have in our own record, or had here before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.claims.quoting import text_key
from app.domain.archives import is_archived
from app.domain.claims import Analysis, ClaimChange, EarlierKey, Ledger, StandingClaim
from app.domain.edits import Edit
from app.domain.quotes import KeptWording
from app.domain.statements import Version
from app.pipeline.analysts import Analysts
from app.pipeline.renumbering import lasting_numbers, places_of_ledgers, renumbered_ledger
from app.pipeline.replay import Forms
from app.pipeline.wordings import step_of


@dataclass(frozen=True, slots=True)
class Chain:
    """The wordings that archives saw, and our own first one where there is one, with their claims.

    ``ledgers`` hold places (from 1) where others hold numbers of versions; ``numbers`` maps the claims in them to the
    lasting ones; ``own_place`` is the place of our own first wording.
    """

    versions: tuple[Version, ...]
    ledgers: tuple[Ledger, ...]
    numbers: Mapping[int, int]
    own_place: int | None

    def version_of(self, place: int) -> int:
        """The number of the version at a place."""
        return self.versions[min(max(place, 1), len(self.versions)) - 1].number

    def renumbered(self, changes: Iterable[ClaimChange]) -> tuple[ClaimChange, ...]:
        """Changes under lasting numbers of claims and versions."""
        return tuple(
            replace(
                one,
                number=self.numbers[one.number],
                other_numbers=tuple(self.numbers[other] for other in one.other_numbers),
                removed_in=None if one.removed_in is None else self.version_of(one.removed_in),
            )
            for one in changes
            if one.number in self.numbers
        )

    def touched(self, edit: Edit) -> Edit:
        """An edit whose pins name the claims by their lasting numbers."""
        pins = tuple(
            replace(pin, claim_numbers=tuple(self.numbers[one] for one in pin.claim_numbers if one in self.numbers))
            for pin in edit.pins
        )
        return replace(edit, pins=pins)


def in_chain(
    versions: tuple[Version, ...],
    kept: Ledger,
    wordings: Sequence[KeptWording],
    analyses: Sequence[tuple[Ledger, Analysis | None]],
) -> Chain:
    """Find for each claim of the chain the number that it has in the record, or a new one."""
    own_place = len(versions) if versions and not is_archived(versions[-1].number) else None
    ledgers = tuple(ledger for ledger, _ in analyses)
    found = places_of_ledgers(dict(enumerate(ledgers, start=1)))
    there = _places_as_kept(versions, wordings, own_place)
    firm: dict[int, int] = {}
    if own_place is not None:
        for key, numbers in found[own_place].items():
            firm.update(zip(numbers, there.get(own_place, {}).get(key, ()), strict=False))
    taken = [claim.number for claim in kept.claims]
    return Chain(versions, ledgers, lasting_numbers(found, there, taken=taken, firm=firm), own_place)


def _places_as_kept(
    versions: Sequence[Version], wordings: Iterable[KeptWording], own_place: int | None
) -> dict[int, dict[str, list[int]]]:
    """Where claims stood as the record has it so far, by places in the chain."""
    places: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for one in wordings:
        key = text_key(one.text)
        if is_archived(one.first_version):
            last = one.last_version or one.first_version
            for place, version in enumerate(versions, start=1):
                if is_archived(version.number) and one.first_version <= version.number <= last:
                    places[place][key].append(one.number)
        elif own_place is not None and one.first_version == 1:
            places[own_place][key].append(one.number)
    return places


def ledger_of_chain(chain: Chain, kept: Ledger) -> Ledger:
    """The whole ledger of the statement: our own claims as they are, known for longer; and those only archives saw."""
    own = {one.number: one for one in kept.claims if not is_archived(one.last_version)}
    merged = {
        number: one._replace(first_version=1) if is_archived(one.first_version) else one for number, one in own.items()
    }
    for claim in chain.ledgers[-1].claims if chain.ledgers else ():
        number = chain.numbers.get(claim.number)
        if number is None:
            continue
        if number in own:
            first = chain.version_of(claim.first_version)
            merged[number] = merged[number]._replace(first_version=first)
        elif chain.own_place is None or not claim.standing:
            merged[number] = _in_numbers(chain, claim, number)
    return Ledger(tuple(merged[number] for number in sorted(merged)))


def forms_of(analysts: Analysts, chain: Chain) -> tuple[KeptWording, ...] | None:
    """Every form of every claim over the archived wordings; None where that cannot be said now."""
    forms = Forms()
    before: Ledger | None = None
    for version, ledger in zip(chain.versions, chain.ledgers, strict=True):
        known = Ledger(tuple(claim for claim in ledger.claims if claim.number in chain.numbers))
        after = renumbered_ledger(known, chain.numbers)
        step = step_of(analysts, before, after, language=version.wording.language or "und")
        if step is None:
            return None
        forms.enter(step)
        before = after
    last_place = len(chain.versions) - (chain.own_place is not None)
    return tuple(_form(chain, one, last_place) for one in forms.all() if one.first_version <= last_place)


def _form(chain: Chain, one: KeptWording, last_place: int) -> KeptWording:
    """A form by the numbers of versions. It ends with the archive: from our first wording on, our own row goes on."""
    last = min(one.last_version or last_place, last_place)
    return replace(one, first_version=chain.version_of(one.first_version), last_version=chain.version_of(last))


def _in_numbers(chain: Chain, claim: StandingClaim, number: int) -> StandingClaim:
    removed_in = None if claim.removed_in is None else chain.version_of(claim.removed_in)
    return claim._replace(
        number=number,
        first_version=chain.version_of(claim.first_version),
        last_version=chain.version_of(claim.last_version),
        removed_in=removed_in,
        earlier_keys=tuple(EarlierKey(old.key, chain.version_of(old.removed_in)) for old in claim.earlier_keys),
    )
