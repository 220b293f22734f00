"""Registrations, and what people do with them, with values that are easy to look for."""

from datetime import UTC, datetime

from hub.domain.codes import Agency
from hub.domain.conformance import ConformanceResult
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.domain.registrations import Registration, RegistrationState

NOW = datetime(2026, 3, 4, 5, 6, 7, 891011, tzinfo=UTC)
SCHOOLS = SourceId("schools")
S = RegistrationState


def registration(version: int = 1, **changes: object) -> Registration:
    document = f'{{"id":"schools","phone":"CANARY PHONE","version":{version}}}'.encode()
    fields: dict[str, object] = {
        "source": SCHOOLS,
        "version": version,
        "state": S.DRAFT,
        "digest": digest(document),
        "agency": Agency.EDUCATION,
        "origin": "registered",
        "manifest": document,
        "registered_by": "user-1",
        "registered_at": NOW,
        "changed_by": "user-1",
        "changed_at": NOW,
        "reason": "",
    }
    return Registration(**{**fields, **changes})


def result(number: int = 1, **changes: object) -> ConformanceResult:
    fields: dict[str, object] = {
        "id": f"result-{number}",
        "source": SCHOOLS,
        "version": 1,
        "digest": registration().digest,
        "passed": True,
        "by": "user-1",
        "at": NOW,
        "report": b'{"said":"CANARY REPORT"}',
        "signature": "head.payload.CANARY",
    }
    return ConformanceResult(**{**fields, **changes})
