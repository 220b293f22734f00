"""What may stand in a whole mapping document of each connector kind: the language's sections and the kind's own."""

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import inspect

from hub.connectors.manifests.shape import shape_of
from hub.connectors.mapping.language import AnyEntry, Identity, PersonLabel
from hub.connectors.rest_json.declared import Rest
from hub.connectors.sql.queries import Sections


def mapping_shape(kind: str) -> inspect.Type | None:
    """The shape of a connector kind's mappings; None for a kind that has none."""
    shape = _SHAPES.get(kind)
    return None if shape is None else shape_of(shape)


def _with_the_language(sections: type[msgspec.Struct]) -> type[msgspec.Struct]:
    return msgspec.defstruct(
        sections.__name__,
        [
            ("records", tuple[AnyEntry, ...], ()),
            ("identity", tuple[Identity, ...], ()),
            ("labels", tuple[PersonLabel, ...], ()),
            ("codes", dict[str, dict[str, Any]], {}),
            ("ignored", dict[str, tuple[str, ...]], {}),
        ],
        bases=(sections,),
        frozen=True,
        forbid_unknown_fields=True,
        kw_only=True,
    )


_SHAPES: Mapping[str, type[msgspec.Struct]] = {
    "rest_json": _with_the_language(Rest),
    "sql": _with_the_language(Sections),
}
