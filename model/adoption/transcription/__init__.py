"""Turns a model other people logged into numbers, and proves that the numbers are the model."""
