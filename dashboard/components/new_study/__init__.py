"""The parts of the New study page: a table handed in, its draft edited, trained in sight."""
