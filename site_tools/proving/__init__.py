"""Put any program to the test, outside of a site: the same experiment, for any script."""
