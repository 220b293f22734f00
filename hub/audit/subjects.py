"""How the log names a person it may not name: a keyed hash of what was claimed.

Coarser than the claim that a link is kept under (``hub/domain/subjects.py``), on purpose: an auditor
finds a child by number alone, or by family name and birth date, whatever else the asker said.
"""

import unicodedata

from hub.domain.people import PersonReference
from hub.keys import Keys

_PURPOSE = "audit-subject"


def subject_of(reference: PersonReference, keys: Keys) -> str:
    """The keyed hash under which the log holds this reference, in hexadecimal.

    Made from the NHS number where there is one, else the UPN, else the family name (letters and
    digits only, without accents and case) with the birth date. So an auditor finds a child by
    naming them as the asker did; nobody without the key can try names out.
    """
    return keys.mac(_PURPOSE, _claim(reference).encode()).hex()


def _claim(reference: PersonReference) -> str:
    if reference.nhs_number:
        return f"nhs:{reference.nhs_number}"
    if reference.upn:
        return f"upn:{reference.upn}"
    plain = unicodedata.normalize("NFKD", reference.family_name or "").casefold()
    name = "".join(character for character in plain if character.isalnum())
    return f"name:{name}:{reference.birth_date}"
