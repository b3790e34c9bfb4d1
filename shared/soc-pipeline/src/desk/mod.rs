//! What people see, computed from what the reading ports answer: figures, the ATT&CK map, the graph and the timeline of an
//! incident. Pure: the same on one machine and on AWS.
//!
//! Apart from the ports because these are definitions, and definitions must not differ between stores.

mod attack;
mod graph;
mod metrics;
mod stages;
mod timeline;

pub use attack::{Heat, HeatTactic, HeatTechnique, heat, navigator_layer};
pub use graph::{Edge, Graph, MOST_NODES, Node, NodeKind, graph};
pub use metrics::{Agreement, DayOpened, DaySpend, DetectorVerdicts, Metrics, Pair, Span};
pub use stages::stages;
pub use timeline::{MOST_MOMENTS, Moment, Source, Timeline, timeline};
