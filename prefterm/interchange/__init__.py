"""Files in and out: bounded reading, one importer and one exporter per layout. Knows the domain and nothing else."""
