"""The recipe of the bundled voice: text, teacher, alignment, training, export, evaluation."""
