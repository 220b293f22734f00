"""A partner's script: the declared searches and requests, checked against each other and compiled."""

from collections.abc import Iterable, Mapping

import msgspec

from hub.connectors.mapping.expressions import Read, compile_expression
from hub.connectors.rest_json.declared import Call, Fetch, Rest, Search
from hub.connectors.rest_json.judging import Judging, compile_judgement
from hub.connectors.rest_json.related import CompiledFanOut, compile_fan_out
from hub.connectors.rest_json.searches import CompiledSearch, compile_search
from hub.connectors.rest_json.templates import placeholders
from hub.domain.searching import SearchKey
from hub.errors import ConfigurationError

KeySets = tuple[tuple[SearchKey, ...], ...]


class Script(msgspec.Struct, frozen=True):
    """Everything the connector does for a partner, in the order in which it does it."""

    searches: Mapping[frozenset[SearchKey], CompiledSearch]
    requests: tuple[Fetch, ...]
    who: Fetch
    local_id: Read
    fan_out: CompiledFanOut | None
    echoes: Mapping[str, Read]
    adults: Mapping[frozenset[SearchKey], CompiledSearch] = {}
    judging: Judging | None = None

    def needed(self, sources: frozenset[str]) -> tuple[tuple[Fetch, ...], tuple[Fetch, ...], bool]:
        """Requests to make once and for each, for these results, and whether to fan out at all.

        Whom the replies are about is always asked; what is fanned out over, when there is a fan-out.
        """
        each = tuple(one for one in self.requests if one.each and one.name in sources)
        check = None if self.fan_out is None else self.fan_out.check
        fans = self.fan_out is not None and (bool(each) or (check is not None and check.name in sources))
        wanted = sources | {self.who.name} | ({self.fan_out.over} if fans and self.fan_out else set())
        return tuple(one for one in self.requests if not one.each and one.name in wanted), each, fans


def compile_script(file: str, rest: Rest, search: KeySets, network_search: KeySets = ()) -> Script:
    """Check and compile. Raises ConfigurationError naming the file, the entry and the fault."""
    try:
        for entry in (*rest.find, *rest.find_adults):
            _check(f"find by {', '.join(entry.keys)}", entry, set(entry.keys))
        # The record of an adult who was found by a search is read without any child's identifier.
        each = {"key"} if rest.find_adults else {"local_id", "key"}
        for request in rest.requests:
            _check(f"request {request.name}", request, each if request.each else {"local_id"})
        who = next(request for request in rest.requests if request.local_id is not None)
        return Script(
            searches=dict(_searches("find", rest.find, search)),
            requests=rest.requests,
            who=who,
            local_id=compile_expression(who.local_id or "").read,
            fan_out=None if rest.fan_out is None else compile_fan_out(rest.fan_out),
            echoes={one.name: compile_expression(one.echo).read for one in rest.requests if one.echo is not None},
            adults=dict(_searches("find_adults", rest.find_adults, network_search)),
            judging=None if rest.judgement is None else compile_judgement(rest.judgement),
        )
    except ValueError as fault:
        raise ConfigurationError(f"{file} is not a usable mapping: {fault}.") from fault


def _searches(
    section: str, entries: Iterable[Search], search: KeySets
) -> Iterable[tuple[frozenset[SearchKey], CompiledSearch]]:
    by_keys = {frozenset(entry.keys): entry for entry in entries}
    for keys in search:
        if frozenset(keys) not in by_keys:
            raise ValueError(f"the manifest searches by {', '.join(keys)}, and no [[{section}]] has these keys")
        yield frozenset(keys), compile_search(by_keys[frozenset(keys)])


def _check(where: str, call: Call, known: set[str]) -> None:
    """Placeholders are known, and expressions compile, before any partner is asked anything."""
    strange = placeholders([call.path, call.params, call.json]) - known
    if strange:
        raise ValueError(f"{where} has a placeholder {{{min(strange)}}} that nothing fills")
    for expression in (call.items, call.paging.total if call.paging is not None else None):
        if expression is not None:
            compile_expression(expression)
