"""An answer as MAIS tells it: whether there is a match, and an Organization to reach for each source that has one.

``match`` is true where a source is certain, false where every source answered that it knows nobody, and
otherwise has no value but a reason for having none: whoever reads only ``match`` must never take a partner
that did not answer, or that may not tell, for one that knows nobody. ``source`` says what became of each.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hub.domain.answers import MATCH_WAITS, Answer
from hub.domain.codes import AnswerState, SubjectKind
from hub.domain.disclosures import Disclosure
from hub.domain.handling import handling
from hub.domain.identifiers import SourceId
from hub.domain.records import RelatedProfessional, ServiceEpisode
from hub.domain.sources import Source

_ABSENT = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
_EMAIL = re.compile(r"[^\s,;()]+@[^\s,;()]+\.[^\s,;()]+")
_PHONE = re.compile(r"\+?[0-9][0-9 ()-]{7,}[0-9]")
Json = dict[str, Any]


def told(disclosure: Disclosure, sources: Mapping[SourceId, Source], request_id: str) -> Json:
    """The Parameters resource of one answer. ``request_id`` is that of the hub's evidence."""
    answers = [one.answer for one in disclosure.released]
    known = [one for one in answers if one.state is AnswerState.KNOWN]
    return {
        "resourceType": "Parameters",
        "parameter": [
            _match(answers),
            {"name": "result", "valueCode": _result(answers)},
            *({"name": "contact", "resource": _organisation(sources[one.source], one)} for one in known),
            *({"name": "source", "part": list(_became(sources[one.source], one))} for one in answers),
            {"name": "requestId", "valueString": request_id},
        ],
    }


def _result(answers: Sequence[Answer]) -> str:
    """MAIS's words: certain, possible, none; and unknown, for which it has none."""
    if any(one.state is AnswerState.KNOWN for one in answers):
        return "certain"
    if any(MATCH_WAITS in one.reasons for one in answers):
        return "possible"
    return "none" if all(one.state is AnswerState.NOT_KNOWN for one in answers) else "unknown"


def _match(answers: Sequence[Answer]) -> Json:
    result = _result(answers)
    if result in {"certain", "none"}:
        return {"name": "match", "valueBoolean": result == "certain"}
    return {"name": "match", "_valueBoolean": {"extension": [{"url": _ABSENT, "valueCode": "unknown"}]}}


def _became(source: Source, answer: Answer) -> Iterator[Json]:
    yield {"name": "name", "valueString": source.name}
    yield {"name": "agency", "valueCode": source.agency.value}
    yield {"name": "state", "valueCode": answer.state.value}
    yield {"name": "explanation", "valueString": answer.explanation}
    if answer.as_of is not None:
        yield {"name": "asOf", "valueInstant": answer.as_of.isoformat(timespec="seconds")}


def _organisation(source: Source, answer: Answer) -> Json:
    episodes = [
        one for one in answer.records if isinstance(one, ServiceEpisode) and one.about.kind is SubjectKind.CHILD
    ]
    people = [contact for episode in episodes for contact in _involved(episode)]
    organisation: Json = {"resourceType": "Organization", "name": source.name, "telecom": _telecom(source.contact)}
    return organisation | ({"contact": people} if people else {})


def _involved(episode: ServiceEpisode) -> Iterator[Json]:
    """Who is, or was, involved: one entry for each professional, or one for the service that names nobody."""
    during = f"{episode.start or 'not recorded'} to {episode.end or 'now'}"
    words = (f"{episode.label}: {episode.service}, {episode.organisation}", during, *handling(episode))
    for one in episode.professionals or (RelatedProfessional(),):
        named = ", ".join(part for part in (one.name, one.role) if part)
        contact: Json = {"purpose": {"text": "; ".join(words)}}
        contact |= {"name": {"text": named}} if named else {}
        yield contact | ({"telecom": _telecom(one.contact)} if one.contact else {})


def _telecom(words: str) -> list[Json]:
    """What a partner wrote as its contact: as it stands, and each number and address in it for a machine."""
    phones = ({"system": "phone", "value": found.strip(), "use": "work"} for found in _PHONE.findall(words))
    emails = ({"system": "email", "value": found, "use": "work"} for found in _EMAIL.findall(words))
    return [*phones, *emails, {"system": "other", "value": words, "use": "work"}]
