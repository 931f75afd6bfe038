"""A transformer of its own: the original's way to use the ratio of two values."""

from sklearn.base import BaseEstimator, TransformerMixin


class CustomRatio(BaseEstimator, TransformerMixin):
    def __init__(self, numerator, denominator):
        self.numerator = numerator
        self.denominator = denominator

    def fit(self, X, y=None):
        return self

    def transform(self, X):
        X = X.copy()
        X[f"{self.numerator}_{self.denominator}"] = X[self.numerator] / X[self.denominator]
        return X
