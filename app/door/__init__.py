"""What stands before both interfaces: a pace for each caller, a cap on bodies, a door closed to other sites."""
