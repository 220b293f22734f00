"""What a mapping file says to this connector kind: how to search, what to fetch, and for whom.

``docs/connector-guide.md`` describes it for partners. A word that a type here does not have is an error.
"""

from typing import Any, Literal

import msgspec

from hub.connectors.manifest import SearchKey
from hub.connectors.mapping.language import Marked
from hub.domain.codes import Label


class Paging(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Numbered pages: the query's names for page and size, and where a reply says how many there are."""

    total: str  # expression over a page: the number of pages
    style: Literal["page-number"] = "page-number"
    page: str = "page"
    size: str = "size"
    per_page: int = 50
    first: int = 0


class Call(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One HTTP request. Strings may hold placeholders in braces; in a path they are escaped."""

    path: str
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, str] = {}
    json: Any = None
    items: str | None = None  # expression over a reply that gives the list; without it, the reply is the result
    paging: Paging | None = None
    optional: bool = False  # 404 is an ordinary answer: nothing there

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ValueError("a path starts with a slash")
        if self.paging is not None and self.items is None:
            raise ValueError("paging needs items")


class Search(Call, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A search by one key set of the manifest. Placeholders are the keys."""

    keys: tuple[SearchKey, ...]
    local_id: str
    identity: dict[SearchKey, str]
    labels: tuple[Label | Marked, ...] = ()


class Fetch(Call, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request that records are made from. Placeholders are ``{local_id}`` and, with ``each``, ``{key}``.

    The one with ``local_id`` says whom the replies are about; exactly one request does. ``echo`` says
    which ``key`` a reply of an ``each`` request is about, so that somebody else's record is caught.
    """

    name: str
    local_id: str | None = None
    each: bool = False
    echo: str | None = None


class AccessCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asked for each key before anything else about it. Unless ``open`` is exactly true, nothing else is asked.

    Replies that closed something are a result of this ``name``, so that a record can say that it is there.
    """

    name: str
    path: str
    open: str
    message: str


class FanOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The things, named in the reply to one request, that ``each`` requests are made for."""

    over: str
    items: str
    key: str
    access_check: AccessCheck | None = None


class Rest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every part of a mapping file that is not the mapping language itself."""

    find: tuple[Search, ...]
    requests: tuple[Fetch, ...]
    fan_out: FanOut | None = None

    def __post_init__(self) -> None:
        if sum(request.local_id is not None for request in self.requests) != 1:
            raise ValueError("exactly one request gives local_id")
        if len({request.name for request in self.requests}) != len(self.requests):
            raise ValueError("two requests have the same name")
        each = [request for request in self.requests if request.each]
        if each and self.fan_out is None:
            raise ValueError("requests for each need [fan_out]")
        plain = {request.name for request in self.requests if not request.each}
        if self.fan_out is not None and self.fan_out.over not in plain:
            raise ValueError("fan_out.over is not the name of a request")
        if any(request.each and request.local_id is not None for request in self.requests):
            raise ValueError("the request that gives local_id is made once, not for each")
