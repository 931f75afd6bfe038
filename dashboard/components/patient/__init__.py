"""The parts of the Patient page: the form, the result and what it means."""
