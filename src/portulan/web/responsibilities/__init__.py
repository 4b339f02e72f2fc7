"""Who answers for what: the responsibility matrix, why a right is given or not, what happened."""
