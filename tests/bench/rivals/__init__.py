"""The programs that figures are given as ratios to. Each is run by its path and imports nothing but what it shows."""
