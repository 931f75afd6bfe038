"""The YAML form of a study: its keys as types, and the way from them to a `Study` and back."""
