"""Asking for a report of accesses, and what came of it."""

import json
from datetime import date
from typing import Any

from reporting_hub import ReportingHub

from hub.cli.audit_report import REPORT
from hub.domain.identifiers import nhs_number, upn
from hub.domain.people import PersonReference

NUMBER, TWINS_NUMBER = "999 100 0003", "999 100 0011"
CHILD = PersonReference(
    nhs_number=nhs_number(NUMBER), given_name="Zebedee", family_name="Quillfeather", birth_date=date(2015, 6, 7)
)
TWIN = PersonReference(
    nhs_number=nhs_number(TWINS_NUMBER), given_name="Zora", family_name="Quillfeather", birth_date=date(2015, 6, 7)
)
BY_NAME = PersonReference(family_name="Quillfeather", birth_date=date(2015, 6, 7))
BY_UPN = PersonReference(upn=upn("A831999900001"))


class Made:
    """A report as it came back."""

    def __init__(self, told: dict[str, Any]) -> None:
        self.errors = told.get("errors", [])
        self.told: dict[str, Any] = {} if self.errors else told["data"]["subjectAccessReport"]

    @property
    def reasons(self) -> list[str]:
        reasons: list[str] = self.errors[0]["extensions"]["reasons"]
        return reasons

    @property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self.told["document"])
        return document

    @property
    def indexes(self) -> list[int]:
        return [one["index"] for one in self.document["accesses"]]

    @property
    def proofs(self) -> dict[str, Any]:
        proofs: dict[str, Any] = json.loads(self.told["proofs"])
        return proofs

    @property
    def fates(self) -> dict[int, tuple[str, list[str]]]:
        return {one["index"]: (one["fate"], one["rules"]) for one in self.told["notTold"]}

    @property
    def handed_over(self) -> str:
        return "".join(self.told[name] for name in ("page", "document", "signature", "proofs"))


def decided(because: str, *indexes: int) -> list[dict[str, Any]]:
    """What somebody decides about single entries, all for one reason."""
    return [{"index": one, "because": because} for one in indexes]


async def report(hub: ReportingHub, role: str = "dpo", *, settled: bool = True, **changes: Any) -> Made:
    """A report about the child, by number and name, asked for by themselves; once nothing is too new to be told."""
    if settled:
        hub.clock.at = max(hub.clock.at, hub.last + hub.services.telling_rules.settling)
    asked: dict[str, Any] = {
        "askedBy": "SELF",
        "capacity": "ABLE",
        "identityChecked": True,
        "nhsNumber": NUMBER,
        "familyName": "Quillfeather",
        "birthDate": "2015-06-07",
    }
    told = {name: value for name, value in (asked | changes).items() if value is not None}
    return Made(await hub.ask(role, REPORT, input=told))
