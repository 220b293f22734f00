"""Cutting answers down to what the permit allows, field by field, with the reasons kept.

The only place where a Disclosure is built. Pure: no input, no output, no clock.
"""

from hub.redaction.releasing import redact
from hub.redaction.rules import LOCATION_UNKNOWN

__all__ = ["LOCATION_UNKNOWN", "redact"]
