"""Documents from files and from the register: decoded strictly, verified, or refused."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import msgspec
import structlog

from hub.domain.agreements import AgreementRecord
from hub.domain.documents import digest
from hub.domain.identifiers import SourceId
from hub.domain.sources import Source
from hub.errors import ConfigurationError
from hub.policy.agreements.checking import mistakes
from hub.policy.agreements.document import Agreement
from hub.policy.agreements.faults import Fault
from hub.policy.agreements.signatures import SignatureCheck, canonical, signatures

MOST_BYTES = 256 * 1024
_log = structlog.get_logger("hub.policy")


class Read(NamedTuple):
    """One document that can be used: as it decides, as the bytes that are kept, and who signed it."""

    agreement: Agreement
    document: bytes  # canonical: what the register keeps, and what its digest is of
    signed: tuple[SignatureCheck, ...]


class Unusable(ValueError):
    """A document that is no agreement. ``faults`` is every mistake in it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(" ".join(f"{one.path}: {one.says}." if one.path else f"{one.says}." for one in faults))


def decode(document: bytes) -> Read:
    """Decode and verify one document. Raises Unusable with every mistake, a broken signature among them."""
    plain = plain_of(document)
    if found := mistakes(plain):
        raise Unusable(found)
    try:
        agreement = msgspec.convert(plain, Agreement)
        signed = signatures(agreement, plain)
    except ValueError as fault:  # a key that is no point of its curve
        raise Unusable([Fault("", str(fault), "Mend what it says.")]) from fault
    broken = [
        Fault(
            f"signatories[{place}].signature",
            "is broken: no key of this party signed this document",
            "Restore what was signed, or take the signature away and have it signed again.",
        )
        for place, one in enumerate(signed)
        if one.state == "broken"
    ]
    if broken:
        raise Unusable(broken)
    return Read(agreement, canonical(plain), signed)


def decoded(records: Iterable[AgreementRecord]) -> dict[SourceId, tuple[Agreement, ...]]:
    """The register's agreements by source, newest version first.

    A record that is not what it says it is, or is no usable document, is left out and logged: an agreement
    that is missing is a deny.
    """
    found: dict[SourceId, list[Agreement]] = {}
    for record in records:
        try:
            agreement = _as_recorded(record)
        except Unusable:
            _log.error("agreement_refused", agreement=record.id, version=record.version)
            continue
        found.setdefault(record.source, []).append(agreement)
    return {source: newest_first(some) for source, some in found.items()}


def _as_recorded(record: AgreementRecord) -> Agreement:
    """The agreement of a record. Raises Unusable unless it is what the record says."""
    if digest(record.document) != record.digest:
        raise Unusable([Fault("", "does not have the digest of its record", "Put it in again.")])
    agreement = decode(record.document).agreement
    if (agreement.id, agreement.version, agreement.source) != (record.id, record.version, record.source):
        raise Unusable([Fault("", "is another document than its record names", "Put it in again.")])
    return agreement


def read_agreements(folder: Path, sources: Sequence[Source]) -> dict[SourceId, tuple[Agreement, ...]]:
    """Every ``*.json`` of a folder by source, newest version first.

    Agreements with sources that are not registered are left out. Raises ConfigurationError naming the
    file and the fault.
    """
    agencies = {source.id: source.agency for source in sources}
    read = read_documents(folder)
    for file, one in read.items():
        if agencies.get(one.agreement.source, one.agreement.source_agency) != one.agreement.source_agency:
            raise ConfigurationError(f"{file}: the source {one.agreement.source} belongs to another agency.")
    newest = newest_first(one.agreement for one in read.values())
    return {source: tuple(one for one in newest if one.source == source) for source in agencies}


def read_documents(folder: Path) -> dict[str, Read]:
    """Every ``*.json`` of a folder by its file's name. Raises ConfigurationError naming the file and the fault."""
    if not folder.is_dir():
        raise ConfigurationError(f"The agreements folder {folder} does not exist.")
    read: dict[str, Read] = {}
    for file in sorted(folder.glob("*.json")):
        one = read_document(file)
        if any(one.agreement.reference == other.agreement.reference for other in read.values()):
            raise ConfigurationError(f"{file.name}: another document is {one.agreement.reference} already.")
        read[file.name] = one
    return read


def read_document(file: Path) -> Read:
    """Decode one file strictly: no unknown field, no unknown code, no broken signature. Raises ConfigurationError."""
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ConfigurationError(f"{file.name} is larger than {MOST_BYTES} bytes.")
        return decode(file.read_bytes())
    except (OSError, Unusable) as fault:
        raise ConfigurationError(f"{file.name} is not a usable agreement: {fault}") from fault


def read_agreement(file: Path) -> Agreement:
    """The agreement in one file. Raises ConfigurationError."""
    return read_document(file).agreement


def newest_first(agreements: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """In the order in which they are looked at."""
    return tuple(sorted(agreements, key=lambda one: (-one.version, one.id)))


def plain_of(document: bytes) -> Any:
    """A document as JSON in one reading only: no repeated key, no fraction, no half character. Raises Unusable."""
    try:
        plain = json.loads(document.decode(), object_pairs_hook=_once, parse_float=_whole, parse_constant=_whole)
        canonical(plain)
    except (ValueError, RecursionError) as fault:
        says = str(fault) if isinstance(fault, _TwoReadings) else "is not JSON in UTF-8"
        raise Unusable([Fault("", says, "Mend the JSON.")]) from fault
    return plain


class _TwoReadings(ValueError):
    """JSON that two programs could read differently."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _TwoReadings("an object has a key twice")
    return found


def _whole(_number: str) -> NoReturn:
    raise _TwoReadings("holds a number that is not whole")
