"""Two descriptions each, and the story behind them: of one person beyond doubt, and of those who may be two."""

NHS, OTHER_NHS, SLIP_OF_NHS = "9991000003", "9991000011", "9991000004"
UPN, OTHER_UPN = "A831999900001", "C831999900012"
HOME = {"postcode": "AB1 2CD", "address_line": "7 Hill Street"}
ANA = {"given_name": "Anastasia", "family_name": "Examplewood", "birth_date": "2011-05-04"}
OLIVER = {"given_name": "Oliver", "family_name": "Smith", "birth_date": "2011-05-04"}

SURE = {
    "the same rare name and birth date": (ANA, ANA),
    "the same common name and birth date at the same address": (OLIVER | HOME, OLIVER | HOME),
    "the same common name and birth date under one number": (OLIVER | {"upn": UPN}, OLIVER | {"upn": UPN}),
    "one number and nothing else": ({"nhs_number": NHS}, {"nhs_number": NHS, **ANA}),
    "one number, and a baby's name": (ANA | {"given_name": "Baby", "nhs_number": NHS}, ANA | {"nhs_number": NHS}),
    "one number, and a short form": (
        ANA | {"given_name": "Madeleine", "nhs_number": NHS},
        ANA | {"given_name": "Maddie", "nhs_number": NHS},
    ),
    "one number, and a surname that changed": (
        ANA | {"nhs_number": NHS},
        ANA | {"family_name": "Otherwise", "nhs_number": NHS},
    ),
    "one number, and day and month the other way round": (
        ANA | {"nhs_number": NHS},
        ANA | {"birth_date": "2011-04-05", "nhs_number": NHS},
    ),
    "day and month the other way round, with all else the same": (
        ANA | HOME,
        ANA | HOME | {"birth_date": "2011-04-05"},
    ),
    "one number, and an initial": (ANA | {"nhs_number": NHS}, ANA | {"given_name": "A", "nhs_number": NHS}),
    "one number, and a second name": (
        ANA | {"given_name": "Anna Maria", "nhs_number": NHS},
        ANA | {"given_name": "Anna", "nhs_number": NHS},
    ),
    "one number, and a slip that makes no other name": (
        ANA | {"given_name": "Jayden", "nhs_number": NHS},
        ANA | {"given_name": "Jaydwen", "nhs_number": NHS},
    ),
    "one number, and names the other way round": (
        ANA | {"nhs_number": NHS},
        ANA | {"given_name": "Examplewood", "family_name": "Anastasia", "nhs_number": NHS},
    ),
    "the same common name and birth date under one number of another kind": (
        OLIVER | {"other_id": "CASE4711"},
        OLIVER | {"other_id": "CASE4711"},
    ),
    "a house with a name, in one postcode": (
        OLIVER | {"postcode": "AB1 2CD", "address_line": "The Willows"},
        OLIVER | {"postcode": "AB1 2CD", "address_line": "The Willows"},
    ),
    "a slip in the surname at the same address": (ANA | HOME, ANA | HOME | {"family_name": "Exampelwood"}),
    "a slip in the postcode of the same address": (ANA | HOME, ANA | HOME | {"postcode": "AB1 2CE"}),
}

