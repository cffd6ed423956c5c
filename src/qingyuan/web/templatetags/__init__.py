"""What templates may say: signs, numbers, refusals, the rail. Pure: nothing here asks the database."""
