//! Every status code of the chain, asked for over the generated routes of the golden spec.
