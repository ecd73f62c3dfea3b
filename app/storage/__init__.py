"""Where everything is kept: the only room that speaks SQL. Plain functions that never commit."""
