"""The same file, scored on the workers of a Spark cluster."""
