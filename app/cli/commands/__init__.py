"""What can be typed: names, options and help, and nothing that takes long to load; app.cli.acts does the work."""
