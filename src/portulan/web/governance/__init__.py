"""The pages of governance: forums, meetings, dossiers, the decision register."""
