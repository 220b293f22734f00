"""What the door takes on. Defaults are the figures the hub promises; each can be set."""

import msgspec


class DoorLimits(msgspec.Struct, frozen=True):
    """Bounds of one request, and of all of them together."""

    body_bytes: int = 64 * 1024
    body_seconds: float = 5.0
    json_depth: int = 32
    tokens: int = 500
    depth: int = 10
    aliases: int = 15
    root_fields: int = 10
    fields: int = 1_000  # with every fragment opened where it is spread
    fragments: int = 30
    directives: int = 20
    cost: int = 1_000
    introspection: bool = False
    documents: int = 128  # parsed and validated documents remembered
    executing: int = 256  # requests under way at once; the next is refused
    request_seconds: float = 10.0  # a backstop: the question's own deadline is shorter
    sign_ins_recorded: int = 5  # refused tokens recorded a second at most; the rest are counted
