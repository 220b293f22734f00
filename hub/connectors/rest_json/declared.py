"""What a mapping file says to this connector kind: how to search, what to fetch, and for whom.

``docs/connector-guide.md`` describes it for partners. A word that a type here does not have is an error.
"""

from typing import Any, Literal

import msgspec

from hub.connectors.mapping.language import Marked
from hub.domain.codes import Label
from hub.domain.holding import DenialReason
from hub.domain.searching import SearchKey


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


KnownBy = Literal["email", "id"]


class AccessLists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Lists of people in the reply to an access check: who is kept out, and who alone is let in.

    ``each`` gives somebody's name from one entry of either list, and ``known_by`` says what of whoever asks
    it is compared with. An empty ``restricted`` list lets in everybody who is not kept out.
    """

    known_by: KnownBy
    excluded: str
    restricted: str
    each: str
    exclusion_message: str
    restriction_message: str


class AccessCheck(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Asked for each key before anything else about it. Unless ``open`` is exactly true, nothing else is asked.

    Replies that closed something are a result of this ``name``, so that a record can say that it is there.
    Where there are ``lists``, a record that is not open to everybody is open to whom they let in.
    """

    name: str
    path: str
    open: str
    message: str
    lists: AccessLists | None = None


class FoundAdult(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How ``each`` requests are made for an adult who was found by a search, and not over the child.

    ``item`` stands in for the thing that the child's own reply would have named; ``{key}`` is the adult's
    identifier. ``who`` names the request whose reply describes the adult in the words of the search.
    """

    who: str
    item: dict[str, str]


class FanOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The things, named in the reply to one request, that ``each`` requests are made for."""

    over: str
    items: str
    key: str
    access_check: AccessCheck | None = None
    adult: FoundAdult | None = None


class Judgement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """By which statuses the partner says that a person there decides, or that it declines; and how to read why.

    ``reasons`` turns the partner's own codes into the hub's; a code that is not there is "holder-declined".
    """

    review_status: int = 202
    denial_status: int = 451
    who: str = "who"
    by: str = "by"
    reference: str = "reference"
    reason: str = "reason"
    words: str = "words"
    reasons: dict[str, DenialReason] = {}

    def __post_init__(self) -> None:
        if self.review_status == self.denial_status or {self.review_status, self.denial_status} & {200, 401, 404, 429}:
            raise ValueError("judgement: give two statuses that mean nothing else: not 200, 401, 404 or 429")


class Rest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every part of a mapping file that is not the mapping language itself."""

    find: tuple[Search, ...]
    requests: tuple[Fetch, ...]
    fan_out: FanOut | None = None
    find_adults: tuple[Search, ...] = ()
    judgement: Judgement | None = None

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
        adult = None if self.fan_out is None else self.fan_out.adult
        if self.find_adults and adult is None:
            raise ValueError("find_adults needs [fan_out.adult]")
        if adult is not None and adult.who not in {request.name for request in each}:
            raise ValueError("fan_out.adult.who is not the name of a request for each")
