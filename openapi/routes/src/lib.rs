//! Poem routes, guards and the security table generated from the specs.
