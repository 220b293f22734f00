"""An agreement in the Open Digital Rights Language, with terms of the Data Privacy Vocabulary 2.1, as JSON-LD.

For exchange and for reading by others; the hub decides by the document itself. DPV is a report of a W3C
community group, and its guide to ODRL is unfinished. Its GDPR terms are those of the EU's regulation, which the
UK's keeps the numbers of.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from hub.domain.codes import PurposeCode
from hub.domain.documents import digest
from hub.policy.agreements.days import end_of, first_instant
from hub.policy.agreements.document import AgreedException, Agreement, Clause, Party, Recipients, Rule
from hub.policy.agreements.reading import Read
from hub.policy.purposes import PurposeRow

_OURS = "urn:partnership-hub:"
_CONTEXT = [
    "http://www.w3.org/ns/odrl.jsonld",
    {
        "dpv": "https://w3id.org/dpv#",
        "dpv-odrl": "https://w3id.org/dpv/mappings/odrl#",
        "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
        "loc": "https://w3id.org/dpv/loc#",
        "dcterms": "http://purl.org/dc/terms/",
        "skos": "http://www.w3.org/2004/02/skos/core#",
        "hub": _OURS,
    },
]
_PROFILES = ["https://w3id.org/dpv/mappings/odrl", f"{_OURS}odrl-profile"]
_ARTICLE = re.compile(r"\b([69])\(([12])\)\(([a-j])\)")


def odrl(read: Read, rows: Mapping[PurposeCode, PurposeRow]) -> dict[str, Any]:
    """The document as an ODRL Agreement. Legal bases are those of the purposes, as the policies state them."""
    agreement = read.agreement
    return {
        "@context": _CONTEXT,
        "@type": "Agreement",
        "uid": f"{_OURS}agreement:{agreement.id}:{agreement.version}",
        "profile": _PROFILES,
        "conflict": "prohibit",  # a deny wins
        "dcterms:title": agreement.title or agreement.id,
        "dcterms:identifier": agreement.reference,
        "hub:documentDigest": f"sha256:{digest(read.document)}",
        "hub:reviewDate": {"@value": str(agreement.review_date), "@type": "xsd:date"},
        "dpv:hasJurisdiction": {"@id": "loc:GB"},
        "dpv:hasPurpose": [_purpose(code, rows[code]) for code in PurposeCode if code in agreement.purposes],
        "assigner": [_party(one) for one in agreement.parties if one.role == "discloser"] or _uid("agency", agreement),
        "assignee": [_party(one) for one in agreement.parties if one.role == "recipient"],
        "permission": [one for clause in agreement.clauses() for one in _rules(agreement, *clause, effect="ALLOW")],
        "prohibition": [one for clause in agreement.clauses() for one in _rules(agreement, *clause, effect="DENY")],
        "obligation": [
            {
                "action": "hub:recordDisclosure",
                "dcterms:description": "Every request, refusal and disclosure is recorded before anything leaves.",
            }
        ],
    }


def _rules(agreement: Agreement, place: str, clause: Clause, *, effect: str) -> Iterator[dict[str, Any]]:
    """One ODRL rule for each purpose that a clause is about."""
    if (clause.effect if isinstance(clause, AgreedException) else "ALLOW") != effect:
        return
    first, last = agreement.days_of(clause)
    for code in (code for code in PurposeCode if agreement.about(clause, code)):
        yield {
            "uid": f"{_OURS}agreement:{agreement.id}:{agreement.version}:{place}:{code}",
            "target": _target(agreement, clause),
            "assignee": _assignee(clause.recipients),
            "action": "dpv:Consult",
            "constraint": [
                _constraint("dpv-odrl:Purpose", "eq", {"@id": f"hub:purpose:{code}"}),
                _constraint("dateTime", "gteq", _instant(first_instant(first))),
                _constraint("dateTime", "lt", _instant(end_of(last))),
            ],
            **_words(agreement, clause),
        }


def _words(agreement: Agreement, clause: Clause) -> dict[str, Any]:
    if isinstance(clause, AgreedException):
        return {"dcterms:description": clause.reason}
    conditions = (*agreement.conditions, *clause.conditions)
    duties = [{"action": "hub:observeCondition", "dcterms:description": one} for one in conditions]
    return {"duty": duties} if duties else {}


def _target(agreement: Agreement, clause: Clause) -> dict[str, Any]:
    exists = isinstance(clause, Rule) and clause.mode == "existence"
    return {
        "@type": ["AssetCollection", "dpv:PersonalData"],
        "source": f"{_OURS}source:{agreement.source}",
        "dcterms:description": "whether the source knows the person" if exists else "records of the source",
        "refinement": [
            _constraint("hub:category", "isAnyOf", [{"@id": f"hub:category:{one}"} for one in sorted(clause.covers)])
        ],
    }


def _assignee(recipients: Recipients | None) -> dict[str, Any]:
    if recipients is None:
        return {"@type": "PartyCollection", "source": f"{_OURS}everybody"}
    told = (
        ("role", recipients.roles),
        ("agency", recipients.agencies),
        ("organisation", recipients.organisations),
    )
    refinements = [
        _constraint(f"hub:{name}", "isAnyOf", [{"@id": _name(name, one)} for one in sorted(some)])
        for name, some in told
        if some
    ]
    return {"@type": "PartyCollection", "source": f"{_OURS}everybody", "refinement": refinements}


def _purpose(code: PurposeCode, row: PurposeRow) -> dict[str, Any]:
    articles = [f"eu-gdpr:A{'-'.join(found)}" for basis in row.legal_basis for found in _ARTICLE.findall(basis)]
    stated = [{"@type": "dpv:LegalBasis", "dcterms:description": basis} for basis in row.legal_basis]
    return {
        "@id": f"hub:purpose:{code}",
        "@type": "dpv:Purpose",
        "skos:prefLabel": row.label,
        "dpv:hasLegalBasis": [*({"@id": one} for one in dict.fromkeys(articles)), *stated],
        "dpv:hasApplicableLaw": [{"@id": uri} for uri in row.legislation],
    }


def _party(party: Party) -> dict[str, Any]:
    return {
        "@type": ["Party", "dpv:Organisation"],
        "uid": _name("organisation", party.code or party.organisation),
        "dpv:hasName": party.organisation,
        "hub:agency": {"@id": f"hub:agency:{party.agency}"},
    }


def _uid(kind: str, agreement: Agreement) -> list[dict[str, Any]]:
    return [{"@type": ["Party", "dpv:Organisation"], "uid": _name(kind, agreement.source_agency)}]


def _name(kind: str, name: str) -> str:
    return f"{_OURS}{kind}:" + re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-").lower()


def _constraint(left: str, operator: str, right: Any) -> dict[str, Any]:
    return {"leftOperand": left, "operator": operator, "rightOperand": right}


def _instant(at: datetime) -> dict[str, str]:
    return {"@value": at.isoformat(), "@type": "xsd:dateTime"}
