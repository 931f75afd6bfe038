"""Models that other people logged: opened once, apart, and turned into versions of our own."""
