"""What the record and the program say in English, and how it is said to people in their language."""
