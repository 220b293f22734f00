"""What a search came to, in words for whoever asked. Pure."""

import msgspec

from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState, MatchState
from hub.domain.holding import handed_of, reasons_of
from hub.domain.people import TOO_MANY_FOUND, Candidate, PersonReference, SourceFind
from hub.domain.searching import Searched
from hub.domain.sources import Source
from hub.identity.finding.trails import Trail

_SENTENCES = {
    MatchState.MATCH: "{name} knows this child.",
    MatchState.POTENTIAL: "{name} knows somebody who is probably this child. Compare, or phone {contact}.",
    MatchState.MANY: "{name} knows several people who could be this child. Compare, or phone {contact}.",
    MatchState.LOW: "{name} knows somebody who may be this child, but little agrees. Compare, or phone {contact}.",
    MatchState.NONE: "{name} found nobody under what it was searched with.",
}


def amounting_to(
    source: Source, match: MatchState, candidates: tuple[Candidate, ...] = (), steps: tuple[Searched, ...] = ()
) -> SourceFind:
    """A find of a source that answered, with the sentence for what it came to."""
    state = AnswerState.NOT_KNOWN if match is MatchState.NONE else AnswerState.KNOWN
    sentence = _SENTENCES[match].format(name=source.name, contact=source.contact)
    return SourceFind(source.id, state, match, candidates, sentence, steps=steps)


def unsearchable(source: Source) -> SourceFind:
    """The find of a source that cannot be searched with what is known."""
    sentence = (
        f"{source.name} cannot be searched with what this enquiry holds. "
        f"Open one with family name and birth date, or phone {source.contact}."
    )
    return SourceFind(source.id, AnswerState.NOT_ASKED, MatchState.NONE, (), sentence, ("no-search-key",))


def stopped(source: Source, trail: Trail, find: SourceFind) -> SourceFind:
    """The find of a search that did not come to its end. A failure never looks like an answer."""
    if trail.failure is None and not trail.hurried:
        return find
    failure = trail.failure or SourceFailed(AnswerState.TIMED_OUT, "could not be searched in every step in time")
    sentence = f"{source.name} {failure.happened}. This is not reassurance: ask again, or phone {source.contact}."
    return msgspec.structs.replace(
        find, state=failure.state, explanation=sentence, reasons=reasons_of(failure), handed=handed_of(failure)
    )


def too_many(find: SourceFind, source: Source, told: PersonReference) -> SourceFind:
    """The find where more fit than can be told apart, with what to add."""
    lacking = [
        name
        for name, known in (
            ("the given name", told.given_name),
            ("the birth date", told.birth_date),
            ("the postcode", told.postcode),
            ("the NHS number or UPN", told.nhs_number or told.upn),
        )
        if not known
    ]
    more = f"Open an enquiry with {' or '.join(lacking)}, search wider" if lacking else "Search wider"
    known = f"{source.name} knows more people of this description than it can tell apart."
    sentence = f"{known} {more} deliberately, or phone {source.contact}."
    return msgspec.structs.replace(find, explanation=sentence, reasons=(TOO_MANY_FOUND,))
