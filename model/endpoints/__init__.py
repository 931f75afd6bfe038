"""Answers over REST, and the proof that they are the answers of the version they are named for."""
