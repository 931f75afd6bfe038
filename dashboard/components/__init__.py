"""One widget each; each owns its session keys."""
