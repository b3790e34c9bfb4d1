//! Every route of the API.

mod actions;
mod audit;
mod changes;
mod export;
mod filter;
mod findings;
mod incidents;
mod meta;
mod params;
mod people;
mod places;
mod quarantine;
mod suppressions;
mod views;

use crate::route::Route;

/// The route whose key is not a choice.
pub(crate) const BULK: &str = "/incidents/bulk";

/// The route whose last part may have slashes in it, as ARNs have: API Gateway hands a path over with `%2F` decoded, so
/// whatever follows belongs to it.
pub(crate) const ENTITY: &str = "/entities/{kind}/{id}";

/// All of them.
pub(crate) fn all() -> Vec<Route> {
    let mut routes = meta::routes();
    routes.extend(incidents::routes());
    routes.extend(views::routes());
    routes.extend(export::routes());
    routes.extend(people::routes());
    routes.extend(findings::routes());
    routes.extend(actions::routes());
    routes.extend(suppressions::routes());
    routes.extend(audit::routes());
    routes.extend(quarantine::routes());
    routes.extend(changes::routes());
    routes.extend(places::routes());
    routes
}
