"""A policy folder on its way to a hub: small enough for its door, and unpacked too small to keep the hub busy."""

import base64
import binascii
import zlib
from pathlib import Path

import msgspec

from hub.errors import BadInput
from hub.policy.texts import PolicyTexts, read_texts

MOST_TEXT = 160 * 1024  # the engine's work grows with it; the shipped folder has half of that


def pack(folder: Path) -> str:
    """The texts of a policy folder as JSON, compressed with zlib, in base64. Raises ConfigurationError."""
    return base64.b64encode(zlib.compress(msgspec.json.encode(read_texts(folder)), 9)).decode()


def unpack(packed: str) -> PolicyTexts:
    """The texts again. Raises BadInput for what is no such thing, or unpacks to more than may be sent."""
    opening = zlib.decompressobj()
    try:
        plain = opening.decompress(base64.b64decode(packed, validate=True), MOST_TEXT)
        if opening.unconsumed_tail or not opening.eof:
            raise BadInput("The packed policies are cut short, or larger than may be sent here.", ("policies",))
        return msgspec.json.decode(plain, type=PolicyTexts)
    except (binascii.Error, zlib.error, ValueError, RecursionError) as fault:
        raise BadInput("Send the policies as `hub audit replay --under FOLDER` packs them.", ("policies",)) from fault
