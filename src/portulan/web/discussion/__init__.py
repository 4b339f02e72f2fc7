"""Pages of what people say about objects: comments, files, activity, what one follows."""
