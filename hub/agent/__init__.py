"""The partner's side of a source that cannot be called: it makes outgoing calls only, and serves what it claims."""
