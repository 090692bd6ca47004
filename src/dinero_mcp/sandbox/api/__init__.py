"""The read side of Dinero's API: one file per noun, answering from one organization's books."""
