"""The hub's side of witnessing: its checkpoints are shown to others, who let the log neither shrink nor fork."""
