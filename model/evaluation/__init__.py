"""How good a model is: metrics with intervals, curves, and one document of them all."""
