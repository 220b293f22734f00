"""What every door checks before anything is decided: who calls, how much they send, whether it can be read."""
