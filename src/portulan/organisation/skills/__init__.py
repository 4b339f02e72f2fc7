"""Skills, careers, trainings: seen by the person, their manager and human resources."""
