"""American Soundex, as the National Archives describe it: how names that sound alike are found together."""

import unicodedata

_CODES = {
    **dict.fromkeys("BFPV", "1"),
    **dict.fromkeys("CGJKQSXZ", "2"),
    **dict.fromkeys("DT", "3"),
    "L": "4",
    **dict.fromkeys("MN", "5"),
    "R": "6",
}
_UNHEARD = frozenset("HW")  # letters on either side of these with one code count once
_LENGTH = 4


def soundex(name: str) -> str:
    """A letter and three digits; empty for a name without a letter of the Latin alphabet."""
    plain = unicodedata.normalize("NFKD", name).upper()
    letters = [letter for letter in plain if "A" <= letter <= "Z"]
    if not letters:
        return ""
    told, last = letters[0], _CODES.get(letters[0], "")
    for letter in letters[1:]:
        code = _CODES.get(letter, "")
        if code and code != last:
            told += code
        if letter not in _UNHEARD:
            last = code
    return f"{told:0<{_LENGTH}}"[:_LENGTH]
