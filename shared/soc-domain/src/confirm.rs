//! Whether a product, asked again, bears out what we hold of one of its findings.
//!
//! Apart from `revise`: folding asks what is newest, this asks whom we may act on. Bytes from a bus never act; what
//! they say counts once the product says it too. The product may say more by now (a finding grows), never less.

use crate::finding::{Finding, Instance, Interface, Principal, Remote, Resource};

/// Whether everything in `ours` that a decision or an action rests on is also in `theirs`: the same finding, of the
/// same type, at least as severe, and every resource, principal, address and port of ours among theirs.
#[must_use]
pub fn bears_out(theirs: &Finding, ours: &Finding) -> bool {
    let same = theirs.id == ours.id
        && theirs.kind == ours.kind
        && theirs.class == ours.class
        && theirs.sample == ours.sample
        && ours.role == theirs.role
        && known(ours.activity.as_ref(), theirs.activity.as_ref())
        && known(ours.api.as_ref(), theirs.api.as_ref())
        && known(ours.compliance.as_ref(), theirs.compliance.as_ref());
    same && theirs.severity >= ours.severity
        && all(&ours.resources, &theirs.resources, is_resource)
        && all(&ours.principals, &theirs.principals, is_principal)
        && all(&ours.remotes, &theirs.remotes, is_remote)
        && ports(&ours.local_ports, &theirs.local_ports)
        && all(&ours.observables, &theirs.observables, |one, other| one == other)
        && all(&ours.signals, &theirs.signals, |one, other| one == other)
}

fn all<T>(ours: &[T], theirs: &[T], same: impl Fn(&T, &T) -> bool) -> bool {
    ours.iter().all(|one| theirs.iter().any(|other| same(one, other)))
}

/// What we do not know is borne out by anything.
fn known<T: PartialEq>(ours: Option<&T>, theirs: Option<&T>) -> bool {
    ours.is_none() || ours == theirs
}

/// No port at all means more than some: then a response may take all of them.
fn ports(ours: &[u16], theirs: &[u16]) -> bool {
    if ours.is_empty() { theirs.is_empty() } else { all(ours, theirs, u16::eq) }
}

/// Tags are left out: the account is asked for them before anything is done.
fn is_resource(ours: &Resource, theirs: &Resource) -> bool {
    let connected = match (&ours.instance, &theirs.instance) {
        (None, _) => true,
        (Some(ours), Some(theirs)) => is_instance(ours, theirs),
        (Some(ours), None) => *ours == Instance::default(),
    };
    connected
        && (&ours.arn, ours.kind, &ours.id, &ours.place)
            == (&theirs.arn, theirs.kind, &theirs.id, &theirs.place)
}

fn is_instance(ours: &Instance, theirs: &Instance) -> bool {
    known(ours.profile_arn.as_ref(), theirs.profile_arn.as_ref())
        && known(ours.image_id.as_ref(), theirs.image_id.as_ref())
        && all(&ours.interfaces, &theirs.interfaces, is_interface)
}

fn is_interface(ours: &Interface, theirs: &Interface) -> bool {
    let named =
        [(&ours.id, &theirs.id), (&ours.vpc_id, &theirs.vpc_id), (&ours.subnet_id, &theirs.subnet_id)];
    named.into_iter().all(|(ours, theirs)| ours.is_empty() || ours == theirs)
        && known(ours.private_ip.as_ref(), theirs.private_ip.as_ref())
        && known(ours.public_ip.as_ref(), theirs.public_ip.as_ref())
        && all(&ours.groups, &theirs.groups, |one, other| one == other)
}

fn is_principal(ours: &Principal, theirs: &Principal) -> bool {
    let named = [(&ours.kind, &theirs.kind), (&ours.name, &theirs.name), (&ours.account, &theirs.account)];
    named.into_iter().all(|(ours, theirs)| ours.is_empty() || ours == theirs)
        && known(ours.principal_id.as_ref(), theirs.principal_id.as_ref())
        && known(ours.access_key_id.as_ref(), theirs.access_key_id.as_ref())
}

/// The country is the product's comment. The owner is not: addresses of AWS are never blocked, so it cannot be left
/// out where the product has it. That an address is on a list of threats is a reason to block it.
fn is_remote(ours: &Remote, theirs: &Remote) -> bool {
    ours.ip == theirs.ip
        && known(ours.port.as_ref(), theirs.port.as_ref())
        && (theirs.organization.is_none() || ours.organization == theirs.organization)
        && all(&ours.threat_lists, &theirs.threat_lists, |one, other| one == other)
}
