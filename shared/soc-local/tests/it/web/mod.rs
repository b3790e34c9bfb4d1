//! The API over the store of this machine, asked as a service: every route, every role, every way to ask wrongly.

mod bed;
mod changes;
mod reading;
mod roles;
mod wrongly;
