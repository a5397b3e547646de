"""Widgets: each draws prepared lines; none knows of databases or services."""
