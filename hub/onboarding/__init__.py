"""Partners join: sources, agreements and secrets on their way into use, each step decided and recorded."""
