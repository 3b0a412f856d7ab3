//! Each rule has a document that breaks it.
