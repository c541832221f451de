"""Runs tutorial posts, checks that their networks learn, publishes the site."""
