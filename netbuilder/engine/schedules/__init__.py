"""Learning rate schedules, one class a file."""
