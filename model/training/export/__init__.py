"""From a fitted scikit-learn pipeline to the numbers that score without it."""
