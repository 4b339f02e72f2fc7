"""The content format of beta.gouv.fr: products as Markdown with YAML front matter."""
