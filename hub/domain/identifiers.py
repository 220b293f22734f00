"""Identifiers with their published checks. A value of these types has passed its check.

Sources: the NHS Data Model's modulus 11 for NHS numbers; the DfE's Unique Pupil Number guide.
No error here repeats the value that was sent.
"""

from typing import NewType

from hub.errors import BadInput

NhsNumber = NewType("NhsNumber", str)
Upn = NewType("Upn", str)
LocalId = NewType("LocalId", str)  # a partner's own identifier; never leaves the hub
SourceId = NewType("SourceId", str)

_NHS_DIGITS, _UPN_LENGTH = 10, 13
_UPN_CHECK = "ABCDEFGHJKLMNPQRTUVWXYZ"


def nhs_number(text: str) -> NhsNumber:
    """Return the ten digits without spaces. Raise BadInput where they cannot be an NHS number."""
    digits = "".join(text.split()).replace("-", "")
    if len(digits) != _NHS_DIGITS or not digits.isascii() or not digits.isdigit():
        raise BadInput("An NHS number has ten digits, for example 999 887 7008.", ("nhs-number-format",))
    check = 11 - sum(int(d) * w for d, w in zip(digits[:9], range(10, 1, -1), strict=True)) % 11
    if check == _NHS_DIGITS or check % 11 != int(digits[9]):
        raise BadInput("This NHS number fails its check digit. Read it again from the record.", ("nhs-number-check",))
    return NhsNumber(digits)


def upn(text: str) -> Upn:
    """Return the thirteen characters in capitals. Raise BadInput where they cannot be a UPN."""
    code = "".join(text.split()).upper()
    body, last = code[1:12], code[12:]
    shaped = len(code) == _UPN_LENGTH and code.isascii() and body.isdigit() and last.isalnum() and last not in "IOS"
    if not shaped or code[0] not in _UPN_CHECK:
        raise BadInput("A UPN has thirteen characters: a letter, eleven digits, a digit or letter.", ("upn-format",))
    # A temporary UPN's last letter counts as its place in the alphabet of check letters.
    values = [int(c) if c.isdigit() else _UPN_CHECK.index(c) for c in code[1:]]
    if _UPN_CHECK[sum(v * w for v, w in zip(values, range(2, 14), strict=True)) % 23] != code[0]:
        raise BadInput("This UPN fails its check letter. Read it again from the record.", ("upn-check",))
    return Upn(code)
