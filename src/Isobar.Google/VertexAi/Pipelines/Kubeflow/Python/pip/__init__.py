"""Stands before pip while a component runs: see __main__."""
