"""The manifest's JSON Schema, as it is published in ``docs/manifest.schema.json``."""

from enum import StrEnum
from typing import Any

import msgspec

from hub.connectors.manifest import Manifest
from hub.domain.categories import Category
from hub.domain.codes import Agency, Label, PurposeCode
from hub.domain.events import EventType
from hub.domain.searching import SearchKey

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_ID = "urn:partnership-hub:manifest"
_NOTHING: tuple[Any, ...] = (None, [])
_CODES: dict[type[StrEnum], str] = {
    Agency: "An agency whose records a source holds.",
    Category: "A unit of permission: what a record is, for the purpose of deciding who may see it.",
    EventType: "What the hub tells a partner has happened: a pointer, never anything of a case.",
    Label: "A restricted label. It only ever narrows what is shown.",
    PurposeCode: "Why somebody asks.",
    SearchKey: "What a source can be searched by.",
}


def manifest_schema() -> dict[str, Any]:
    """The schema, draft 2020-12. What it takes the checker may still refuse: a schema sees no two fields together."""
    (root,), parts = msgspec.json.schema_components([Manifest], ref_template="#/$defs/{name}")
    parts = msgspec.json.decode(msgspec.json.encode(parts))
    whole = parts.pop(root["$ref"].rsplit("/", 1)[-1])
    parts["TestPerson"]["properties"]["search"]["propertyNames"] = {"$ref": "#/$defs/SearchKey"}
    whole["properties"] = {
        "$schema": {"type": "string", "description": "Where an editor finds this schema. The hub does not read it."},
        **whole["properties"],
    }
    for code, description in _CODES.items():
        parts[code.__name__]["description"] = description
    parts["Category"]["enum"] = [one.value for one in Category if one.kinds]
    for table in (whole, *parts.values()):
        table["description"] = table["description"].replace("``", "")
        for field in table.get("properties", {}).values():
            if field.get("default", "") in _NOTHING:
                del field["default"]
    return {"$schema": _DIALECT, "$id": _ID, **whole, "$defs": parts}
