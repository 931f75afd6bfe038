"""Arithmetic on arrays that knows nothing of patients: decision trees and splines."""
