"""The parts of the Batch page: a file checked, scored, filtered, validated."""
