"""Whatever is sent, the service keeps to its OpenAPI document: no 5xx, and every refusal is a problem."""

import copy
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import schemathesis
from hypothesis import given, seed, settings
from schemathesis.core.failures import FailureGroup, ServerError
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import AcceptedNegativeData, RejectedPositiveData

from app.domain.errors import Unreachable
from app.domain.pages import Page
from app.fetching.polite import PoliteClient
from tests.fuzzing import SHORT
from tests.trials import REFUSED, Limits, Parts, Trials

SECURITY_HEADER = "Authorization"
STEPS = 12
"""Requests one after the other, each made from what former ones answered."""
LIMITS = Limits(seconds=20, growth_bytes=400 * 1024**2)
"""For one request, and for all of them."""


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """What would be fetched cannot be reached."""

    async def unreachable(*_: Any, **__: Any) -> Page:
        raise Unreachable("The tests are alone in the world.")

    monkeypatch.setattr(PoliteClient, "fetch", unreachable)


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["valid", "invalid"])
def test_the_service_keeps_to_its_document(
    app: Any, keys: Any, story: Any, no_network: None, mode: GenerationMode, trying: settings, parts: Parts
) -> None:
    """Every operation, with valid and with invalid requests: no 5xx, and every answer as the document says."""
    own_ids = {name: getattr(story, name) for name in story.__dataclass_fields__}
    for found in document_of(app).get_all_operations():
        operation = found.ok()
        if mode is GenerationMode.POSITIVE or takes_anything(operation):
            ask = partial(ask_often, operation, mode, keys["admin"], own_ids, trying)
            parts.do(operation.label, ask)


def ask_often(
    operation: Any, mode: GenerationMode, key: str, own_ids: dict[str, Any], trying: settings, trials: Trials
) -> None:
    """Ask one operation as often as this run wants."""
    headers = {SECURITY_HEADER: f"Bearer {key}"}
    asked = 0

    @trying
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case: Any) -> None:
        nonlocal asked
        asked += 1
        if mode is GenerationMode.POSITIVE and asked % 2:  # every other one for what the record holds
            case.path_parameters |= {name: own_ids[name] for name in case.path_parameters if name in own_ids}
        keep_to_document(case, asked_for(trials, case, headers=headers, timeout=120), headers)

    ask()


def test_requests_that_follow_one_another_keep_to_the_document(
    app: Any,
    keys: Any,
    story: Any,
    no_network: None,
    trying: settings,
    examples: int,
    parts: Parts,
    seed_of_round: Callable[[int], int | None],
) -> None:
    """What one operation answers is asked for by the next: made, read, changed, paused, removed, read once more."""
    document = document_of(app)
    for number in range(0, examples, SHORT):  # a few at a time: what is in the record decides what can be drawn next
        follow = partial(follow_links, document, keys["admin"], trying, seed_of_round(number))
        parts.do(str(number), follow)


def follow_links(document: Any, key: str, trying: settings, drawn_by: int | None, trials: Trials) -> None:
    """A few chains of requests."""

    class Requests(document.as_state_machine()):  # type: ignore[misc]
        """Follows the links between operations that their shapes imply."""

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": {SECURITY_HEADER: f"Bearer {key}"}, "timeout": 120}

        def call(self, case: Any, **kwargs: Any) -> Any:
            return asked_for(trials, case, **kwargs)

        def validate_response(self, response: Any, case: Any, **_: Any) -> None:
            keep_to_document(case, response, self.get_call_kwargs(case)["headers"])

    if drawn_by is not None:
        seed(drawn_by)(Requests)
    Requests.run(settings=settings(trying, max_examples=SHORT, stateful_step_count=STEPS))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stream_of_all_events_keeps_to_the_document(app: Any, keys: Any, story: Any) -> None:
    headers = {SECURITY_HEADER: f"Bearer {keys['admin']}"}
    case = document_of(app)["/v1/events/stream"]["GET"].Case(query={"after": 0})
    answer = case.call(headers=headers)
    assert answer.text.count("data: ") > 1
    keep_to_document(case, answer, headers)


