"""What a person decides about somebody whom a label protects gets round no rule."""

from datetime import UTC, datetime

import msgspec
import pytest
from deciding import ASKED, CARE, CLINIC, MISSPELT, RHYS, Hub

from hub.connectors.in_memory import Held
from hub.domain.categories import Category
from hub.domain.codes import Label
from hub.domain.disclosures import RESTRICTED, shown_reasons
from hub.domain.identifiers import LocalId
from hub.domain.records import LifeEvent
from hub.errors import AccessDenied, NotFound

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


async def test_nobody_is_linked_across_an_adoption_and_the_refusal_does_not_say_why(hub: Hub):
    hub.tell(CARE, "s-1", MISSPELT, Label.ADOPTION)
    hub.tell(CARE, "s-2", msgspec.structs.replace(RHYS, nhs_number=None), Label.ADOPTION)
    hub.held[CLINIC].clear()
    hub.tell(CLINIC, "c-2", msgspec.structs.replace(RHYS, nhs_number=None, given_name="Aled"))
    enquiry = await hub.open()
    offered = await hub.find(enquiry, CARE, widen=True)
    everybody = [*offered.candidates, *(await hub.find(enquiry, CLINIC, widen=True)).candidates]
    assert everybody
    for one in everybody:
        with pytest.raises(AccessDenied) as refused:
            await hub.confirm(enquiry, one.id)
        assert refused.value.reasons == ("match-never-across-adoption",)
        assert shown_reasons(refused.value.reasons) == (RESTRICTED,)
        assert "adopt" not in refused.value.message
    assert await hub.services.decisions.for_subject(hub.services.people.subject(ASKED)) == ()


async def test_rejecting_whom_a_rule_protects_does_not_get_round_the_rule(hub: Hub):
    """Not the rule about adoption, and not the one about where somebody is."""
    hub.held[CARE].clear()
    hub.tell(CLINIC, "c-1", RHYS, Label.LOCATION_AT_RISK)
    hub.tell(CARE, "s-1", RHYS)
    enquiry = await hub.open()
    school = LifeEvent(
        category=Category.SOCIAL_CARE_MISSING, type="event", label="Seen", at=NOON, location="1 New Road"
    )
    hub.held[CARE][LocalId("s-1")] = Held(RHYS, (school,))
    assert await hub.places(enquiry) == []
    await hub.reject(enquiry, (await hub.candidate(enquiry, "c-1", CLINIC)).id)
    assert await hub.events(enquiry) == ["Seen"]
    assert await hub.places(enquiry) == []

    hub.tell(CLINIC, "c-1", RHYS, Label.ADOPTION)
    hub.tell(CARE, "s-1", MISSPELT)
    await hub.reject(enquiry, (await hub.candidate(enquiry, "c-1", CLINIC)).id)
    with pytest.raises(AccessDenied) as refused:
        await hub.confirm(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    assert refused.value.reasons == ("match-never-across-adoption",)


async def test_somebody_adopted_can_be_rejected(hub: Hub):
    hub.held[CARE].clear()
    hub.tell(CARE, "s-2", msgspec.structs.replace(RHYS, nhs_number=None), Label.ADOPTION)
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-2")
    found = (await hub.reject(enquiry, offered.id)).disclosure.finds[CARE]
    assert found.candidates == ()


async def test_somebody_under_witness_protection_can_be_neither_confirmed_nor_told_from_nobody(hub: Hub):
    enquiry = await hub.open()
    offered = await hub.candidate(enquiry, "s-1")
    hub.held[CLINIC].clear()
    hub.tell(CARE, "s-1", MISSPELT, Label.WITNESS_PROTECTION)
    refusals = []
    for candidate in (offered.id, "0" * 32):
        with pytest.raises(NotFound) as refused:
            await hub.confirm(enquiry, candidate)
        refusals.append((refused.value.message, refused.value.reasons))
    assert refusals[0] == refusals[1]
    assert refusals[0][1] == ("no-such-candidate",)


async def test_somebody_rejected_and_protected_since_is_not_set_aside_in_sight(hub: Hub):
    hub.held[CLINIC].clear()
    enquiry = await hub.open()
    await hub.reject(enquiry, (await hub.candidate(enquiry, "s-1")).id)
    hub.tell(CARE, "s-1", MISSPELT, Label.WITNESS_PROTECTION)
    protected = await hub.find(enquiry)
    hub.held[CARE].clear()
    assert protected == await hub.find(enquiry)
