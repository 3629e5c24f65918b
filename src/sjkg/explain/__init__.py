"""Why a triple is there, or is not: proofs by the rules of OWL 2 RL, down to the lines of files."""
