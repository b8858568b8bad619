"""Nothing of this is called while a component runs."""
