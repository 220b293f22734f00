"""The connector kind for REST systems that answer JSON: everything about a partner is in its mapping file."""

from hub.connectors.rest_json.connector import RestJson

__all__ = ["RestJson"]
