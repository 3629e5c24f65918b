"""Accidents in a random order happen to a real server while users ask questions whose answers are known."""
