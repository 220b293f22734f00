"""Verify an envelope that a hub sent with a request, as it was kept: python verify_envelope.py KEYS ENVELOPE SOURCE.

KEYS is the hub's key set as a file (https://the-hub/.well-known/jwks.json), ENVELOPE the file with the value of
the Hub-Request header, SOURCE your source's id. Prints the request and exits 0, or says what is wrong and exits 1.
"""

import json
import sys
from pathlib import Path

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

keys, envelope, source = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
try:
    key_set = KeySet.import_key_set(json.loads(keys.read_text()))
    told = jws.deserialize_compact(envelope.read_text().strip(), key_set, algorithms=["EdDSA"])
except (JoseError, ValueError) as fault:
    sys.exit(f"Not signed by this hub: {type(fault).__name__}")
claims = json.loads(told.payload)
if told.headers().get("typ") != "hub-request+jwt" or claims["aud"] != source:
    sys.exit("Signed by this hub, but no request to this source")
print(json.dumps(claims, indent=2))
