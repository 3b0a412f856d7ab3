//! What generated poem routes need: payloads, parameters, authorisation, encoding.
