"""Candidates of a find as they may be shown: what tells people apart, and how it compared."""

import msgspec

from hub.domain.categories import Category
from hub.domain.codes import AnswerState, Label, MatchState, SubjectKind
from hub.domain.disclosures import shown_reasons
from hub.domain.identifiers import SourceId
from hub.domain.people import Attributes, Candidate, MatchReason, Name, SourceFind
from hub.domain.permits import Verdict
from hub.domain.sources import Source
from hub.redaction.rules import ANSWERED, Rules
from hub.redaction.silences import Silence, said

# What a candidate's attributes are.
_ATTRIBUTES = {
    "nhs_number": Category.IDENTITY_NUMBER,
    "upn": Category.IDENTITY_NUMBER,
    "former_nhs_numbers": Category.IDENTITY_NUMBER,
    "given_name": Category.IDENTITY_NAME,
    "family_name": Category.IDENTITY_NAME,
    "aliases": Category.IDENTITY_NAME,
    "birth_date": Category.IDENTITY_BIRTH_DATE,
    "postcode": Category.IDENTITY_WHEREABOUTS,
    "address": Category.IDENTITY_WHEREABOUTS,
    "school": Category.IDENTITY_WHEREABOUTS,
}
_NOTHING = Attributes()
_NO_LABELS: frozenset[Label] = frozenset()
_PLACES = frozenset({"postcode", "address", "school"})  # as a match reason calls them, too
_UNEXPLAINED = (MatchReason("record", "restricted by its owner: compare by phone", 0.0),)


def shown_find(find: SourceFind, source: Source, rules: Rules, asker: str) -> SourceFind:
    """A find whose candidates show, and explain, only what is permitted; no candidate where existence is not."""
    existence = _existence(find, rules)
    if not existence.permitted and (find.candidates or find.state in ANSWERED):
        sentence = forbidden(source, existence)
        return SourceFind(find.source, AnswerState.WITHHELD, MatchState.NONE, (), sentence, existence.policies)
    offered, rejected = (
        tuple(_shown(_decided(one, asker), find.source, rules) for one in some)
        for some in (find.candidates, find.rejected)
    )
    return msgspec.structs.replace(find, candidates=offered, rejected=rejected)


def _existence(find: SourceFind, rules: Rules) -> Verdict:
    """Whether anybody of this find may be told of: nobody, where the own label of one of them forbids it."""
    people = (*find.candidates, *find.rejected)
    labels = [one.found.labels for one in people] or [_NO_LABELS]
    verdicts = [rules.permit.verdicts(find.source, SubjectKind.CHILD, one)[Category.EXISTENCE] for one in labels]
    return next((one for one in verdicts if not one.permitted), verdicts[0])


def forbidden(source: Source, existence: Verdict) -> str:
    """The sentence for a source of which not even existence is shown."""
    rules = ", ".join(shown_reasons(existence.policies))
    return f"{source.name} is not shown: a rule forbids it ({rules}). Ask {source.contact}."


def _shown(candidate: Candidate, source: SourceId, rules: Rules) -> Candidate:
    found, replace = candidate.found, msgspec.structs.replace
    verdicts = rules.permit.verdicts(source, SubjectKind.CHILD, found.labels)
    hidden = {name for name, category in _ATTRIBUTES.items() if not verdicts[category].permitted}
    attributes = replace(found.attributes, **{name: getattr(_NOTHING, name) for name in hidden})
    shown = replace(candidate, found=replace(found, attributes=_worded(attributes, rules.silences)))
    compared = {reason.attribute for reason in candidate.why}
    if hidden - _PLACES or (hidden and compared & _PLACES):
        # Where something is hidden, how well it compared would tell it.
        return replace(shown, score=0.0, probability=0.0, why=_UNEXPLAINED)
    why = tuple(replace(one, comparison=said(one.comparison, rules.silences)) for one in candidate.why)
    return replace(shown, why=why)


def _decided(candidate: Candidate, asker: str) -> Candidate:
    """The candidate with who decided and when. Reasons may tell anything of a family: only who gave one has it back."""
    decision = candidate.decision
    if decision is None or decision.by == asker:
        return candidate
    return msgspec.structs.replace(candidate, decision=msgspec.structs.replace(decision, reason=""))


def _worded(attributes: Attributes, silent: tuple[Silence, ...]) -> Attributes:
    """Names as they may be told: a source may have written anything into them."""

    def name(text: str | None) -> str | None:
        return None if text is None else said(text, silent, is_name=True)

    return msgspec.structs.replace(
        attributes,
        given_name=name(attributes.given_name),
        family_name=name(attributes.family_name),
        aliases=tuple(Name(name(one.given_name), name(one.family_name)) for one in attributes.aliases),
    )
