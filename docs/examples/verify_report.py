"""Verify a report of accesses: python verify_report.py KEYS REPORT SIGNATURE PROOFS.

KEYS is the hub's key set as a file (https://the-hub/.well-known/jwks.json); REPORT, SIGNATURE and PROOFS are
report.json, report.jws and proofs.json as they were handed over. Says that the hub signed the report and that there
is a proof for every access in it, and exits 0; or says what is wrong and exits 1. That the proofs hold, hub/verifier.py
shows.
"""

import json
import sys
from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

keys, report, signature, proofs = (Path(name) for name in sys.argv[1:5])
try:
    key_set = KeySet.import_key_set(json.loads(keys.read_text()))
    told = jws.deserialize_compact(signature.read_text().strip(), key_set, algorithms=["EdDSA"])
except (JoseError, ValueError) as fault:
    sys.exit(f"Not signed by this hub: {type(fault).__name__}")
if told.headers().get("typ") != "subject-access-report" or told.payload != report.read_bytes():
    sys.exit("The hub signed something else than this report")
document, bundle = json.loads(told.payload), json.loads(proofs.read_text())
proven = {one["index"] for one in bundle["entries"]}
missing = [one["number"] for one in document["accesses"] if one["index"] not in proven]
if missing or bundle["origin"] != document["made_by"]:
    sys.exit(f"There is no proof of accesses {missing} in the log {document['made_by']}")
sys.stdout.write(
    f"Signed by this hub on {document['made_at']}: {len(document['accesses'])} accesses, each with a proof\n"
)
