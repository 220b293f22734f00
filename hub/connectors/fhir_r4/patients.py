"""Finding patients: asking in the server's manner, and keeping those who are whom the probe asks for."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import msgspec

from hub.connectors.fhir_r4.chart import nhs_numbers
from hub.connectors.fhir_r4.elements import Json, code, codings, parts, resource_id
from hub.connectors.fhir_r4.identity import FORMER_SELVES, attributes
from hub.connectors.fhir_r4.patient_searches import likely_matches, match_parameters, pds_search, plain_search
from hub.connectors.fhir_r4.search import FhirServer, bundle_of, resource_of
from hub.connectors.fhir_r4.sensitivity import restriction
from hub.connectors.manifest import Manifest
from hub.connectors.mapping.tally import Tally
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState, Label
from hub.domain.deadline import Deadline
from hub.domain.identifiers import LocalId
from hub.domain.people import Found, Name
from hub.domain.searching import PLACE_KEYS, CannotSearch, Probe, SearchKey, TooManyFound
from hub.domain.sounds import soundex
from hub.outbound import Reply

_TOO_MANY = frozenset({"TOO_MANY_MATCHES", "MULTIPLE_MATCHES", "too-costly", "multiple-matches"})
_UNSEARCHABLE = frozenset({"INVALID_SEARCH_DATA", "INVALID_RESOURCE_ID"})
Fits = Mapping[SearchKey, tuple[str, Callable[[str, str], bool]]]  # part of a name, and whether it fits a value
_NAMES: Fits = {
    SearchKey.GIVEN_NAME: ("given_name", str.__eq__),
    SearchKey.FAMILY_NAME: ("family_name", str.__eq__),
    SearchKey.GIVEN_NAME_STARTS: ("given_name", str.startswith),
    SearchKey.FAMILY_NAME_STARTS: ("family_name", str.startswith),
}


def _sounds_like(held: str, asked: str) -> bool:
    return held == asked or "" != soundex(held) == soundex(asked)


_NAMES_AND_SOUNDS: Fits = {
    **_NAMES,
    SearchKey.GIVEN_NAME_SOUNDS: ("given_name", _sounds_like),
    SearchKey.FAMILY_NAME_SOUNDS: ("family_name", _sounds_like),
}


class Patients:
    """The patients of one server, searched as its manifest's ``search_style`` says."""

    def __init__(self, manifest: Manifest, server: FhirServer) -> None:
        self._sets = frozenset(frozenset(keys) for keys in manifest.search)
        self._style, self._most, self._server = manifest.search_style, manifest.limits.max_found, server

    async def find(self, probe: Probe, deadline: Deadline) -> tuple[Found, ...]:
        """Patients who fit. Raises as ``Connector.find``."""
        if probe.keys not in self._sets:
            raise CannotSearch
        if self._style == "match":
            sent = await self._matched(probe)
        elif self._style == "pds":
            sent = await self._traced(probe, deadline)
        else:
            sent = [one for one in await self._searched(probe, deadline) if _is_asked_for(one, probe)]
        found = tuple(_found(one) for one in sent if _is_known_so(one, probe))
        if len(found) > self._most:
            raise TooManyFound
        return found

    async def _searched(self, probe: Probe, deadline: Deadline) -> list[Json]:
        sent = _patients(await self._server.search(plain_search(probe.values), deadline, self._refuse))
        _refuse_strangers(sent, probe)
        return sent

    async def _traced(self, probe: Probe, deadline: Deadline) -> list[Json]:
        """PDS reads by NHS number and searches by the rest; it finds former names, so that names are its to judge."""
        number = probe.values.get(SearchKey.NHS_NUMBER)
        if number is not None:
            return await self._by_number(str(number))
        sent = _patients(await self._server.search(pds_search(probe.values, self._most), deadline, self._refuse))
        _refuse_strangers(sent, probe)
        return sent

    async def _by_number(self, number: str) -> list[Json]:
        """One patient by NHS number. Another number in the reply is the one that superseded it."""
        reply = await self._server.send("GET", f"/Patient/{number}")
        self._refuse(reply, 0)
        patient = resource_of(reply, "Patient")
        if patient is None:
            return []
        (sent,) = _patients([patient])
        if sent["id"] == number:
            return [sent]
        superseded = {"system": "https://fhir.nhs.uk/Id/nhs-number", "use": "old", "value": number}
        return [{**sent, "identifier": [*parts(sent.get("identifier")), superseded]}]

    async def _matched(self, probe: Probe) -> list[Json]:
        reply = await self._server.send("POST", "/Patient/$match", match_parameters(probe.values, self._most))
        self._refuse(reply, 0)
        return _patients(likely_matches(bundle_of(reply).get("entry", [])))

    def _refuse(self, reply: Reply, before: int) -> None:
        """What a server says of a search itself: too many fit, or it cannot be made."""
        told = _outcome_codes(reply)
        if told & _TOO_MANY or before > self._most * 2:
            raise TooManyFound
        if reply.status == 400 and told & _UNSEARCHABLE:
            raise CannotSearch


