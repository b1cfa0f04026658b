"""One class for each mouse gesture: start, move, finish, cancel. Esc cancels any of them."""
