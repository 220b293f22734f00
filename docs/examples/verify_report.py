"""Verify a report of accesses: python verify_report.py KEYS FOLDER, and whom the report was asked for.

KEYS is the hub's key set as a file (https://the-hub/.well-known/jwks.json); FOLDER holds report.html, report.json,
report.jws and proofs.json as they were handed over. Whom: --nhs-number, --upn, --family-name with --birth-date.

Says that the hub signed the report, that the page is the one that goes with it, that each access has the proof that is
meant for it and, where you say whom the report was asked for, that it is about that person; and exits 0. Or says what
is wrong and exits 1. That the proofs hold, hub/verifier.py shows.
"""

import argparse
import base64
import hashlib
import json
import sys
import unicodedata
import warnings
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, SecurityWarning
from joserfc.jwk import KeySet


def asked() -> argparse.Namespace:
    """What to check, and whom the report was asked for."""
    given = argparse.ArgumentParser(description="Verify a report of accesses.")
    given.add_argument("keys", type=Path)
    given.add_argument("folder", type=Path)
    for name in ("--nhs-number", "--upn", "--family-name", "--birth-date"):
        given.add_argument(name)
    return given.parse_args()


def signed(keys: Path, folder: Path) -> dict[str, Any]:
    """The report, where the hub signed it."""
    try:
        key_set = KeySet.import_key_set(json.loads(keys.read_bytes()))
    except (JoseError, ValueError, KeyError, TypeError):
        sys.exit(f"{keys} is no key set: save what the hub has at /.well-known/jwks.json")
    try:
        told = jws.deserialize_compact((folder / "report.jws").read_text().strip(), key_set, algorithms=["EdDSA"])
    except (JoseError, ValueError) as fault:
        sys.exit(f"Not signed by this hub: {type(fault).__name__}")
    if told.headers().get("typ") != "subject-access-report" or told.payload != (folder / "report.json").read_bytes():
        sys.exit("The hub signed something else than this report")
    document: dict[str, Any] = json.loads(told.payload)
    if document["v"] != 2:
        sys.exit(f"This report is of version {document['v']}, which this script does not know")
    return document


def require_page(document: dict[str, Any], folder: Path) -> None:
    """The page that is read is the one that goes with what is signed."""
    if hashlib.sha256((folder / "report.html").read_bytes()).hexdigest() != document["page_sha256"]:
        sys.exit("report.html is not the page of this report: read report.json")


def require_proofs(document: dict[str, Any], folder: Path) -> None:
    """Each access has the proof of the very entry that is signed."""
    try:
        bundle = json.loads((folder / "proofs.json").read_text())
        proven = {one["index"]: one["hash"] for one in bundle["entries"] if isinstance(one["path"], list)}
        origin, checkpoint = bundle["origin"], bundle["checkpoint"]
    except (ValueError, KeyError, TypeError):
        sys.exit("proofs.json is not what a hub hands over: it has no hashes, no paths or no checkpoint")
    missing = [one["number"] for one in document["accesses"] if proven.get(one["index"]) != one["hash"]]
    if missing or origin != document["made_by"] or not checkpoint:
        sys.exit(f"There is no proof of accesses {missing} in the log {document['made_by']}")


def about(document: dict[str, Any], given: argparse.Namespace) -> str:
    """Whether the report is about whom it was asked for, in words."""
    letters = unicodedata.normalize("NFKD", given.family_name or "").casefold()
    told = {
        "birth_date": given.birth_date,
        "family_name": "".join(one for one in letters if one.isalnum()),
        "nhs_number": "".join((given.nhs_number or "").split()),
        "upn": "".join((given.upn or "").split()).upper(),
    }
    if not any(told.values()):
        return f"Whom it is about was not checked: say {', '.join(document['found_by'])}, all in one call."
    told = {name: value for name, value in told.items() if value}
    named = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    salt, expected = (base64.b64decode(document["about"][name]) for name in ("salt", "hash"))
    n, r = document["about"]["n"], document["about"]["r"]
    if hashlib.scrypt(named, salt=salt, n=n, r=r, p=1, dklen=32) != expected:
        sys.exit(f"It is about somebody else, or was asked for otherwise. It was: by {', '.join(document['found_by'])}")
    return "It is about the person you named."


warnings.simplefilter("ignore", SecurityWarning)  # RFC 9864 has another name for EdDSA, which reports are signed with
given = asked()
try:
    document = signed(given.keys, given.folder)
    require_page(document, given.folder)
    require_proofs(document, given.folder)
except OSError as fault:
    sys.exit(f"{fault.filename} cannot be read: {fault.strerror}")
count = len(document["accesses"])
proofs = (
    f"It tells of {count} accesses, and proofs.json has the proof meant for each. That the proofs hold was not checked "
    "here: python verifier.py proofs.json --key KEY, with the log's key."
)
nothing = "It tells of no access, so there is nothing to prove; proofs.json has the log's checkpoint alone."
sys.stdout.write(
    f"Signed by this hub on {document['made_at']}, with the page that goes with it. {about(document, given)}\n"
    f"{proofs if count else nothing}\n"
)
