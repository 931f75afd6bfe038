"""Opening a model's files: runs in the process that is thrown away, never in ours.

It needs NumPy, pandas and Arrow, and of the other libraries only those the model itself names.
"""
