"""What somebody may send to have decisions made by it."""

import base64
import zlib

import msgspec
import pytest

from hub.errors import BadInput
from hub.policy.policies import shipped_policies
from hub.policy.texts import PolicyTexts, read_texts
from hub.replaying.packing import MOST_TEXT, pack, unpack


def test_many_policies_in_few_bytes_are_refused_before_they_are_read() -> None:
    shipped = read_texts(shipped_policies())
    assert unpack(pack(shipped_policies())) == shipped
    large = PolicyTexts(
        {**shipped.cedar, "z.cedar": "// made up\n" * (MOST_TEXT // 10)}, shipped.schema, shipped.purposes
    )
    packed = base64.b64encode(zlib.compress(msgspec.json.encode(large), 9)).decode()
    assert len(packed) < 64 * 1024
    with pytest.raises(BadInput, match="larger"):
        unpack(packed)
