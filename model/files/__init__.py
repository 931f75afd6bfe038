"""Files of patients: read, checked, scored and written, a piece at a time."""
