"""What a file of patients seems to mean: one proposal for the whole of it."""
