"""What stands around every page: the sidebar, the threshold, the prevalence, recovery."""
