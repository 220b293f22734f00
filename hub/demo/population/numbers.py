"""Identifiers that pass their published checks and belong to nobody.

NHS numbers beginning 999 are never issued; school number 9999 stands for no school.
"""

_UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
_PNC_LETTERS = "ZABCDEFGHJKLMNPQRTUVWXY"


def nhs_number(serial: int) -> str | None:
    """The NHS number 999 1xx xxx with its check digit; None for the serials that have no valid one."""
    stem = f"{999100000 + serial:09d}"
    check = 11 - sum(int(d) * w for d, w in zip(stem, range(10, 1, -1), strict=True)) % 11
    return None if check == 10 else f"{stem}{check % 11}"


def upn(serial: int) -> str:
    """The UPN of a pupil at school 9999 of local authority 831."""
    body = f"8319999{serial:05d}"
    return _UPN_LETTERS[sum(int(d) * w for d, w in zip(body, range(2, 14), strict=True)) % 23] + body


def crn(serial: int) -> str:
    """A probation case reference: a letter and six digits."""
    return f"X{990000 + serial:06d}"


def pnc(year: int, serial: int) -> str:
    """A Police National Computer identifier with its check letter."""
    return f"{year}/{serial:07d}{_PNC_LETTERS[int(f'{year % 100:02d}{serial:07d}') % 23]}"


def mobile(serial: int) -> str:
    """A mobile number from the range kept for drama."""
    return f"07700 900{serial % 1000:03d}"


def postcode(serial: int) -> str:
    """A postcode of the area ZX, which does not exist."""
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    outward, rest = 1 + serial % 9, serial // 9
    inward = f"{1 + rest % 9}{letters[rest // 9 % 20]}{letters[rest // 180 % 20]}"
    return f"ZX{outward} {inward}"
