"""What is written: the scored rows, their problems, the cleaned file, a template."""
