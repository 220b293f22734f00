"""CPU of each stage of the corridor on its own, on the main child's real answers."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from benchmarks.prepared import prepared
from hub.domain.deadline import Deadline
from hub.domain.disclosures import Disclosure
from hub.domain.questions import Question
from hub.redaction import redact
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
        figures = {f"cpu_ms_{name}": await _cpu_ms(work, seconds) for name, work in stages.items()}
    figures["records_in_a_view"] = sum(len(one.records) for one in disclosure.released)
    return figures


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
