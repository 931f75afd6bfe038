"""The parts of the Models page: versions, runs, comparison, promotion."""
