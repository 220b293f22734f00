"""CPU of each stage of the corridor on its own, on the main child's real answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec
from starlette.types import Message

from benchmarks.prepared import prepared
from hub.authentication.issuers import Issuer
from hub.authentication.tokens import Verifier
from hub.cli.queries import VIEW
from hub.demo.issuer import issuer_url, mint
from hub.demo.partnership import AUDIENCE
from hub.disclosure import disclose
from hub.domain.deadline import Deadline
from hub.domain.disclosures import Disclosure
from hub.domain.questions import Question
from hub.redaction import redact
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Services

Work = Callable[[], Awaitable[object]]


async def cpu_by_stage(state: Path, seconds: float) -> dict[str, float]:
    """Milliseconds of CPU per view: policy, identity, fan-out with mapping, redaction, audit."""
    async with prepared(state) as (services, question):
        permit = services.policies.permit(question)
        deadline = Deadline.after(3600)
        person = await services.people.resolve(question, permit, deadline)
        answers = await services.sources.ask(person, permit, deadline)
        disclosure = redact(question, person, answers, permit, services.sources.all, services.now())

        async def policy() -> object:
            made = services.policies.permit(question)
            return [made.to_ask(source) for source in services.sources.all]

        async def redaction() -> object:
            return redact(question, person, answers, permit, services.sources.all, services.now())

        stages: dict[str, Work] = {
            "policy": policy,
            "identity": lambda: services.people.resolve(question, permit, deadline),
            "fan_out_and_mapping": lambda: services.sources.ask(person, permit, deadline),
            "redaction": redaction,
            "audit": _audit(services, question, disclosure),
        }
        stages["corridor"] = _corridor(services, question)
        stages["door"] = await _door(state, services, question)
        figures = {f"cpu_ms_{name}": await _cpu_ms(work, seconds) for name, work in stages.items()}
    figures["records_in_a_view"] = sum(len(one.records) for one in disclosure.released)
    return figures


def _corridor(services: Services, question: Question) -> Work:
    counter = iter(range(10**9))
    return lambda: disclose(msgspec.structs.replace(question, id=f"benchmark-corridor-{next(counter)}"), services)


async def _door(state: Path, services: Services, question: Question) -> Work:
    """The whole request but for the HTTP server: sign-in, gate, enquiry, corridor, GraphQL, JSON."""
    enquiry = await services.enquiries.open(
        msgspec.structs.replace(question.enquiry, id="benchmark-door"), "benchmark-door"
    )
    door = GraphQLDoor(DoorLimits())
    issuer = Issuer(issuer=issuer_url(state), audience=AUDIENCE, jwks_url=f"{issuer_url(state)}/jwks.json")
    door.open(services, Verifier([issuer], now=services.now))
    token = mint(state, "mash_social_worker", audience=AUDIENCE)
    body = msgspec.json.encode({"query": VIEW, "variables": {"id": enquiry.id}})
    headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")]

    async def request() -> None:
        arriving = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def receive() -> Message:
            for message in arriving:
                return message
            return await asyncio.Event().wait()

        async def send(message: Message) -> None:
            if message.get("status", 200) != 200:
                raise RuntimeError("the door refused, so there is nothing to measure")

        await door({"type": "http", "method": "POST", "path": "/graphql", "headers": headers}, receive, send)

    return request


def _audit(services: Services, question: Question, disclosure: Disclosure) -> Work:
    counter = iter(range(10**9))

    async def bracket() -> None:
        asked = msgspec.structs.replace(question, id=f"benchmark-audit-{next(counter)}")
        async with services.audit.recording(asked, services.policies.version) as entry:
            entry.settle(msgspec.structs.replace(disclosure, question=asked))

    async def eight() -> None:  # as many as are in flight when served, so that group commit counts
        await asyncio.gather(*(bracket() for _ in range(8)))

    eight.per_call = 8  # type: ignore[attr-defined]
    return eight


async def _cpu_ms(work: Work, seconds: float) -> float:
    await work()
    done, cpu, end = 0, time.process_time(), time.perf_counter() + seconds
    while time.perf_counter() < end:
        await work()
        done += getattr(work, "per_call", 1)
    return 1000 * (time.process_time() - cpu) / done
