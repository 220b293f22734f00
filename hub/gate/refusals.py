"""Refusals of the gate: the request never reaches a resolver."""

from http import HTTPStatus

from hub.errors import BadInput


class RequestRefused(BadInput):
    """A request that is not one the hub reads. ``reasons`` names the one rule it broke."""

    def __init__(self, rule: str, message: str, status: HTTPStatus = HTTPStatus.BAD_REQUEST) -> None:
        super().__init__(message, (rule,))
        self.status = status