def _outcome_codes(reply: Reply) -> frozenset[str]:
    """The codes of an OperationOutcome, whether it is the reply or an entry of it."""
    try:
        body = reply.json()
    except SourceFailed:
        return frozenset()  # whoever reads the reply says what is wrong with it
    if not isinstance(body, dict):
        return frozenset()
    entries = [one.get("resource") for one in parts(body.get("entry"))]
    resources = [one for one in (body, *entries) if isinstance(one, dict)]
    outcomes = [one for one in resources if one.get("resourceType") == "OperationOutcome"]
    issues = [issue for one in outcomes for issue in parts(one.get("issue"))]
    details = [coding.code for issue in issues for coding in codings(issue.get("details")) if coding.code]
    return frozenset([*details, *(told for issue in issues if (told := code(issue.get("code"))))])


def _patients(sent: Iterable[Any]) -> list[Json]:
    found: list[Json] = [one for one in sent if isinstance(one, dict) and one.get("resourceType") == "Patient"]
    if any(resource_id(one.get("id")) is None for one in found):
        raise SourceFailed(AnswerState.BAD_DATA, "sent a patient without a usable identifier")
    return found


def _refuse_strangers(sent: Iterable[Json], probe: Probe) -> None:
    """A server that answers with somebody of another number or birth date is at fault."""
    number = probe.values.get(SearchKey.NHS_NUMBER)
    for one in sent:
        numbered = number is None or str(number) in nhs_numbers(one)
        if not numbered or not _was_born(attributes(one).birth_date, probe):
            raise SourceFailed(AnswerState.BAD_DATA, "answered a search with somebody else's record")


def _was_born(born: date | None, probe: Probe) -> bool:
    asked = {key: probe.values[key] for key in probe.keys if key.startswith("b")}
    if not asked:
        return True
    if born is None:
        return False
    told = born.isoformat()
    exact = str(asked.get(SearchKey.BIRTH_DATE, told))
    first, last = str(asked.get(SearchKey.BORN_FROM, told)), str(asked.get(SearchKey.BORN_TO, told))
    return exact == told and first <= told <= last


def _is_asked_for(patient: Json, probe: Probe) -> bool:
    """Servers match the beginning of a string, in any case; a probe says which part is to fit.

    What sounds alike is the server's to judge.
    """
    described = attributes(patient)
    names = (Name(described.given_name, described.family_name), *described.aliases)
    return any(_is_named(name, probe, _NAMES) for name in names) and _lives(patient, probe)


def _is_known_so(patient: Json, probe: Probe) -> bool:
    """Whether the probe fits what they are called and numbered now, of somebody who must not be known as before.

    Servers search former names, and numbers that were superseded: a hit by one would tell who somebody was.
    """
    if not FORMER_SELVES & restriction(patient, Tally()).labels:
        return True
    now, number = attributes(patient), probe.values.get(SearchKey.NHS_NUMBER)
    if number is not None and (number == now.nhs_number or not probe.keys & _NAMES_AND_SOUNDS.keys()):
        return number == now.nhs_number
    return _is_named(Name(now.given_name, now.family_name), probe, _NAMES_AND_SOUNDS)


def _is_named(name: Name, probe: Probe, known: Fits) -> bool:
    """Whether one name fits every value about names of the kinds that are known."""
    for key, (part, fits) in known.items():
        held = (getattr(name, part) or "").casefold()
        if key in probe.values and not (held and fits(held, str(probe.values[key]).casefold())):
            return False
    return True


def _lives(patient: Json, probe: Probe) -> bool:
    if not probe.keys & PLACE_KEYS:
        return True
    if Label.LOCATION_AT_RISK in restriction(patient, Tally()).labels:
        return False
    held = _unspaced(attributes(patient).postcode or "")
    whole, start = (probe.values.get(key) for key in (SearchKey.POSTCODE, SearchKey.POSTCODE_STARTS))
    if not held or (whole is not None and held != _unspaced(str(whole))):
        return False
    return held.startswith(_unspaced(str(start or "")))


def _unspaced(text: str) -> str:
    return "".join(text.split()).casefold()


def _found(patient: Json) -> Found:
    """Of somebody at risk of being found, even the reader of a find learns no place."""
    labels, described = restriction(patient, Tally()).labels, attributes(patient)
    if Label.LOCATION_AT_RISK in labels:
        described = msgspec.structs.replace(described, postcode=None, address=None)
    return Found(LocalId(str(patient["id"])), described, labels)
