"""Training of the reader: data, stages, loop and calibration. ``python -m evals.training [STAGE...]`` does it.

rows      questions and claims of the training data, read and checked
twists    questions and claims made false: another number, year, name, place, office or a negation
spelling  questions as people type them: without accents, mistyped, abbreviated
examples  rows as token ids with the positions of sentences and answers
stages    which data is read how often, in which order
loop      the training loop: several processes, checkpoints, learning rates
calibrate what the scores of the weights are worth on articles kept from training
"""
