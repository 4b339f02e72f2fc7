"""The pages of value reviews: promised against realised, and the verdict that follows."""
