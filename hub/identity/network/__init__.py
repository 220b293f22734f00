"""The people around a child: who is one person across sources, and who is looked for once more."""
