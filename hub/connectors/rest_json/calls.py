"""Making one declared call: credentials, one renewal after a 401, pages, and the shape of the reply."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from hub.connectors.mapping.expressions import Read, compile_expression
from hub.connectors.rest_json.credentials import Credentials
from hub.connectors.rest_json.declared import Call, Paging
from hub.connectors.rest_json.judging import Judging
from hub.connectors.rest_json.templates import fill, fill_path
from hub.connectors.rest_json.together import together
from hub.domain.answers import SourceFailed
from hub.domain.codes import AnswerState
from hub.domain.searching import TooManyFound
from hub.outbound import PartnerHttp, Reply, refuse_unless_ok

Values = Mapping[str, str]


class Caller:
    """Calls one partner as its mapping declares."""

    def __init__(
        self, http: PartnerHttp, credentials: Credentials, max_pages: int, judging: Judging | None = None
    ) -> None:
        self._http = http
        self._credentials = credentials
        self._max_pages = max_pages
        self._judging = judging
        self._reads: dict[str, Read] = {}

    async def result(self, call: Call, values: Values, most: int | None = None) -> Any:
        """The reply, or its items over all pages. None for a 404 to an optional call.

        Raises TooManyFound, before any further page is asked for, where the pages hold more than ``most`` items.
        """
        if call.paging is not None:
            return await self._pages(call, call.paging, values, most)
        reply = await self._page(call, values, {})
        if reply is None or call.items is None:
            return reply
        return self._items(call, reply)

    async def _pages(self, call: Call, paging: Paging, values: Values, most: int | None) -> list[Any] | None:
        size = {paging.size: str(paging.per_page)}
        first = await self._page(call, values, {**size, paging.page: str(paging.first)})
        if first is None:
            return None
        total = self._read(paging.total, first)
        if not isinstance(total, int) or isinstance(total, bool) or total < 0:
            raise unlike_its_mapping()
        held = len(self._items(call, first))
        if most is not None and held and (total - 1) * held >= most:
            raise TooManyFound  # the last page holds at least one more
        if total > self._max_pages:
            raise SourceFailed(AnswerState.BAD_DATA, "offered more pages than the hub reads")
        rest = [
            partial(self._page, call, values, {**size, paging.page: str(paging.first + number)})
            for number in range(1, total)
        ]
        pages = [first, *(await together(rest) if rest else [])]
        return [item for page in pages for item in self._items(call, page)]

    async def _page(self, call: Call, values: Values, paging: Mapping[str, str]) -> Any:
        reply = await self._send(call, values, paging)
        if self._judging is not None:
            self._judging.heed(reply)
        if reply.status == 404 and call.optional:
            return None
        refuse_unless_ok(reply.status)
        decoded = reply.json()
        if not isinstance(decoded, (dict, list)):
            raise unlike_its_mapping()
        return decoded

    async def _send(self, call: Call, values: Values, paging: Mapping[str, str]) -> Reply:
        path = fill_path(call.path, values)
        params = {**fill(call.params, values), **paging}
        send = partial(self._http.send, call.method, path, params=params, json=fill(call.json, values))
        headers = await self._credentials.headers()
        reply = await send(headers=headers)
        if reply.status != 401:
            return reply
        other = await self._credentials.renewed(headers)
        return reply if other is None else await send(headers=other)

    def _items(self, call: Call, reply: Any) -> list[Any]:
        items = self._read(call.items or "@", reply)
        if not isinstance(items, list):
            raise unlike_its_mapping()
        return items

    def _read(self, expression: str, value: Any) -> Any:
        if expression not in self._reads:
            self._reads[expression] = compile_expression(expression).read
        return self._reads[expression]((value, value, None))


def unlike_its_mapping() -> SourceFailed:
    """The failure of a reply whose outer shape is not what the mapping file says."""
    return SourceFailed(AnswerState.BAD_DATA, "sent a reply of another shape than its mapping says")
