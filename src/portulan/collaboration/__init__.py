"""Comments, mentions, attachments and notifications."""