UNSURE = {
    "twins": (ANA, ANA | {"given_name": "Benjamin"}),
    "twins at one address and school": (ANA | HOME, ANA | HOME | {"given_name": "Beatrix"}),
    "twins under one number, typed for the wrong one": (
        ANA | {"nhs_number": NHS},
        ANA | {"given_name": "Benjamin", "nhs_number": NHS},
    ),
    "twins whose names are alike: Jayden and Hayden": (
        ANA | HOME | {"given_name": "Jayden"},
        ANA | HOME | {"given_name": "Hayden"},
    ),
    "twins whose names are alike: Mia and Mya": (
        ANA | HOME | {"given_name": "Mia"},
        ANA | HOME | {"given_name": "Mya"},
    ),
    "twins whose names are alike: Ella and Ellie": (
        ANA | HOME | {"given_name": "Ella"},
        ANA | HOME | {"given_name": "Ellie"},
    ),
    "brothers who share a first name": (
        ANA | HOME | {"given_name": "Muhammad Ali"},
        ANA | HOME | {"given_name": "Muhammad Hassan"},
    ),
    "siblings at one address": (ANA | HOME, ANA | HOME | {"given_name": "Benjamin", "birth_date": "2013-01-30"}),
    "siblings with names a letter apart": (
        ANA | HOME | {"given_name": "Dan"},
        ANA | HOME | {"given_name": "Ian", "birth_date": "2012-05-04"},
    ),
    "father and son of one name": (ANA | HOME, ANA | HOME | {"birth_date": "1984-11-20"}),
    "father and son of one name, born on one day of the year": (ANA | HOME, ANA | HOME | {"birth_date": "1981-05-04"}),
    "father and son under the father's number": (
        ANA | HOME | {"nhs_number": NHS},
        ANA | HOME | {"nhs_number": NHS, "birth_date": "1984-11-20"},
    ),
    "cousins of one name, born in one month": (ANA | {"postcode": "AB1 2CD"}, ANA | {"birth_date": "2011-05-14"}),
    "cousins of one name whose birth dates are a slip apart": (
        ANA | {"postcode": "AB1 2CD"},
        ANA | {"postcode": "AB1 2CD", "birth_date": "2011-05-05"},
    ),
    "cousins of one name, a slip apart in another street": (
        ANA | HOME,
        ANA | HOME | {"birth_date": "2011-05-05", "address_line": "12 Mill Lane"},
    ),
    "strangers with a common name and one birth date": (OLIVER, OLIVER),
    "strangers with a common name and one birth date in one postcode": (
        OLIVER | {"postcode": "AB1 2CD"},
        OLIVER | {"postcode": "AB1 2CD"},
    ),
    "neighbours with a common name and one birth date": (
        OLIVER | HOME,
        OLIVER | HOME | {"address_line": "9 Hill Street"},
    ),
    "a common name with a slip in the birth date, at one address": (
        OLIVER | HOME,
        OLIVER | HOME | {"birth_date": "2011-04-05"},
    ),
    "somebody who moved": (ANA | HOME, ANA | {"postcode": "ZZ9 9ZZ", "address_line": "1 Far Road"}),
    "two NHS numbers": (ANA | HOME | {"nhs_number": NHS}, ANA | HOME | {"nhs_number": OTHER_NHS}),
    "two NHS numbers, a slip apart": (ANA | HOME | {"nhs_number": NHS}, ANA | HOME | {"nhs_number": SLIP_OF_NHS}),
    "one NHS number and two UPNs": (
        ANA | {"nhs_number": NHS, "upn": UPN},
        ANA | {"nhs_number": NHS, "upn": OTHER_UPN},
    ),
    "two numbers of some other kind": (ANA | HOME | {"other_id": "4711"}, ANA | HOME | {"other_id": "4712"}),
    "the mother's number, typed for the baby": (
        {"given_name": "Baby", "family_name": "Examplewood", "birth_date": "2026-10-30", "nhs_number": NHS},
        ANA | {"birth_date": "1998-02-03", "nhs_number": NHS},
    ),
    "one number under another name and birth date": (
        ANA | {"nhs_number": NHS},
        {"given_name": "Zed", "family_name": "Otherperson", "birth_date": "2018-01-01", "nhs_number": NHS},
    ),
    "one number and birth date under another name": (
        ANA | {"nhs_number": NHS},
        {"given_name": "Zed", "family_name": "Otherperson", "birth_date": "2011-05-04", "nhs_number": NHS},
    ),
    "no given name": (ANA | HOME | {"given_name": "Baby"}, ANA | HOME),
    "no birth date": (ANA | HOME, {**ANA, **HOME, "birth_date": ""}),
    "only surname, school and address": (
        {"family_name": "Examplewood", **HOME, "school": "Oak School"},
        {"family_name": "Examplewood", **HOME, "school": "Oak School"},
    ),
    "names the other way round": (ANA, ANA | {"given_name": "Examplewood", "family_name": "Anastasia"}),
    "names the other way round at the same address": (
        ANA | HOME | {"given_name": "James", "family_name": "Thomas"},
        ANA | HOME | {"given_name": "Thomas", "family_name": "James"},
    ),
    "half of a double-barrelled name at the same address": (
        ANA | HOME | {"given_name": "Ali", "family_name": "Khan-Ahmed"},
        ANA | HOME | {"given_name": "Ali", "family_name": "Khan"},
    ),
    **{
        f"two who were entered as {ours} and {theirs}": (
            ANA | HOME | {"given_name": ours},
            ANA | HOME | {"given_name": theirs},
        )
        for ours, theirs in (
            ("Twin 1 Examplewood", "Twin 2 Examplewood"),
            ("Baby Boy Examplewood", "Baby Girl Examplewood"),
            ("Baby Examplewood", "Baby Examplewood"),
            ("Boy Examplewood", "Girl Examplewood"),
            ("B/O Anna", "B/O Anna"),
            ("Unborn Examplewood", "Unborn Examplewood"),
            ("Not Recorded", "Not Recorded"),
            ("N/A", "N/A"),
            ("None", "None"),
            ("XX", "XX"),
            ("A", "A"),
        )
    },
    **{
        f"two whose surname is {family}": (ANA | HOME | {"family_name": family}, ANA | HOME | {"family_name": family})
        for family in ("Not Recorded", "Unknown", "Not Stated")
    },
    **{
        f"twins under one number: {ours} and {theirs}": (
            ANA | HOME | {"given_name": ours, "nhs_number": NHS},
            ANA | HOME | {"given_name": theirs, "nhs_number": NHS},
        )
        for ours, theirs in (
            ("Jayden", "Hayden"),
            ("Mia", "Mya"),
            ("Anna Maria", "Maria"),
            ("Muhammad Ali", "Muhammad Hassan"),
            ("Daniel", "Daniela"),
            ("Kaylyn", "Kaylan"),
        )
    },
    "twins under the number of their family": (
        ANA | HOME | {"given_name": "Jayden", "other_id": "FAM1234"},
        ANA | HOME | {"given_name": "Hayden", "other_id": "FAM1234"},
    ),
    "a family's number and nothing else": ({"other_id": "FAM1234"}, {"other_id": "FAM1234", **ANA}),
    "a number that is none": (OLIVER | {"other_id": "PENDING"}, OLIVER | {"other_id": "pending"}),
    **{
        f"a common name at {line or 'no address'}, postcode {postcode or 'unknown'}": (
            OLIVER | {"address_line": line, "postcode": postcode},
            OLIVER | {"address_line": line, "postcode": postcode},
        )
        for line, postcode in (
            ("No fixed abode", ""),
            ("No fixed abode", "ZZ99 3VZ"),
            ("4 Somewhere", "ZZ99 3VZ"),
            ("unknown", "AB1 2CD"),
            ("Women's refuge", "AB1 2CD"),
            ("1 High Street", ""),
            ("The Willows", ""),
        )
    },
    "a house with a name, a slip apart in the postcode": (
        OLIVER | {"postcode": "AB1 2CD", "address_line": "The Willows"},
        OLIVER | {"postcode": "AB1 2CE", "address_line": "The Willows"},
    ),
    **{
        f"a rare name, born {born}": (ANA | HOME | {"birth_date": born}, ANA | HOME | {"birth_date": born})
        for born in ("0000-00-00", "01/01/1900", "not stated", "2011-13-50", "2999-01-01", "May 7 2011")
    },
    **{
        f"namesakes called {given} {family}": (
            ANA | {"given_name": given, "family_name": family},
            ANA | {"given_name": given, "family_name": family},
        )
        for given, family in (
            ("Muhammad Ali", "Khan"),
            ("Mohammed", "Khan"),
            ("Mohamed", "Hassan"),
            ("Oliver James", "Smith"),
            ("Oliver", "Smith-Zamoyski"),
        )
    },
    "half of a double-barrelled name elsewhere": (ANA | {"family_name": "Wood-Jones"}, ANA | {"family_name": "Jones"}),
}
