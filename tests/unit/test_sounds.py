"""Names that sound alike, by American Soundex."""

import pytest

from hub.domain.sounds import soundex


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("Robert", "R163"),
        ("Ashcraft", "A261"),
        ("Tymczak", "T522"),
        ("Pfister", "P236"),
        ("Lee", "L000"),
        ("Zoë", "Z000"),
        ("Иванов", ""),
    ],
)
def test_a_name_sounds_as_the_national_archives_say(name: str, sound: str) -> None:
    assert soundex(name) == sound
