//! The `crochet` executable.

fn main() {}
