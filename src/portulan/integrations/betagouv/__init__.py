"""The content format of beta.gouv.fr: a catalogue of products as Markdown with YAML front matter."""
