"""What a label does, seen from outside: one family asked about with the label and without, and what is missing then."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from hub.connectors.in_memory import Held
from hub.domain import records as r
from hub.domain.categories import Category
from hub.domain.codes import Label, PurposeCode, SubjectKind
from hub.domain.handling import HANDLING
from hub.domain.identifiers import LocalId, nhs_number
from hub.domain.people import Attributes, PersonReference
from hub.domain.principals import Principal
from tests.properties.labelled_partnership import CARE, CLINIC, Everybody, Hub
from tests.properties.whole_schema import every_field

NUMBER = nhs_number("999 100 0003")
MOTHER = r.About(SubjectKind.NETWORK_ADULT, "m")
ADA = Attributes(
    nhs_number=NUMBER, given_name="Ada", family_name="Marlow", birth_date=date(2015, 3, 4), postcode="ZZ9 9ZZ"
)
_IDENTITY = (
    ("given_name", "Ada", Category.IDENTITY_NAME),
    ("family_name", "Marlow", Category.IDENTITY_NAME),
    ("birth_date", "2015-03-04", Category.IDENTITY_BIRTH_DATE),
    ("nhs_number", NUMBER, Category.IDENTITY_NUMBER),
    ("address", "1 Low Road", Category.IDENTITY_WHEREABOUTS),
)


def _told(source: str) -> tuple[r.AnyRecord, ...]:
    return tuple(
        r.IdentityAttribute(category=category, attribute=attribute, value=value)
        for attribute, value, category in _IDENTITY
    )


def _family(labels: frozenset[Label]) -> tuple[r.AnyRecord, ...]:
    return (
        r.RelatedPerson(
            category=Category.SOCIAL_CARE_FAMILY, about=MOTHER, relationship="mother", name="Eve Marlow", labels=labels
        ),
        r.Finding(
            category=Category.SOCIAL_CARE_CIN, about=MOTHER, type="risk", label="A risk", detail="Words", labels=labels
        ),
    )


def everybody(child: frozenset[Label] = frozenset(), mother: frozenset[Label] = frozenset()) -> Everybody:
    """Ada at social care, where she and her mother may bear labels, and at a clinic that marks nobody."""
    care = (
        *_told(CARE),
        r.Finding(category=Category.SOCIAL_CARE_CIN, type="need", label="In need", detail="Words"),
        r.ServiceEpisode(
            category=Category.SOCIAL_CARE_INVOLVEMENT,
            type="involved",
            label="Allocated",
            service="Duty",
            organisation="Council",
            professionals=(r.RelatedProfessional(name="Jo Lead", role="Worker", contact="the west office"),),
        ),
        r.LifeEvent(
            category=Category.SOCIAL_CARE_REFERRALS,
            type="referral",
            label="Referral from a neighbour",
            at=datetime(2026, 5, 1, 8, tzinfo=UTC),
            detail="Words",
        ),
        *_family(mother),
    )
    clinic = (
        *_told(CLINIC),
        r.ServiceEpisode(
            category=Category.HEALTH_GP, type="gp", label="Registered", service="GP", organisation="A practice"
        ),
        r.Finding(category=Category.HEALTH_CP_IS, type="alert", label="Seen", detail="Words", severity=5),
    )
    return {
        CARE: {LocalId("1"): Held(ADA, care, child, withheld=("Phone the west wing.",))},
        CLINIC: {LocalId("2"): Held(ADA, clinic)},
    }


Seen = Mapping[str, frozenset[str]]  # surface -> what is to be seen there


async def seen(hub: Hub, held: Everybody, by: Principal, purpose: PurposeCode) -> Seen:
    """What somebody sees of Ada, surface by surface."""
    hub.hold(held)
    hub.forget()
    enquiry = hub.enquire(PersonReference(nhs_number=NUMBER, postcode=ADA.postcode), purpose, by)
    found = (await hub.ask(every_field("findSubject"), by, id=enquiry.id))["data"]["findSubject"]
    view = (await hub.ask(every_field("combinedChildView"), by, id=enquiry.id))["data"]["combinedChildView"]
    refused = await hub.ask(every_field("combinedChildView"), by, id="no-such-enquiry")
    return {
        "find": frozenset(_find(found)),
        "view": frozenset(_view(view)),
        "network": frozenset(_network(view["network"])),
        "timeline": frozenset(_timeline(view["lifeEvents"]["edges"])),
        "withheld": frozenset(reason for one in view["withheld"] for reason in one["reasons"]),
        "errors": frozenset({refused["errors"][0]["extensions"]["code"]}),
        "handling": frozenset(_handling(view)),
    }


async def whole(hub: Hub, held: Everybody) -> Any:
    """Everything that a find and a view say of Ada, but for when and under which enquiry they were asked."""
    hub.hold(held)
    hub.forget()
    enquiry = hub.enquire(PersonReference(nhs_number=NUMBER, postcode=ADA.postcode))
    found = await hub.ask(every_field("findSubject"), id=enquiry.id)
    told = await hub.ask(every_field("combinedChildView"), id=enquiry.id)
    del found["data"]["findSubject"]["enquiryId"]
    for name in ("enquiry", "receipt"):
        del told["data"]["combinedChildView"][name]
    return found, told


def _find(found: Any) -> Iterable[str]:
    for one in found["sources"]:
        if one["source"]["id"] not in {CARE, CLINIC}:
            continue
        whose = "" if one["source"]["id"] == CARE else "elsewhere: "
        yield f"{whose}{one['state']}"
        for candidate in one["candidates"]:
            yield from (f"{whose}{name}" for name in ("givenName", "birthDate") if candidate[name])
            if candidate["score"]:
                yield f"{whose}how it compared"
            if "postcode" in {reason["attribute"] for reason in candidate["why"]}:
                yield f"{whose}whether the postcode is the same"


def _view(view: Any) -> Iterable[str]:
    for source in view["sources"]:
        if source["source"]["id"] in {CARE, CLINIC}:
            yield f"{'' if source['source']['id'] == CARE else 'elsewhere: '}{source['state']}"
            if "Phone the west wing." in source["explanation"]:
                yield "the source's message"
    for name, told in view["child"].items():
        for one in told:
            if isinstance(one, dict):
                yield f"{'' if one['source'] == CARE else 'elsewhere: '}{name}"
    for one in (*view["findings"], *view["serviceEpisodes"]):
        whose = "" if one["source"] == CARE else "elsewhere: "
        yield f"{whose}{one['label']}"
        if one.get("detail"):
            yield f"{whose}the words of {one['label']}"
        for professional in one.get("professionals", ()):
            yield from (f"{whose}professional's {name}" for name in ("name", "contact") if professional[name])


def _network(people: Any) -> Iterable[str]:
    for person in people:
        yield "mother"
        yield from (["her name"] if "Eve" in (person["name"] or "") else [])
        for finding in person["findings"]:
            yield "her risk"
            yield from (["its words"] if finding["detail"] else [])


def _timeline(edges: Any) -> Iterable[str]:
    for edge in edges:
        yield "event"
        yield from (["who told"] if "neighbour" in edge["node"]["label"] else [])
        yield from (["its words"] if edge["node"]["detail"] else [])


def _handling(view: Any) -> Iterable[str]:
    of = {sentence: label for label, sentence in HANDLING.items()}
    records = (*view["findings"], *view["serviceEpisodes"], *(edge["node"] for edge in view["lifeEvents"]["edges"]))
    around = [one for person in view["network"] for one in (person, *person["findings"])]
    for one in (*records, *around):
        yield from (of[sentence] for sentence in one["handling"])
