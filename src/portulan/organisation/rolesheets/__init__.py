"""Role sheets: what a role is for, decides and does not decide; versions and local variants."""
