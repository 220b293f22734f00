"""Sources that cannot be called: their own side claims what is asked of them, and answers."""
