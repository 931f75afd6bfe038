"""Everything MLflow: versions, runs and their files, promotion, the audit log, a model served."""
