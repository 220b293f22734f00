"""A policy folder on its way to a hub: small enough for its door, and never larger unpacked than a folder may be."""

import base64
import binascii
import zlib
from pathlib import Path

import msgspec

from hub.errors import BadInput
from hub.policy.texts import MOST_BYTES, PolicyTexts, read_texts


def pack(folder: Path) -> str:
    """The texts of a policy folder as JSON, compressed with zlib, in base64. Raises ConfigurationError."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(read_texts(folder)), 9)).decode()


def unpack(packed: str) -> PolicyTexts:
    """The texts again. Raises BadInput for what is no such thing, or unpacks to more than a policy folder may hold."""
    opening = zlib.decompressobj()
    try:
        plain = opening.decompress(base64.b64decode(packed, validate=True), 2 * MOST_BYTES)
        if opening.unconsumed_tail or not opening.eof:
            raise BadInput("The packed policies are cut short, or larger than a policy folder may be.", ("policies",))
        return msgspec.json.decode(plain, type=PolicyTexts)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as fault:
        raise BadInput("Send the policies as `hub audit replay --under FOLDER` packs them.", ("policies",)) from fault
