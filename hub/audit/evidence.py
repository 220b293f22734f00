"""What each kind of fact puts in its leaf.

Rules whose very name would tell what they keep stand there as nobody may read them: whoever has a proof has the leaf.
"""

from datetime import datetime

import msgspec

from hub.audit.leaf import AuditedSource, Kept, Leaf, Opening, Outcome, Stage, timestamp
from hub.audit.subjects import kin_of_reference, names_of, words_of
from hub.audit.told import people_told
from hub.domain.acts import Action
from hub.domain.codes import AnswerState, PurposeCode
from hub.domain.disclosures import Disclosure, Released, shown_reasons
from hub.domain.identifiers import SourceId
from hub.domain.people import PersonReference
from hub.domain.principals import Principal
from hub.domain.questions import Question, QuestionKind
from hub.keys import Keys


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """Something done with the hub that is not reading a child's record, or the refusal of it."""

    action: Action
    request_id: str
    outcome: Outcome
    policy_version: str
    principal: Principal | None = None  # None when nobody could be signed in
    reasons: tuple[str, ...] = ()
    enquiry_id: str | None = None
    purpose: PurposeCode | None = None
    reference: PersonReference | None = None  # only its keyed hash is written
    source: SourceId | None = None  # whose record of the person it is about, or which source it is about itself
    opening: Opening | None = None
    words: str | None = None  # only their keyed hash is written
    facts: tuple[str, ...] | None = None  # names of what held, where it was decided by policy


def act_leaf(act: Act, keys: Keys, at: datetime) -> Leaf:
    """The one leaf of an act."""
    who = act.principal
    subject, *also = names_of(act.reference, keys) if act.reference else (None,)
    return Leaf(
        at=timestamp(at),
        stage=Stage.ACT,
        kind=act.action.value,
        request_id=act.request_id,
        principal=who.id if who else "",
        agency=who.agency.value if who else "",
        roles=tuple(sorted(who.roles)) if who else (),
        purpose=act.purpose,
        enquiry_id=act.enquiry_id,
        subject=subject,
        also=tuple(also),
        near=kin_of_reference(act.reference, keys).all if act.opening and act.reference else (),
        organisation=who.organisation if who else None,
        opening=act.opening,
        words=words_of(act.words, act.enquiry_id or "", keys) if act.words else None,
        policy_version=act.policy_version,
        outcome=act.outcome,
        reasons=shown_reasons(act.reasons),
        facts=act.facts,
        sources=(_about(act, act.source),) if act.source else (),
    )


def intent_leaf(question: Question, policy_version: str, keys: Keys, at: datetime) -> Leaf:
    """The leaf that says who is about to ask what."""
    who, enquiry = question.principal, question.enquiry
    subject, *also = names_of(question.about, keys)
    return Leaf(
        at=timestamp(at),
        stage=Stage.INTENT,
        kind=question.kind.value,
        request_id=question.id,
        principal=who.id,
        agency=who.agency.value,
        roles=tuple(sorted(who.roles)),
        purpose=enquiry.purpose,
        enquiry_id=enquiry.id,
        subject=subject,
        also=tuple(also),
        near=kin_of_reference(question.about, keys).all,
        organisation=who.organisation,
        broken_glass=enquiry.glass_broken(who, question.asked_at),
        policy_version=policy_version,
        outcome=Outcome.ASKED,
    )


def outcome_leaf(intent: Leaf, at: datetime, outcome: Outcome, reasons: tuple[str, ...]) -> Leaf:
    """The leaf that says what came of an intent."""
    return msgspec.structs.replace(
        intent, stage=Stage.OUTCOME, at=timestamp(at), outcome=outcome, reasons=shown_reasons(reasons)
    )


def disclosed_leaf(intent: Leaf, at: datetime, disclosure: Disclosure, keys: Keys) -> Leaf:
    """The leaf that says what was released and what was kept back, and under which version of the policies.

    Whoever was recognised or shown is found by it too, in whichever way they are named.
    """
    told = people_told(disclosure, keys)
    return msgspec.structs.replace(
        outcome_leaf(intent, at, Outcome.DISCLOSED, ()),
        also=tuple(one for one in dict.fromkeys((*intent.also, *told.child)) if one != intent.subject),
        others=tuple(one for one in told.others if one not in {intent.subject, *intent.also, *told.child}),
        near=tuple(dict.fromkeys((*intent.near, *told.near))),
        policy_version=disclosure.policy_version,
        sources=audited_sources(disclosure),
    )


def audited_sources(disclosure: Disclosure) -> tuple[AuditedSource, ...]:
    """What a disclosure showed and kept back, source by source, without any of it."""
    kept: dict[str, list[Kept]] = {}
    for one in disclosure.withheld:
        kept.setdefault(one.source, []).append(Kept(one.category, one.count, shown_reasons(one.reasons)))
    return tuple(
        AuditedSource(
            source=one.source,
            state=one.answer.state,
            categories=tuple(sorted(one.answer.asked)),
            reasons=shown_reasons(one.answer.reasons),
            record_count=_shown(one, disclosure),
            agreement=disclosure.agreements.get(one.source),
            withheld=tuple(kept.get(one.source, ())),
            shown=tuple(sorted({record.category.value for record in one.records})),
        )
        for one in disclosure.released
    )


def _about(act: Act, source: SourceId) -> AuditedSource:
    """The source an act was about. Under an enquiry it offered the candidate who was decided about; else nobody was."""
    if act.enquiry_id is None:
        return AuditedSource(source, AnswerState.NOT_ASKED, (), 0, None)
    return AuditedSource(source, AnswerState.KNOWN, (), 1, None)


def _shown(released: Released, disclosure: Disclosure) -> int:
    if disclosure.question.kind is QuestionKind.VIEW:
        return len(released.records)
    found = disclosure.finds.get(released.source)
    return len(found.candidates) + len(found.rejected) if found else 0
