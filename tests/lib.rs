//! The tests that look at more than one package are in the files beside this one.
