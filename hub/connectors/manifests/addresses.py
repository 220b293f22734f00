"""Rules about addresses: where the system is, how it is reached, and where events go."""

import ipaddress
import re
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, urlsplit

from hub.connectors.manifests.draft import Draft, advice, mistake
from hub.connectors.manifests.mistakes import Mistake, Path, short

_DRIVERS = ("postgresql+psycopg", "sqlite+aiosqlite")
_ENDPOINT: Path = ("endpoint",)
# Nothing here can be read in two ways, so that what is checked is what the connector will use.
_DATABASE = re.compile(
    r"(?P<driver>[a-z0-9]+(?:\+[a-z0-9]+)?)://"
    r"(?:[^:@/?#\s]*(?::(?P<password>[^:@/?#\s]*))?@)?"
    r"(?P<host>[^:@/?#\s\[\]]+|\[[0-9a-fA-F:.]+\])?(?::[0-9]{1,5})?"
    r"(?:/(?P<database>[^?#@]*))?(?:\?(?P<options>[^?#]*))?"
)
_OPTIONS = frozenset({"sslmode", "target_session_attrs"})


def endpoint(draft: Draft) -> Iterator[Mistake]:
    """The endpoint suits the kind, holds no secret and leads nowhere that a partner's system cannot be."""
    address, kind = draft.text("endpoint"), draft.text("kind")
    if address is None or kind is None:
        return
    if kind == "exchange":
        if address:
            yield advice("not-used", _ENDPOINT, "the hub calls nothing of a source of kind exchange", 'Write "".')
    elif kind == "sql":
        yield from _database(draft, address)
    else:
        yield from _web(draft, address, _ENDPOINT, draft.text("reach") == "pull")


def reach(draft: Draft) -> Iterator[Mistake]:
    """A partner's own client claims requests; nothing else needs the settings of that."""
    pulled = draft.text("reach") == "pull"
    if draft.text("kind") == "exchange" and not pulled:
        says = "the partner's own client claims requests, and this source does not say so"
        yield mistake("reach", ("reach",), says, 'Write reach = "pull".')
    elif draft.has("pull") and not pulled:
        yield advice(
            "not-used", ("pull",), "this is for a source of reach pull", 'Write reach = "pull", or take it out.'
        )


def events(draft: Draft) -> Iterator[Mistake]:
    """Events go to an address that nobody on the way can read."""
    address, path = draft.text("events", "url"), ("events", "url")
    if address is not None:
        yield from _web(draft, address, path, open_inside=False)
    types = draft.value("events", "types")
    if types == []:
        yield mistake(
            "empty", ("events", "types"), "this names no type of event", "Name at least one, or take [events] out."
        )


def _web(draft: Draft, address: str, path: Path, open_inside: bool) -> Iterator[Mistake]:  # noqa: FBT001
    parts = _split(address)
    host = None if parts is None else parts.hostname
    if parts is None or parts.scheme not in {"http", "https"} or not host:
        says = "this is no http or https address"
        yield mistake("address", path, says, 'Write "https://system.partner.example/api".')
        return
    if parts.username is not None or parts.password is not None:
        says = "this address holds a user name or a password"
        yield mistake("secret", path, says, "Take it out; [authentication] names the secret.")
    if parts.query or parts.fragment:
        says = "this address has a query or a fragment; keys often stand in one"
        yield mistake("address", path, says, "Write the address up to the question mark.")
    if any(letter.isspace() or letter in "{}\\" for letter in address):
        says = "this address holds spaces, braces or backslashes"
        yield mistake("address", path, says, "Write the address as it is called.")
    yield from _host(draft, host, parts.scheme, path, open_inside)


def _host(draft: Draft, host: str, scheme: str, path: Path, open_inside: bool) -> Iterator[Mistake]:  # noqa: FBT001
    address = _ip(host)
    loopback = host == "localhost" or (address is not None and address.is_loopback)
    if address is not None and (address.is_link_local or address.is_unspecified or address.is_multicast):
        says = "no partner's system is at such an address"
        yield mistake("address", path, says, "Write the name or the address of the system itself.")
    elif scheme == "http" and not loopback:
        says = "anybody on the way can read what travels by http"
        instead = "Write https; http is for loopback alone."
        yield advice("unencrypted", path, says, instead) if open_inside else mistake("unencrypted", path, says, instead)
    elif loopback and draft.registering and not open_inside:
        says = "this is the hub's own machine"
        yield advice("loopback", path, says, "Write the address by which the hub reaches your system.")


def _database(draft: Draft, address: str) -> Iterator[Mistake]:
    found = _DATABASE.fullmatch(address)
    if found is None:
        says = "this is no address of a database"
        yield mistake("address", _ENDPOINT, says, 'Write "postgresql+psycopg://user@host:5432/database".')
        return
    options = {name for name, _ in parse_qsl(found["options"] or "", keep_blank_values=True)}
    if found["driver"] not in _DRIVERS:
        says = "this kind of database is not one that the hub reads"
        yield mistake("driver", _ENDPOINT, says, f"Begin with {_DRIVERS[0]}:// or {_DRIVERS[1]}:///.")
    if found["password"] is not None or any("password" in name for name in options):
        says = "this address holds a password"
        yield mistake("secret", _ENDPOINT, says, "Take it out; authentication.secret names the password.")
    if not found["database"]:
        yield mistake("address", _ENDPOINT, "this address names no database", "Write its name after the last slash.")
    if draft.registering and draft.text("reach") != "pull":
        yield from _called_by_the_hub(draft, found["driver"], (found["host"] or "").strip("[]"), options)


def _called_by_the_hub(draft: Draft, driver: str, host: str, options: set[str]) -> Iterator[Mistake]:
    """A partner's word never makes the hub open a file, a socket or a key of its own machine."""
    if driver == _DRIVERS[1]:
        says = "a database in a file would stand on the hub's own machine"
        yield mistake("host", _ENDPOINT, says, 'Serve it with `hub agent run` and write reach = "pull".')
    elif not host:
        yield mistake("host", _ENDPOINT, "this address names no host", "Write the host after the user and an @.")
    else:
        yield from _host(draft, host, driver, _ENDPOINT, open_inside=False)
    if strange := sorted(options - _OPTIONS):
        says = f"a partner's address cannot set {short(strange[0])}"
        yield mistake("option", _ENDPOINT, says, f"Leave it out; {' and '.join(sorted(_OPTIONS))} may stand there.")


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        _ = parts.port  # read here, because a port that is no number is told of only when it is read
    except ValueError:
        return None
    return parts


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
