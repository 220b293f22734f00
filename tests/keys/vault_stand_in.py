"""A stand-in for HashiCorp Vault's transit engine as a process of its own, speaking its HTTP API.

Real AES-256-GCM with associated data, versions, tokens, seals, and Vault's own words and statuses.
Run it with a root token; it prints its port. State lives in memory and goes with the process.
"""

import base64
import json
import os
import re
import sys
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ROUTES: list[tuple[str, re.Pattern[str], Callable[..., Any]]] = []


class Refused(Exception):
    def __init__(self, status: int, *errors: str) -> None:
        self.status, self.errors = status, errors


class Vault:
    def __init__(self, root: str) -> None:
        self.root, self.tokens = root, set[str]()
        self.keys: dict[str, dict[str, Any]] = {}
        self.sealed, self.mount, self.namespace = False, "transit", ""


def route(method: str, path: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def add(answer: Callable[..., Any]) -> Callable[..., Any]:
        ROUTES.append((method, re.compile(f"/v1/{path}"), answer))
        return answer

    return add


@route("POST", r"sys/(seal|unseal)")
def seal(vault: Vault, verb: str, _told: dict[str, Any]) -> None:
    vault.sealed = verb == "seal"


@route("POST", r"auth/token/(create|revoke)")
def token(vault: Vault, verb: str, told: dict[str, Any]) -> None:
    (vault.tokens.add if verb == "create" else vault.tokens.discard)(told["token"])


@route("POST", r"transit/keys/([\w-]+)")
def make(vault: Vault, name: str, told: dict[str, Any]) -> None:
    key = {"type": "aes256-gcm96", "derived": False, "versions": [os.urandom(32)], "oldest": 1}
    vault.keys.setdefault(name, {**key, **told})


@route("DELETE", r"transit/keys/([\w-]+)")
def forget(vault: Vault, name: str, _told: dict[str, Any]) -> None:
    del vault.keys[name]


@route("POST", r"transit/keys/([\w-]+)/rotate")
def rotate(vault: Vault, name: str, _told: dict[str, Any]) -> None:
    vault.keys[name]["versions"].append(os.urandom(32))


@route("POST", r"transit/keys/([\w-]+)/config")
def configure(vault: Vault, name: str, told: dict[str, Any]) -> None:
    vault.keys[name]["oldest"] = told["min_decryption_version"]


@route("GET", r"transit/keys/([\w-]+)")
def describe(vault: Vault, name: str, _told: dict[str, Any]) -> dict[str, Any]:
    if name not in vault.keys:
        raise Refused(404)
    key = vault.keys[name]
    return {"name": name, "type": key["type"], "derived": key["derived"], "latest_version": len(key["versions"])}


@route("POST", r"transit/encrypt/([\w-]+)")
def encrypt(vault: Vault, name: str, told: dict[str, Any]) -> dict[str, Any]:
    versions, nonce = _key(vault, name)["versions"], os.urandom(12)
    sealed = nonce + AESGCM(versions[-1]).encrypt(nonce, _bytes(told["plaintext"]), _bytes(told["associated_data"]))
    return {"ciphertext": f"vault:v{len(versions)}:{_text(sealed)}", "key_version": len(versions)}


@route("POST", r"transit/decrypt/([\w-]+)")
def decrypt(vault: Vault, name: str, told: dict[str, Any]) -> dict[str, Any]:
    return {"plaintext": _text(_opened(_key(vault, name), told["ciphertext"], _bytes(told["associated_data"])))}


@route("POST", r"transit/rewrap/([\w-]+)")
def rewrap(vault: Vault, name: str, told: dict[str, Any]) -> dict[str, Any]:
    """As in Vault, whatever associated data is sent is not looked at."""
    plain = _opened(_key(vault, name), told["ciphertext"], b"")
    return encrypt(vault, name, {"plaintext": _text(plain), "associated_data": ""})


def _key(vault: Vault, name: str) -> dict[str, Any]:
    if name not in vault.keys:
        raise Refused(400, "encryption key not found")
    return vault.keys[name]


def _opened(key: dict[str, Any], ciphertext: str, associated: bytes) -> bytes:
    parts = re.fullmatch(r"vault:v(\d+):(.*)", ciphertext)
    if not parts:
        raise Refused(400, "invalid ciphertext: no prefix")
    version, sealed = int(parts[1]), _bytes(parts[2])
    if version > len(key["versions"]):
        raise Refused(400, "invalid ciphertext: version is too new")
    if version < key["oldest"]:
        raise Refused(400, "ciphertext or signature version is disallowed by policy (too old)")
    try:
        return AESGCM(key["versions"][version - 1]).decrypt(sealed[:12], sealed[12:], associated)
    except InvalidTag:
        raise Refused(400, "cipher: message authentication failed") from None


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


class Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    vault: Vault

    def do_GET(self) -> None:
        self._answer("GET")

    def do_POST(self) -> None:
        self._answer("POST")

    def do_DELETE(self) -> None:
        self._answer("DELETE")

    def _answer(self, method: str) -> None:
        told = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        try:
            data = self._found(method, told)
            self._send(200 if data else 204, {"request_id": "r", "data": data} if data else None)
        except Refused as refused:
            self._send(refused.status, {"errors": refused.errors})

    def _found(self, method: str, told: dict[str, Any]) -> Any:
        vault, bearer = self.vault, self.headers.get("X-Vault-Token", "")
        if vault.sealed and not self.path.startswith("/v1/sys/"):
            raise Refused(503, "Vault is sealed")
        own = re.fullmatch(r"/v1/transit/((en|de)crypt|rewrap|keys)/[\w-]+", self.path)
        if bearer != vault.root and not (bearer in vault.tokens and own):
            raise Refused(403, "1 error occurred:\n\t* permission denied\n\n")
        for wanted, path, answer in ROUTES:
            if method == wanted and (found := path.fullmatch(self.path)):
                return answer(vault, *found.groups(), told)
        raise Refused(404, "no handler for route")

    def _send(self, status: int, told: Any) -> None:
        body = b"" if told is None else json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_told: Any) -> None:
        pass


if __name__ == "__main__":
    Door.vault = Vault(sys.argv[1])
    server = ThreadingHTTPServer(("127.0.0.1", int(sys.argv[2]) if len(sys.argv) > 2 else 0), Door)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
