"""The workspace in which one step of training is walked through, number by number."""
