"""One file for each thing that can be wrong with a run; `project.health` finds them."""
