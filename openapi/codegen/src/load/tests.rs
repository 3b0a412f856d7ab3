//! Reading texts, good and hostile.
