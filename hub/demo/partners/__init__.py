"""The partners' own systems. Each runs as a process of its own and knows nothing of the hub."""
