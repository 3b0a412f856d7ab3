//! Who is calling: API keys for now.
