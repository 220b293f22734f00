"""An export under way: it ends when the permission does, waits for nobody for ever, and keeps no place for two."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest
from reporting_hub import ReportingHub, Tokens
from test_audit_export import AUDITOR, many

from hub.audit.reader import PAGE
from hub.domain.acts import Action
from hub.domain.answers import SourceFailed
from hub.domain.principals import Principal
from hub.errors import AccessDenied, Unauthenticated
from hub.exchange.audit_export import PATH, AuditExportDoor
from hub.gate.sign_in import SignIn
from hub.outbound import PartnerHttp
from hub.services import Services
from tests.fixtures.loopback import Serve

BEGIN_AND_ONE_PAGE = 2  # how often it is decided before the second page


class ShortLived(Tokens):
    """Tokens that are good so often."""

    def __init__(self, times: int) -> None:
        self._times = times

    async def principal(self, token: str) -> Principal:
        self._times -= 1
        if self._times < 0:
            raise Unauthenticated(reasons=("token-expired",))
        return await super().principal(token)


class Withdrawn:
    """Policies that permit an export so often."""

    def __init__(self, services: Services, times: int) -> None:
        self._policies, self._times, self.version = services.policies, times, services.policies.version

    def authorise(self, principal: Principal, action: Action) -> Any:
        self._times -= 1
        if self._times < 0:
            raise AccessDenied(("nobody-exports-the-log",))
        return self._policies.authorise(principal, action)


class Receiver:
    """Takes all that is sent, each message after so many seconds of a clock that it moves itself."""

    def __init__(self, seconds: float = 0) -> None:
        self.got, self.seconds, self._now = list[Any](), seconds, 0.0

    def clock(self) -> float:
        return self._now

    async def __call__(self, message: Any) -> None:
        self._now += self.seconds
        self.got.append(message)

    @property
    def ended(self) -> bool:
        return not self.got[-1].get("more_body", True)

    @property
    def lines(self) -> int:
        return sum(one.get("body", b"").count(b"\n") for one in self.got)


def door_of(services: Services, tokens: Tokens | None = None, **limits: Any) -> AuditExportDoor:
    door = AuditExportDoor(**limits)
    door.open(services, SignIn(tokens or Tokens(), services, 5))  # type: ignore[arg-type]
    return door


async def taken_by(receiver: Any, door: AuditExportDoor, role: str = "auditor") -> None:
    """One export, from its beginning to its end."""
    headers = [(b"authorization", f"Bearer {role}".encode())]
    scope = {"type": "http", "method": "GET", "query_string": b"format=csv", "headers": headers}
    await door(scope, asyncio.Event().wait, receiver)  # type: ignore[arg-type]


async def test_a_token_that_ends_ends_the_export_and_leaves_evidence(one_hub: ReportingHub) -> None:
    await many(one_hub, hundreds=12)
    receiver = Receiver()
    await taken_by(receiver, door_of(one_hub.services, ShortLived(BEGIN_AND_ONE_PAGE)))
    assert (receiver.lines, receiver.ended) == (1 + PAGE, False)
    [begun, broken] = await one_hub.evidence(kind="auditExport")
    assert (begun.outcome, broken.outcome, broken.principal) == ("done", "refused", "the-auditor")
    assert broken.reasons == (f"broken-off-after:{PAGE - 1}", "token-expired")


async def test_a_policy_that_permits_it_no_longer_ends_the_export(one_hub: ReportingHub) -> None:
    await many(one_hub, hundreds=12)
    policies, receiver = Withdrawn(one_hub.services, BEGIN_AND_ONE_PAGE), Receiver()
    await taken_by(receiver, door_of(replace(one_hub.services, policies=policies)))  # type: ignore[arg-type]
    assert (receiver.lines, receiver.ended) == (1 + PAGE, False)
    broken = (await one_hub.evidence(kind="auditExport"))[-1]
    assert (broken.outcome, broken.reasons[-1]) == ("refused", "nobody-exports-the-log")


async def test_whoever_fetches_an_export_that_is_broken_off_sees_that(one_hub: ReportingHub, serve: Serve) -> None:
    await many(one_hub, hundreds=12)
    door, lines = door_of(one_hub.services, ShortLived(BEGIN_AND_ONE_PAGE)), 0
    http = PartnerHttp(await serve(door), max_bytes=0)

    async def fetch() -> None:
        nonlocal lines
        async with http.streamed(PATH, params={"format": "csv"}, headers=AUDITOR) as reply:
            async for chunk in reply.chunks:
                lines += chunk.count(b"\n")

    with pytest.raises(SourceFailed, match="broke off"):
        await fetch()
    await http.close()
    assert lines == 1 + PAGE


async def test_each_has_one_export_at_once_and_all_together_two(one_hub: ReportingHub, serve: Serve) -> None:
    hub = one_hub
    await many(hub, hundreds=30)  # more than the buffers between hub and receiver hold
    http, asked = PartnerHttp(await serve(hub.app), max_bytes=0), {"format": "fhir"}
    async with http.streamed(PATH, params=asked, headers=AUDITOR):
        twice = await hub.exported("auditor", format="csv")
        async with http.streamed(PATH, params=asked, headers={"Authorization": "Bearer dpo"}):
            third = await hub.exported("ig_lead", format="csv")
    await http.close()
    assert [status for status, _ in (twice, third)] == [429, 429]
    assert "under way" in json.loads(twice[1])["title"]
    refused = await hub.evidence(kind="auditExport", outcome="refused")
    assert [(one.principal, one.reasons) for one in refused] == [
        ("the-auditor", ("export-under-way",)),
        ("the-ig_lead", ("exports-at-once",)),
    ]


async def test_a_receiver_who_takes_nothing_gives_up_their_place(one_hub: ReportingHub) -> None:
    async def takes_nothing(_message: Any) -> None:
        await asyncio.Event().wait()

    door, next_one = door_of(one_hub.services, at_once=1, stalled=0.05), Receiver()
    await asyncio.wait_for(taken_by(takes_nothing, door), 20)
    await taken_by(next_one, door)
    assert (next_one.got[0]["status"], next_one.ended) == (200, True)


async def test_a_receiver_who_takes_a_little_now_and_then_is_not_waited_for_for_ever(one_hub: ReportingHub) -> None:
    class Hesitating(Receiver):
        async def __call__(self, message: Any) -> None:
            await super().__call__(message)
            await asyncio.sleep(0)  # where its time can be up

    await many(one_hub, hundreds=30)
    receiver = Hesitating(seconds=9)
    await taken_by(receiver, door_of(one_hub.services, stalled=30, clock=receiver.clock))
    assert not receiver.ended
    assert 1 + PAGE <= receiver.lines <= 1 + 3 * PAGE


async def test_what_a_receiver_takes_makes_the_hub_wait_for_it_longer(one_hub: ReportingHub) -> None:
    await many(one_hub, hundreds=30)
    receiver = Receiver(seconds=0.3)
    await taken_by(receiver, door_of(one_hub.services, stalled=1.5, clock=receiver.clock))
    assert receiver.ended
    assert receiver.clock() > 1.5
