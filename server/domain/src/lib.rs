//! Words, rules, search and ports; pure, no I/O.
