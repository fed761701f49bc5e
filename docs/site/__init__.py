"""The documentation as a site: every page of the repository in one tree, the references made from the code, links checked."""
