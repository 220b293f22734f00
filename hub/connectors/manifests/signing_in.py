"""Rules about how the hub signs in. A secret has a name; the secret itself is in no document."""

import itertools
import re
from collections.abc import Iterator

from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake, Path

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_HEADER = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_TAKEN_HEADERS = frozenset({"host", "content-type", "content-length", "accept-encoding", "transfer-encoding", "cookie"})
_OAUTH = "oauth2-client-credentials"
_GOES_WITH = {"header": "api-key", "client_id": _OAUTH, "token_path": _OAUTH, "scope": _OAUTH}
_RANDOM = 20  # characters from which a word of mixed letters and digits looks drawn rather than chosen


def secret_names(draft: Draft) -> Iterator[Mistake]:
    """Wherever a secret is named, it is named and not given."""
    for path in (("authentication", "secret"), ("events", "secret")):
        name = draft.text(*path)
        if name is not None:
            yield from _named(name, path)


def authentication(draft: Draft) -> Iterator[Mistake]:
    """Everything that a way of signing in needs is there, and the connector kind knows the way."""
    kind, way = draft.text("kind"), draft.text("authentication", "kind") or "none"
    at: Path = ("authentication", "kind")
    if kind in {"sql", "exchange"} and way != "none":
        instead = 'Write "none"; secret names the database password.' if kind == "sql" else "Take it out."
        yield mistake("authentication", at, f"the hub does not sign in to a source of kind {kind} so", instead)
    elif kind == "fhir_r4" and way == _OAUTH:
        yield mistake("authentication", at, "a fhir_r4 connector cannot sign in so", 'Write "bearer" or "api-key".')
    if way != "none" and not draft.has("authentication", "secret"):
        says = f"signing in by {way} needs a secret, and none is named"
        yield mistake("missing-field", ("authentication", "secret"), says, 'Add secret = "name-of-the-secret".')
    if way == "api-key":
        yield from _header(draft)
    if way == _OAUTH:
        yield from _client(draft)
    for name, its in _GOES_WITH.items():
        if draft.has("authentication", name) and its != way:
            path = ("authentication", name)
            yield advice("not-used", path, f"{name} goes with {its} and is not used", "Take it out.")


def _header(draft: Draft) -> Iterator[Mistake]:
    header = draft.text("authentication", "header")
    if header is not None and (not _HEADER.fullmatch(header) or header.casefold() in _TAKEN_HEADERS):
        path = ("authentication", "header")
        yield mistake("wrong-form", path, "this is no header that can carry a key", 'Write "X-API-Key".')


def _client(draft: Draft) -> Iterator[Mistake]:
    if not draft.text("authentication", "client_id"):
        says = f"signing in by {_OAUTH} needs client_id"
        yield mistake("missing-field", ("authentication", "client_id"), says, "Add the client's name at your system.")
    path = draft.text("authentication", "token_path") or ""
    if not path.startswith("/"):
        says = f"signing in by {_OAUTH} needs a token_path that begins with a slash"
        instead = 'Write the path below the endpoint: "/oauth/token".'
        yield mistake("missing-field", ("authentication", "token_path"), says, instead)


def _named(name: str, path: Path) -> Iterator[Mistake]:
    instead = 'Write a name such as "education", and set the secret under it in the hub.'
    if not name:
        yield mistake("empty", path, "the secret has no name", instead)
    elif "/" in name or "\\" in name or name.startswith("."):
        yield mistake("secret", path, "this is a path, and a secret is named by a plain name", instead)
    elif any(letter.isspace() for letter in name):
        yield mistake("secret", path, "a secret's name has no spaces", instead)
    elif not _NAME.fullmatch(name) or _looks_drawn(name):
        says = "this looks like the secret itself; take it for known to others from now on, and change it"
        yield mistake("secret", path, says, instead)


def _looks_drawn(name: str) -> bool:
    """Long, of letters and digits mixed, and no words with hyphens between them."""
    longest = max(re.split(r"[._-]", name), key=len)
    mixed = any(letter.isdigit() for letter in longest) and any(letter.isalpha() for letter in longest)
    changes = sum(a.isupper() != b.isupper() for a, b in itertools.pairwise(longest))
    return len(name) >= _RANDOM and ((mixed and len(longest) >= _RANDOM // 2) or changes > len(longest) // 3)
