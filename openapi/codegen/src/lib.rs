//! Turns OpenAPI documents into types, traits, routes, guards and clients.
