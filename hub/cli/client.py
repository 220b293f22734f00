"""A caller of a running hub, through its public door like anybody else."""

import asyncio
from typing import Any

import msgspec

from hub.domain.answers import SourceFailed
from hub.errors import BadInput, HubError, Unavailable
from hub.outbound import PartnerHttp

LONGEST_ANSWER = 32 * 1024 * 1024
_NO_HUB = "No hub answers there. Give host and port alone, for example --url http://127.0.0.1:8000."


class Refused(HubError):
    """The hub refused; ``code`` is the hub's own."""

    def __init__(self, code: str, message: str, reasons: tuple[str, ...], reference: str) -> None:
        super().__init__(f"{code}: {message} Reference {reference}.", reasons)
        self.code, self.reference = code, reference


class Caller(msgspec.Struct, frozen=True):
    """Where the hub is, and on whose behalf we ask."""

    url: str
    token: str

    def ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        """Run one operation. Raises Refused with the hub's code, or Unavailable."""
        return asyncio.run(self._ask(query, variables))

    async def _ask(self, query: str, variables: dict[str, Any]) -> dict[str, Any]:
        try:
            http = PartnerHttp(self.url, max_bytes=LONGEST_ANSWER)
        except ValueError as fault:
            raise BadInput("A hub's address is an http or https URL, for example http://127.0.0.1:8000.") from fault
        try:
            reply = await http.send(
                "POST",
                "/graphql",
                json={"query": query, "variables": variables},
                headers={"Authorization": f"Bearer {self.token}"},
            )
        except SourceFailed as failure:
            raise Unavailable("No hub answers at that address. Start one with `make demo`, or give --url.") from failure
        finally:
            await http.close()
        return _data(reply.body)


def _data(body: bytes) -> dict[str, Any]:
    try:
        told = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Unavailable(_NO_HUB) from None
    if told.get("errors"):
        first = told["errors"][0]
        says = first.get("extensions", {})
        raise Refused(
            says.get("code", "INTERNAL"),
            first.get("message", ""),
            tuple(says.get("reasons", ())),
            says.get("reference", "none"),
        )
    data: dict[str, Any] | None = told.get("data")
    if data is None:
        raise Unavailable(_NO_HUB)
    return data
