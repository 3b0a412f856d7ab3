//! SeaORM and the queue backends behind the domain's ports.
