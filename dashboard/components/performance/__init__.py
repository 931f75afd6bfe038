"""The parts of the Performance page: metrics, curves, groups of patients, instability."""
