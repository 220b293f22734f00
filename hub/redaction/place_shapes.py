"""What places look like in text: one pattern, part by part. Text is in plain letters (``unaccented``).

It errs towards recognising. Not recognised: a street, school or surgery in small letters without a number, or by
a nickname; a place described and not named.
"""

import re

_PROPER = r"[^\W\d_a-z][\w'.&-]*"  # a word with a capital
_GAP = r"[\s().-]{0,3}"  # between the digits of a telephone number

# Words for streets in any writing after a number or a name, and those that need a capital to be one.
_STREET = (
    r"(?:(?i:street|st|road|rd|lane|ln|avenue|ave?|crescent|cres|terrace|gardens?|gdns|grove|mews|close|drive|boulevard"
    r"|parade)|Way|Court|Ct|Place|Pl|Hill|Row|Square|Sq|Park|Walk|Rise|View|Green|Yard|Wharf|Quay|Fields?|Meadows?|End"
    r"|Heights|Villas?|Estate|Gate|Bank|Croft|Dale|Mount|Drove|Circus|Passage|Alley|Broadway|Cottages?|House|Farm"
    r"|Lodge|Hall|Towers?|Mansions|Apartments|Flats|Vicarage|Rectory|Barn|Mill|Bungalow)\b\.?"
)
INSTITUTION = (
    r"(?i:school|academy|nursery|pre-?school|playgroup|college|sixth\sform|university|surgery|clinic|pharmacy"
    r"|hospitals?|infirmary|hospice|refuge|hostel|shelter|church|chapel|mosque|temple|synagogue|gurdwara|library|hotel"
    r"|guest\shouse|prison|station|centre|center|practice|referral\sunit"
    r"|(?:family|community|women's|youth|sports)\s(?:hub|aid|club)|(?:care|nursing|children's)\shome)\b"
)
# What begins a sentence, or the name of an order or a court, and no place.
_NO_NAME = (
    r"(?!(?i:the|an?|this|that|these|those|his|her|their|its|my|our|your|no|on|in|at|by|of|to|from|for|with|any|each"
    r"|one|every|another|youth|crown|magistrates'?|family|county|high|supreme)\b)"
)
# Dates are kept: with dashes and dots they look like telephone numbers.
_NO_DATE = r"(?!\d{1,2}[-./]\d{1,2}[-./]\d{2,4})"

_SHAPES = (
    r"\b(?:https?://|www\.)\S+",
    r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"///\w+\.\w+\.\w+",
    r"-?\b\d{1,2}\.\d{3,}\s*[,;]\s*-?\d{1,3}\.\d{3,}",
    rf"(?<![\w+]){_NO_DATE}(?:\+|00)?\(?(?:44|0)(?:{_GAP}\d){{9,11}}(?!\d)",
    rf"\b(?i:tel(?:ephone)?|phone|mobile|mob|ring|call|text|ext(?:ension)?|fax)\b\W{{0,3}}\d(?:{_GAP}\d){{4,14}}",
    r"\b(?i:GIR[\s.-]?0AA|[A-Z]{1,2}\d[A-Z\d]?[\s.-]{0,3}\d[A-Z]{2})\b",
    r"\b(?i:flat|apartment|apt|bedsit)\s(?:\d+\w?|[A-Z])\b",
    # 14 Quarry Lane, Sometown: the number, up to four words, the street, and capitalised parts that follow.
    (
        rf"\b\d{{1,5}}[A-Za-z]?(?:\s?[-/]\s?\d{{1,5}})?,?\s+(?:[^\W\d_][\w'.-]*\s+){{1,4}}?{_STREET}"
        rf"(?:,\s*{_PROPER}(?:\s{_PROPER})?){{0,3}}"
    ),
    # Names: St Mary's C of E Primary School, the Surgery at White Rose, Old Mill Lane.
    rf"\b{_NO_NAME}{_PROPER}(?:\s+(?:(?:of|the|and|for|on|upon|&)\s+){{0,3}}{_PROPER}){{0,6}}?\s+{INSTITUTION}",
    rf"\b{_NO_NAME}{_PROPER}(?:\s+(?:(?:of|the|and)\s+){{0,2}}{_PROPER}){{0,3}}?\s+{_STREET}",
    rf"\b(?:School|College|University|Hospital|Church|Convent)\s(?:of|for)\s(?:the\s)?{_PROPER}(?:\s{_PROPER}){{0,3}}",
    rf"\bHM[PY](?:OI)?\s{_PROPER}(?:\s{_PROPER})?",
)

PLACE = re.compile("|".join(f"(?:{shape})" for shape in _SHAPES))
POSTCODE = re.compile(r"(?i)\b([A-Z]{1,2}\d[A-Z\d]?)\s*(\d[A-Z]{2})\b")
