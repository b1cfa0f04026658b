"""The training thread and the GUI's door to it. QtCore only."""
