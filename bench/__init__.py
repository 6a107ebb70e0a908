"""Measurements of the hall against bare floors in the same run."""
