"""What a model can call: one file for each of Dinero's nouns, and `catalogue` with all of them."""
