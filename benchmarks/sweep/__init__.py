"""The corruption sweep: how a live find fares when somebody wrote a child's name, birth date or home down wrong."""
