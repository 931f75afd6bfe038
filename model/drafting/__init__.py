"""From a table of patients to a first declaration of a study, every guess marked as one."""
