"""The demo's issuer of bearer tokens: publishes its keys on loopback, and signs only for those who hold its folder.

There is no page to sign in at and no request that returns a token: whoever can read the state
folder can mint one, nobody else. ``python -m hub.demo.issuer --port 0 --state FOLDER``
"""

import argparse
import json
import time
import uuid
from datetime import timedelta
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from hub.demo.partners.serving import serve
from hub.demo.personas import persona
from hub.errors import ConfigurationError

ALGORITHM = "ES256"


def mint(state: Path, role: str, *, audience: str, lifetime: timedelta = timedelta(hours=1)) -> str:
    """A bearer token for the persona of this role, or of this persona id.

    Raises BadInput when there is no such persona, ConfigurationError when no issuer ran in this folder.
    """
    who, now = persona(role), int(time.time())
    key = _signing_key(state)
    claims = {
        "iss": issuer_url(state),
        "sub": who.id,
        "aud": audience,
        "iat": now,
        "nbf": now,
        "exp": now + int(lifetime.total_seconds()),
        "jti": str(uuid.uuid4()),
        "name": who.name,
        "agency": who.agency.value,
        "roles": sorted(who.roles),
        "email": who.email,
    }
    return jwt.encode({"alg": ALGORITHM, "kid": key.kid, "typ": "at+jwt"}, claims, key, algorithms=[ALGORITHM])


def issuer_url(state: Path) -> str:
    """The issuer's name and address. Raises ConfigurationError when none has run in this folder."""
    try:
        return _url_file(state).read_text()
    except FileNotFoundError:
        raise ConfigurationError("No issuer has run in this state folder; start the demo first.") from None


def create_app(state: Path) -> Starlette:
    """The issuer's two documents. Neither holds anything secret."""

    async def configuration(_request: Request) -> JSONResponse:
        url = issuer_url(state)
        return JSONResponse(
            {
                "issuer": url,
                "jwks_uri": f"{url}/jwks.json",
                "id_token_signing_alg_values_supported": [ALGORITHM],
                "response_types_supported": [],
                "subject_types_supported": ["public"],
            }
        )

    async def jwks(_request: Request) -> JSONResponse:
        public = _signing_key(state).as_dict(private=False)
        return JSONResponse({"keys": [{**public, "use": "sig", "alg": ALGORITHM}]})

    return Starlette(routes=[Route("/.well-known/openid-configuration", configuration), Route("/jwks.json", jwks)])


def main() -> None:
    """Run the issuer; its signing key is made on the first start."""
    parser = argparse.ArgumentParser(description="The simulated partnership's issuer of bearer tokens")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--state", type=Path, required=True)
    arguments = parser.parse_args()
    state: Path = arguments.state
    _make_key(state)

    def listening(port: int) -> None:
        _url_file(state).write_text(f"http://127.0.0.1:{port}")

    serve(create_app(state), arguments.port, state, "issuer", listening)


def _make_key(state: Path) -> None:
    file = _key_file(state)
    if file.exists():
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    key = ECKey.generate_key("P-256", auto_kid=True)
    draft = file.with_suffix(".draft")
    draft.touch(0o600)
    draft.write_text(json.dumps(key.as_dict(private=True)))
    draft.replace(file)


def _signing_key(state: Path) -> ECKey:
    try:
        return ECKey.import_key(json.loads(_key_file(state).read_text()))
    except FileNotFoundError:
        raise ConfigurationError("No issuer has run in this state folder; start the demo first.") from None


def _key_file(state: Path) -> Path:
    return state / "issuer-key.json"


def _url_file(state: Path) -> Path:
    return state / "issuer.url"


if __name__ == "__main__":
    main()
