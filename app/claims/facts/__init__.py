"""What a sentence states that can be checked by rule: numbers, dates, cues of negation, doubt and attribution."""
