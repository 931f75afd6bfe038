"""Training: a study's patients in, a registered version out (`procedure.train`)."""
