"""The live plots. `views` tells which there are, `board` keeps them up to date."""
