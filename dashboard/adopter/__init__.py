"""Adopts models somebody else logged, each in a process of its own."""
