//! The service framework: configuration, telemetry, middleware, health, shutdown.
