"""What the record holds, turned into what a template shows: one file for each family of pages."""
