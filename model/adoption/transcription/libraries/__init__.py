"""A file a library: how its fitted trees are read, from its own text format or its objects."""
