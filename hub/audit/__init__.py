"""Evidence: who asked what, about whom, why, and what came of it. Written before anything leaves."""
