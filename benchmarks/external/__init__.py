"""Programs from outside of this project, put to the test: public ones, and pairs with a fault."""
