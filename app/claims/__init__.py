"""What happened to each claim: from two wordings of one statement to a judgement with spans. Start at compare.py."""