def document_of(app: Any) -> Any:
    """The document, without the key: who has none gets in nowhere, and tests of that look at every route."""
    document = copy.deepcopy(app.openapi())
    for operations in document["paths"].values():
        for operation in operations.values():
            operation.pop("security", None)
    schema = schemathesis.openapi.from_dict(document)
    schema.app = app
    return schema


def takes_anything(operation: Any) -> bool:
    """Whether there is something about a request that can be wrong."""
    return not operation.definition.raw.keys().isdisjoint(("parameters", "requestBody"))


def asked_for(trials: Trials, case: Any, **kwargs: Any) -> Any:
    """The answer to one request, counted by what it was; one that fails in the service has crashed it."""
    kind = f"{'invalid' if case.meta and case.meta.generation.mode.is_negative else 'valid'} requests"
    return trials.attempt(kind, LIMITS, lambda: case.call(**kwargs), what_it_was)


def what_it_was(answer: Any) -> str:
    """Answered, or refused with the type of a problem."""
    assert answer.status_code != 500, answer.text
    return f"{REFUSED}{answer.json()['type'].rpartition(':')[2]}" if answer.status_code >= 400 else "answered"


def keep_to_document(case: Any, answer: Any, headers: dict[str, str]) -> None:
    """One answer, held to the document."""
    try:
        case.validate_response(answer, headers=headers)
    except FailureGroup as group:
        left = [
            one
            for one in group.exceptions
            if not is_refused_for_its_meaning(one, answer)
            and not is_told_unready(one, case, answer)
            and not is_sent_without_its_fault(one, case, answer)
            and not is_sent_without_its_body(one, case, answer)
        ]
        assert not left, (case.operation.label, repr(case.body), case.as_curl_command(), answer.text, left)


def is_refused_for_its_meaning(failure: Exception, answer: Any) -> bool:
    """True where a request has the form of the document, and a rule that no schema can express refuses it.

    An address that the guard refuses, a phrase that the pin syntax does not allow, a time that is over.
    """
    if not isinstance(failure, RejectedPositiveData):
        return False
    return answer.status_code in (412, 422) and not answer.json()["type"].endswith(":invalid-request")


def is_told_unready(failure: Exception, case: Any, answer: Any) -> bool:
    """True where the service was asked whether it is ready, and is not: nobody here does the work that was ordered."""
    if not isinstance(failure, ServerError) or case.operation.label != "GET /ready":
        return False
    return answer.status_code == 503 and answer.json()["type"].endswith(":work-overdue")


def is_sent_without_its_body(failure: Exception, case: Any, answer: Any) -> bool:
    """True where nothing was sent although the document wants a body of one character at least: rows of CSV, none."""
    wants_one = case.operation.definition.raw.get("requestBody", {}).get("required", False)
    return isinstance(failure, RejectedPositiveData) and wants_one and not answer.request.body


def is_sent_without_its_fault(failure: Exception, case: Any, answer: Any) -> bool:
    """True where what was to be wrong about a request was lost on the way, so that a good one was sent.

    The key is put into every request; a parameter that is an empty list is not written at all.
    """
    if not isinstance(failure, AcceptedNegativeData):
        return False
    declared = {one["name"] for one in case.operation.definition.raw.get("parameters", ()) if one["in"] == "query"}
    sent = dict(parse_qsl(urlsplit(answer.request.url).query, keep_blank_values=True))
    lost = [f"header: violates `required` (was {SECURITY_HEADER})"]
    if sent.keys() <= declared:
        lost.append("query: violates `additionalProperties`")
    faults = [line.strip(" -") for line in failure.message.splitlines() if line.lstrip().startswith("- ")]
    return bool(faults) and all(fault in lost for fault in faults)
