"""The commands of ``python -m model``: what each takes, does and says."""
