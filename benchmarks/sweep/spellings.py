"""One name in two writings, as registers, schools and clinics write them. The hub's own tables are not read here."""

Spellings = tuple[tuple[str, str], ...]

SHORT_FORMS: Spellings = (
    ("Matilda", "Tilly"), ("Alfred", "Alfie"), ("Jacob", "Jake"), ("Katherine", "Katie"), ("Samuel", "Sam"),
    ("Isabella", "Izzy"), ("Charlotte", "Lottie"), ("William", "Billy"), ("Elizabeth", "Beth"), ("Thomas", "Tommy"),
    ("Frederick", "Freddie"), ("Nathaniel", "Nate"), ("Abigail", "Abi"), ("Joshua", "Josh"), ("Archibald", "Archie"),
    ("Rosemary", "Rosie"), ("Edward", "Teddy"), ("Alexandra", "Lexi"), ("Zachary", "Zak"), ("Madeleine", "Maddie"),
)  # fmt: skip

GIVEN_IN_OTHER_SPELLING: Spellings = (
    ("Mohammed", "Muhammad"), ("Mohamed", "Mohammad"), ("Yusuf", "Yousef"), ("Aisha", "Ayesha"), ("Hussein", "Husain"),
    ("Zainab", "Zaynab"), ("Fatima", "Fatemeh"), ("Abdurrahman", "Abdul Rahman"), ("Khadija", "Khadeeja"),
    ("Aleksander", "Alexander"), ("Oleksandr", "Aleksandr"), ("Katarzyna", "Katarina"), ("Zofia", "Sofia"),
    ("Nataliia", "Natalya"), ("Yevhen", "Evgen"), ("Gurpreet", "Gurprit"), ("Lakshmi", "Laxmi"), ("Ishaan", "Eshan"),
    ("Xiaoming", "Hsiao-Ming"), ("Siobhan", "Shivaun"), ("Stephen", "Steven"), ("Sara", "Sarah"), ("Jakub", "Yakub"),
)  # fmt: skip

FAMILY_IN_OTHER_SPELLING: Spellings = (
    ("Chowdhury", "Choudhury"), ("Rahman", "Rehman"), ("Hussain", "Hussein"), ("Siddiqui", "Siddiqi"),
    ("Sheikh", "Shaikh"), ("Mohamud", "Mahmoud"), ("Abdullahi", "Abdulahi"), ("Kowalska", "Kowalski"),
    ("Ivanova", "Ivanov"), ("Petrenko", "Petrenco"), ("Mueller", "Muller"), ("Dhillon", "Dhilon"), ("Yilmaz", "Yelmaz"),
    ("Oyelaran", "Oyeleran"), ("Nguyen", "Nguyan"), ("Macintyre", "McIntyre"), ("Thomson", "Thompson"),
    ("Wojcik", "Vojcik"), ("Tchaikovska", "Chaikovska"), ("Okonkwo", "Okonkwor"),
)  # fmt: skip

GIVEN_WITH_ACCENTS: Spellings = (
    ("Zoë", "Zoe"), ("Łukasz", "Lukasz"), ("Chloé", "Chloe"), ("José", "Jose"), ("Şirin", "Sirin"), ("Siân", "Sian"),
    ("Björn", "Bjorn"), ("Žofia", "Zofia"), ("Éabha", "Eabha"), ("İlayda", "Ilayda"),
)  # fmt: skip

FAMILY_WITH_ACCENTS: Spellings = (
    ("Fernández", "Fernandez"), ("Özdemir", "Ozdemir"), ("Núñez", "Nunez"), ("Wójcik", "Wojcik"), ("Müller", "Muller"),
    ("Nguyễn", "Nguyen"), ("Sørensen", "Sorensen"), ("Łapińska", "Lapinska"), ("Gonçalves", "Goncalves"),
)  # fmt: skip

FAMILY_WITH_MARKS: Spellings = (
    ("O'Neil", "ONeil"), ("O'Neil", "O Neil"), ("O'Sullivan", "O\u2019Sullivan"), ("D'Souza", "Dsouza"),
    ("McDonald", "Mc Donald"), ("MacBride", "Mac Bride"), ("St John", "St. John"), ("De Freitas", "Defreitas"),
    ("Al-Hashimi", "Alhashimi"), ("Van Dyke", "Vandyke"), ("Ap Rhys", "ApRhys"), ("El Amrani", "El-Amrani"),
)  # fmt: skip

GIVEN_IN_TWO_WORDS: Spellings = (
    ("Anne-Marie", "Annemarie"), ("Anne-Marie", "Anne"), ("Mary Jane", "Mary-Jane"), ("Jean-Luc", "Jean"),
    ("Lily-Mae", "Lilymae"), ("Lily-Mae", "Lily"), ("Abdul Karim", "Abdulkarim"), ("Tommy-Lee", "Tommy Lee"),
    ("Ella-Rose", "Ella"), ("Noor Jahan", "Noorjahan"),
)  # fmt: skip

MIDDLE_NAMES = ("James", "Grace", "Anthony", "Louise", "Patrick", "Rose", "Michael", "Elizabeth", "Hassan", "Marie")

OTHER_FAMILIES = (
    "Ardenholt", "Brockwater", "Crumblehulme", "Dunsfold", "Eastercote", "Farrowdale", "Garsington", "Hethersett",
    "Ilkerton", "Kirkbright", "Lostwithin", "Marrowby", "Netherwold", "Oxendale",
)  # fmt: skip

PLACEHOLDERS = ("Baby", "Baby Girl", "Baby Boy", "Twin 2", "Baby of {mother}", "Infant", "Unknown")

MOTHERS = ("Gemma", "Leanne", "Nazia", "Rachel", "Stacey")

OTHER_TOWNS = ("YZ3 4AB", "YZ11 7QD", "XZ5 2TN", "XZ8 9LW")
