"""From bytes to a request that is safe to give to the library: strict shape, strict JSON."""

from typing import Any

import msgspec

from hub.gate.refusals import RequestRefused
from hub.gate.strict_json import read_object
from hub.schema.limits import DoorLimits

_KEYS = frozenset({"query", "operationName", "variables", "extensions"})


class GraphQLRequest(msgspec.Struct, frozen=True):
    """One operation as it was sent. ``extensions`` are accepted and not used."""

    query: str
    operation_name: str | None
    variables: dict[str, Any]


def read_request(body: bytes, limits: DoorLimits) -> GraphQLRequest:
    """The request a body holds. Raises RequestRefused."""
    if len(body) > limits.body_bytes:
        raise RequestRefused("body-too-large", f"The body is larger than {limits.body_bytes} bytes.")
    told = read_object(body, limits.json_depth)
    if not told.keys() <= _KEYS:
        raise RequestRefused("request-shape", "A request has query, operationName, variables, extensions; no more.")
    query, name = told.get("query"), told.get("operationName")
    variables, extensions = told.get("variables"), told.get("extensions")
    if not isinstance(query, str) or not query:
        raise RequestRefused("request-shape", "A request has a query, which is text.")
    if not isinstance(name, str | None):
        raise RequestRefused("request-shape", "The operationName is text.")
    if not isinstance(variables, dict | None) or not isinstance(extensions, dict | None):
        raise RequestRefused("request-shape", "The variables and extensions are objects.")
    return GraphQLRequest(query, name, variables or {})
