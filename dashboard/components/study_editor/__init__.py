"""A draft of a study as a person looks through it: its inputs, its words, the form it makes."""
