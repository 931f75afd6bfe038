"""A model in a process of its own: asked over pipes, isolated as well as the machine can."""
