"""A simulated partnership: synthetic people, partner systems as separate processes, a token issuer."""
