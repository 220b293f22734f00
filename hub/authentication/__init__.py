"""Sign-in: a bearer token from a configured issuer becomes a Principal. There is no other way in."""
