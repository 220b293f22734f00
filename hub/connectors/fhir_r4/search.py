"""Searching a FHIR server: every page of a result, from one place, and an end to it."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import unquote, urlencode, urljoin, urlsplit
from uuid import uuid4

import msgspec

from hub.connectors.fhir_r4.asked import Search
from hub.connectors.fhir_r4.elements import Json, code, part, parts
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.deadline import Deadline
from hub.outbound import PartnerHttp, Reply, refuse_unless_ok

_LONGEST_LINK = 4096
_MOST_RESOURCES = 2000  # of one search

Check = Callable[[Reply, int], None]


class FhirServer(msgspec.Struct, frozen=True):
    """One server's address and manners. Every call goes below ``endpoint``."""

    http: PartnerHttp
    endpoint: str
    headers: Mapping[str, str]
    max_pages: int
    counts_requests: bool = False  # the server wants an identifier with every request, as the NHS's do

    async def send(self, method: str, path: str, body: Json | None = None) -> Reply:
        """One request."""
        counted = {"X-Request-ID": str(uuid4())} if self.counts_requests else {}
        return await self.http.send(method, path, headers={**self.headers, **counted}, json=body)

    async def read(self, resource: str, id_: str) -> Json | None:
        """One resource by id. None when the server says, as FHIR servers do, that it has none."""
        reply = await self.send("GET", f"/{resource}/{id_}")
        return resource_of(reply, resource)

    async def search(self, search: Search, deadline: Deadline, check: Check | None = None) -> tuple[Any, ...]:
        """Every match of a search, over all pages. Raises SourceFailed for a result that cannot be whole.

        ``check`` sees each page as it came, and what was found so far, before anything is made of it.
        """
        at = f"/{search.resource}?{urlencode(search.query)}"
        seen: set[str] = set()
        found: list[Any] = []
        matches, total = 0, None
        while at not in seen:
            if len(seen) >= self.max_pages or len(found) > _MOST_RESOURCES:
                raise SourceFailed(AnswerState.BAD_DATA, "has more on this child than the hub accepts in one answer")
            if deadline.remaining() <= 0:
                raise SourceFailed(AnswerState.TIMED_OUT, "did not send every page in time")
            seen.add(at)
            reply = await self.send("GET", at)
            if check is not None:
                check(reply, len(found))
            bundle = bundle_of(reply)
            found.extend(resources_of(bundle))
            matches, total = matches + _matches(bundle), _total(bundle, total)
            following = next_page(bundle, self.endpoint)
            if following is None:
                _refuse_short(matches, total)
                return tuple(found)
            at = following
        raise SourceFailed(AnswerState.BAD_DATA, "sent the hub round the same pages again")


def resource_of(reply: Reply, kind: str) -> Json | None:
    """The one resource that a reply holds. None when the server says, as FHIR servers do, that it has none."""
    if reply.status in {404, 410} and _is_outcome(reply):
        return None
    body = _object(reply)
    if body.get("resourceType") != kind:
        raise SourceFailed(AnswerState.BAD_DATA, f"sent something that is not a {kind} resource")
    return body


def next_page(bundle: Json, endpoint: str) -> str | None:
    """Where the next page is. A link elsewhere is refused when it is followed; one out of the base here."""
    links = (one.get("url") for one in parts(bundle.get("link")) if one.get("relation") == "next")
    link = next((one for one in links if isinstance(one, str)), None)
    if link is None:
        return None
    base = endpoint.rstrip("/")
    try:
        at = urljoin(f"{base}/", link)
        path = unquote(urlsplit(at).path)
    except ValueError as fault:
        raise SourceFailed(AnswerState.BAD_DATA, "sent a link that is not an address") from fault
    if len(at) > _LONGEST_LINK or ".." in path.split("/"):
        raise SourceFailed(AnswerState.BAD_DATA, "sent a link that the hub does not follow")
    # Some servers page from the base itself: https://server/fhir?page=2.
    return f"{base}/{at[len(base) :]}" if at.startswith(f"{base}?") else at


def bundle_of(reply: Reply) -> Json:
    """The search result that a reply holds. Raises SourceFailed for anything else."""
    body = _object(reply)
    if body.get("resourceType") != "Bundle":
        raise SourceFailed(AnswerState.BAD_DATA, "sent something that is not a search result")
    entries = body.get("entry", [])
    if not isinstance(entries, list) or not all(isinstance(one, dict) for one in entries):
        raise SourceFailed(AnswerState.BAD_DATA, "sent a search result that cannot be read")
    return body


def _object(reply: Reply) -> Json:
    refuse_unless_ok(reply.status)
    body = reply.json()
    if not isinstance(body, dict):
        raise SourceFailed(AnswerState.BAD_DATA, "sent something that is not a FHIR resource")
    return body


def _is_outcome(reply: Reply) -> bool:
    """Whether a refusal is the FHIR server's own word, not that of something in front of it."""
    body = reply.json()
    return isinstance(body, dict) and body.get("resourceType") == "OperationOutcome"


def resources_of(bundle: Json) -> list[Any]:
    """The resources of a page. A server that says that it could not do the whole search has not answered."""
    resources = [entry.get("resource") for entry in bundle.get("entry", [])]
    for one in resources:
        if isinstance(one, dict) and one.get("resourceType") == "OperationOutcome":
            severities = {code(issue.get("severity")) for issue in parts(one.get("issue"))}
            if severities & {"error", "fatal"}:
                raise SourceFailed(AnswerState.BAD_DATA, "says that it could not complete the search")
    return resources


def _total(bundle: Json, before: int | None) -> int | None:
    total = bundle.get("total")
    return total if isinstance(total, int) and not isinstance(total, bool) else before


def _matches(bundle: Json) -> int:
    """How many entries of a page are matches; the others explain them."""
    modes = (part(entry, "search").get("mode") for entry in bundle.get("entry", []))
    return sum(mode not in {"include", "outcome"} for mode in modes)


def _refuse_short(matches: int, total: int | None) -> None:
    """Fewer matches than announced are not an answer."""
    if total is not None and matches < total:
        raise SourceFailed(AnswerState.BAD_DATA, "sent fewer records than it says it has")
