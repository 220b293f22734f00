"""The ``sql`` connector kind."""

from hub.connectors.sql.connector import Sql

__all__ = ["Sql"]
