"""A hub whose log people take things out of: real log, policies, keys and doors; who signs in is told by the token."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import MISSING, fields
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import msgspec
from starlette.applications import Starlette
from starlette.routing import Route

from hub.audit.evidence import Act
from hub.audit.leaf import Outcome
from hub.audit.log import AuditLog
from hub.audit.reader import AuditEntry, EntryQuery
from hub.audit.shredding import Shredder
from hub.domain.acts import Action
from hub.domain.codes import Agency, PurposeCode, Role
from hub.domain.identifiers import SourceId
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import QuestionKind
from hub.domain.review import ReviewVerdict, StaffMarks
from hub.domain.sources import Source
from hub.errors import Unauthenticated
from hub.exchange.audit_export import PATH, AuditExportDoor
from hub.gate.sign_in import SignIn
from hub.keys import FileKeys, Signing
from hub.policy.policies import shipped_policies
from hub.policy.privacy_rules import read_retention_rules, read_telling_rules
from hub.review.casebook import Casebook
from hub.review.desk import ReviewDesk
from hub.schema.endpoint import GraphQLDoor
from hub.schema.limits import DoorLimits
from hub.services import Services
from tests.audit.audit_samples import disclosure, question
from tests.fixtures.compiled import policies_over
from tests.fixtures.unjoined import NotJoined

BEGAN = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
WORKER = Principal("worker-1", "Wilma Worker", Agency.SOCIAL_CARE, frozenset({Role.MASH_SOCIAL_WORKER}))


class Clock:
    """A clock that moves when told."""

    def __init__(self) -> None:
        self.at = BEGAN

    def __call__(self) -> datetime:
        return self.at

    def move(self, **by: float) -> None:
        self.at += timedelta(**by)


class Tokens:
    """A verifier to whom a role is a token of somebody in that role."""

    async def principal(self, token: str) -> Principal:
        role, _, agency = token.partition("@")
        if role not in set(Role):
            raise Unauthenticated(reasons=("token-signature",))
        return Principal(f"the-{token}", f"Name of {role}", Agency(agency or "social-care"), frozenset({Role(role)}))


class Verdicts:
    """What reviewers came to, by line."""

    def __init__(self) -> None:
        self.given: dict[str, list[ReviewVerdict]] = {}

    async def by_item(self) -> dict[str, list[ReviewVerdict]]:
        return self.given


class Watched:
    """Of whom marks are kept."""

    def __init__(self) -> None:
        self.marked: dict[str, StaffMarks] = {}

    async def staff(self) -> dict[str, StaffMarks]:
        return self.marked


class Partners:
    """Two registered sources."""

    all = (
        Source(SourceId("health"), "Derwent Health", Agency.HEALTH, "fhir_r4", "LIVE", "01632 960001", "All."),
        Source(SourceId("probation"), "Probation", Agency.PROBATION, "rest_json", "LIVE", "01632 960002", "All."),
    )


class ReportingHub:
    """The doors of a hub, and what stands behind them."""

    def __init__(self, services: Services, app: Starlette, clock: Clock) -> None:
        self.services, self.app, self.clock = services, app, clock
        self.last = clock()  # when somebody did something

    async def ask(self, role: str, query: str, **variables: Any) -> dict[str, Any]:
        """One GraphQL operation: its data, or its errors."""
        sent = msgspec.json.encode({"query": query, "variables": variables})
        told: dict[str, Any] = msgspec.json.decode((await self._sent("POST", "/graphql", role, body=sent))[1])
        return told

    async def exported(self, role: str = "auditor", **asked: str) -> tuple[int, bytes]:
        """One export, whole: status and body."""
        return await self._sent("GET", PATH, role, query=urlencode(asked))

    async def _sent(self, method: str, path: str, role: str, query: str = "", body: bytes = b"") -> tuple[int, bytes]:
        """A request to the doors, in this process and without a socket. The caller stays until it is answered."""
        arriving, told, answered = [{"type": "http.request", "body": body}], [], asyncio.Event()
        headers = [(b"authorization", f"Bearer {role}".encode()), (b"content-type", b"application/json")]
        scope = {
            "type": "http", "method": method, "path": path, "raw_path": path.encode(), "query_string": query.encode(),
            "headers": headers, "scheme": "http", "server": ("hub", 80), "client": ("1", 1), "http_version": "1.1",
        }  # fmt: skip

        async def receive() -> Any:
            if not arriving:
                await answered.wait()
            return arriving.pop(0) if arriving else {"type": "http.disconnect"}

        async def keep(message: Any) -> None:
            told.append(message)

        await self.app(scope, receive, keep)
        answered.set()
        return told[0]["status"], b"".join(one.get("body", b"") for one in told[1:])

    async def looked(self, about: PersonReference, purpose: PurposeCode, **facts: Any) -> int:
        """Somebody viewed what is known about a person: an intent and an outcome, as the corridor writes them.

        ``kept_from``, ``enquiry``, ``who`` and ``settled`` change what it was. The index of the outcome.
        """
        who, kind = facts.get("who", WORKER), facts.get("kind", QuestionKind.VIEW)
        asked = question(f"request-{self.services.audit.size}", kind, who)
        enquiry = msgspec.structs.replace(
            asked.enquiry,
            id=facts.get("enquiry", f"enquiry-{self.services.audit.size}"),
            about=about,
            purpose=purpose,
            opened_at=self.clock(),
            broken_glass_until=None,
        )
        asked = msgspec.structs.replace(asked, enquiry=enquiry, asked_at=self.clock())
        self.last = self.clock()
        async with self.services.audit.recording(asked, "policy-1") as entry:
            entry.settle(msgspec.structs.replace(disclosure(asked), finds={}, **facts.get("settled", {})))
            entry.keep_from(*facts.get("kept_from", ()))
        return entry.receipt.outcome_index

    async def acted(self, action: Action, **facts: Any) -> None:
        """Somebody did something."""
        self.last = self.clock()
        told: dict[str, Any] = {"principal": WORKER, "outcome": Outcome.DONE, "policy_version": "policy-1"} | facts
        await self.services.audit.record(Act(action=action, request_id=f"act-{self.services.audit.size}", **told))

    async def evidence(self, **query: Any) -> list[AuditEntry]:
        """What the log says, oldest first."""
        return list((await self.services.audit.entries(EntryQuery(**query), 500)).entries)


@asynccontextmanager
async def reporting_hub(url: str, keys: FileKeys) -> AsyncIterator[ReportingHub]:
    """A hub over a log at ``url``."""
    clock = Clock()
    audit = await AuditLog.open(url, keys, clock=clock, patience=10)
    needed = {field.name: NotJoined() for field in fields(Services) if field.default is MISSING}
    given = {
        "audit": audit,
        "policies": policies_over((), None),
        "signing": Signing(keys),
        "shredder": Shredder(url, keys),
        "sources": Partners(),
        "telling_rules": read_telling_rules(shipped_policies()),
        "retention_rules": read_retention_rules(shipped_policies()),
        "keys": keys,
        "review": ReviewDesk(Casebook(audit), Casebook(audit), Verdicts(), Watched()),  # type: ignore[arg-type]
        "now": clock,
    }
    services = Services(**{**needed, **given})
    exports, door = AuditExportDoor(), GraphQLDoor(DoorLimits())
    exports.open(services, SignIn(Tokens(), services, 5))  # type: ignore[arg-type]
    door.open(services, Tokens())  # type: ignore[arg-type]
    try:
        yield ReportingHub(services, Starlette(routes=[Route(PATH, exports), Route("/graphql", door)]), clock)
    finally:
        await audit.close()
