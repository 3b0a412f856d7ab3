//! What generated types and traits need, with no framework in sight.
