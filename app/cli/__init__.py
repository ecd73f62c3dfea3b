"""The command line: what a newsroom or an operator types, from adding a watch to reading a flag."""
