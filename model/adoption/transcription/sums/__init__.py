"""Asks whether a model is a sum of one term an input, or two, and reads the terms off."""
