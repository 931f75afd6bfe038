"""What an answer means: its reasons, what would change it, and how two versions differ."""
