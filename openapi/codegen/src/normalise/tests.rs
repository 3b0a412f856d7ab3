//! Normalising small documents.
