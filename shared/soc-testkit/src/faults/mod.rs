//! The fault scheduler: the real use cases, on ports that fail as networks and machines do.
//!
//! Apart from the suites so that each of them is only its story. [`Scheduler`] runs jobs, each an invocation of
//! some use case, interleaved at every call of a port; [`FaultyPorts`] stands before every port and asks the
//! [`Sim`] what becomes of the call; [`Rule`]s say what goes wrong, where, when and how often.
//!
//! Invariants: no clock, no thread, no sleep, no waiting: time is virtual and moves to whatever happens next.
//! The same seed gives the same run, to the call. A job that crashes stops at the call where it stands and never
//! goes on; what it had sent to the account may still land. Whoever started a job decides whether it comes again.

mod lagging;
mod ports;
mod scheduler;
mod sim;
mod weather;

pub use ports::{Backend, FaultyPorts};
pub use scheduler::{Ended, JobId, Scheduler};
pub use sim::{Sim, WorkerClock};
pub use weather::{Call, Mishap, On, Port, Rule, Window};
