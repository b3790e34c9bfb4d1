//! Who and what occurs in the built-in stream: accounts, users, sessions, instances, addresses.
//!
//! Apart from the stories, because the simulated account ([`super::accounts`]) describes the same things.

use std::time::Duration;

use soc_domain::finding::{ApiCall, Instance, Interface, Principal, Remote};

use super::Entry;
use crate::sample::{Act, Direction, Sample, Tag, Target};
use crate::scene::Home;

/// The development account.
pub(super) const DEV: &str = "111122223333";
/// The production account.
pub(super) const PROD: &str = "444455556666";
/// The account where people try things out.
pub(super) const SANDBOX: &str = "777788889999";
/// The one region.
pub(super) const REGION: &str = "us-east-1";

/// A VPC and the security group that isolates in it.
pub(super) struct Network {
    pub(super) vpc: &'static str,
    pub(super) account: &'static str,
    pub(super) subnet: &'static str,
    pub(super) quarantine: &'static str,
}

pub(super) const DEV_NETWORK: Network = Network {
    vpc: "vpc-0de5000000000001a",
    account: DEV,
    subnet: "subnet-0de5000000000001a",
    quarantine: "sg-0de5c0a4a27100001",
};

pub(super) const PROD_NETWORK: Network = Network {
    vpc: "vpc-09a0d0000000001b2",
    account: PROD,
    subnet: "subnet-09a0d0000000001b2",
    quarantine: "sg-09a0dc0a4a2710002",
};

pub(super) const SANDBOX_NETWORK: Network = Network {
    vpc: "vpc-05a0db0c0000001c3",
    account: SANDBOX,
    subnet: "subnet-05a0db0c0000001c3",
    quarantine: "sg-05a0dc0a4a2710003",
};

impl Network {
    /// The place of a scene in it.
    pub(super) const fn home(&self) -> Home {
        Home { account: self.account, region: REGION, vpc: self.vpc, subnet: self.subnet }
    }
}

/// One instance with one interface.
pub(super) struct Host {
    pub(super) id: &'static str,
    pub(super) network: &'static Network,
    pub(super) interface: &'static str,
    pub(super) groups: &'static [&'static str],
    pub(super) private_ip: &'static str,
    pub(super) public_ip: Option<&'static str>,
    pub(super) profile: &'static str,
    pub(super) tags: &'static [Tag],
}

pub(super) const fn tag(key: &'static str, value: &'static str) -> Tag {
    Tag { key, value }
}

/// The miner's host: isolated without asking.
pub(super) const BUILD_RUNNER: Host = Host {
    id: "i-0c0a1b2c3d4e5f601",
    network: &DEV_NETWORK,
    interface: "eni-0c0a1b2c3d4e5f601",
    groups: &["sg-0b01d0000000000a1", "sg-0b01d0000000000a2"],
    private_ip: "10.10.4.21",
    public_ip: Some("198.51.100.21"),
    profile: "build-runner",
    tags: &[tag("Name", "build-runner-7"), tag("Environment", "dev"), tag("Owner", "platform")],
};

/// The host whose credentials leave: production.
pub(super) const ORDERS_API: Host = Host {
    id: "i-0f9e8d7c6b5a40302",
    network: &PROD_NETWORK,
    interface: "eni-0f9e8d7c6b5a40302",
    groups: &["sg-00adea5000000b101"],
    private_ip: "10.20.8.44",
    public_ip: Some("198.51.100.44"),
    profile: "orders-api",
    tags: &[tag("Name", "orders-api-2"), tag("Environment", "prod"), tag("Owner", "orders")],
};

/// A load balancer's instance, probed by everybody.
pub(super) const EDGE_PROXY: Host = Host {
    id: "i-0ed9e000000000103",
    network: &PROD_NETWORK,
    interface: "eni-0ed9e000000000103",
    groups: &["sg-0ed9e0000000c1011"],
    private_ip: "10.20.1.10",
    public_ip: Some("198.51.100.80"),
    profile: "edge-proxy",
    tags: &[tag("Name", "edge-proxy-1"), tag("Environment", "prod"), tag("Role", "load-balancer")],
};

/// Managed by CloudFormation: a change is proposed, not made.
pub(super) const REPORTING: Host = Host {
    id: "i-05e9047000000d104",
    network: &DEV_NETWORK,
    interface: "eni-05e9047000000d104",
    groups: &["sg-05e904700000d1011"],
    private_ip: "10.10.7.9",
    public_ip: None,
    profile: "reporting",
    tags: &[
        tag("Name", "reporting-1"),
        tag("Environment", "dev"),
        tag("aws:cloudformation:stack-name", "reporting"),
        tag("aws:cloudformation:logical-id", "ReportingInstance"),
    ],
};

/// A staging host with a weakness and odd traffic.
pub(super) const STAGING_WEB: Host = Host {
    id: "i-057a91230000e1050",
    network: &DEV_NETWORK,
    interface: "eni-057a91230000e1050",
    groups: &["sg-057a91200000e1011"],
    private_ip: "10.10.9.30",
    public_ip: Some("198.51.100.130"),
    profile: "staging-web",
    tags: &[tag("Name", "staging-web-1"), tag("Environment", "staging")],
};

/// Every instance that the simulated account has.
pub(super) const HOSTS: [&Host; 5] = [&BUILD_RUNNER, &ORDERS_API, &EDGE_PROXY, &REPORTING, &STAGING_WEB];

impl Host {
    /// The host as a finding's resource.
    pub(super) fn target(&self) -> Target {
        let interface = Interface {
            id: self.interface.to_owned(),
            vpc_id: self.network.vpc.to_owned(),
            subnet_id: self.network.subnet.to_owned(),
            groups: self.groups.iter().map(|group| (*group).to_owned()).collect(),
            private_ip: Some(self.private_ip.to_owned()),
            public_ip: self.public_ip.map(str::to_owned),
        };
        let profile = format!("arn:aws:iam::{}:instance-profile/{}", self.network.account, self.profile);
        let details = Instance {
            profile_arn: Some(profile),
            image_id: Some("ami-0a1b2c3d4e5f60718".to_owned()),
            interfaces: vec![interface],
        };
        Target::Instance { id: self.id.to_owned(), details }
    }
}

/// One IAM user with one key.
pub(super) struct User {
    pub(super) name: &'static str,
    pub(super) account: &'static str,
    pub(super) unique_id: &'static str,
    pub(super) key: &'static str,
    pub(super) tags: &'static [Tag],
}

/// Whose key is stolen.
pub(super) const RELEASE_BOT: User = User {
    name: "release-bot",
    account: DEV,
    unique_id: "AIDARELEASEB0EXAMPLE1",
    key: "AKIAR3L3AS3B7EXAMPLE",
    tags: &[tag("Environment", "dev"), tag("Owner", "platform")],
};

/// A developer whose key may be deactivated without asking.
pub(super) const DANA: User = User {
    name: "dana.dev",
    account: DEV,
    unique_id: "AIDADANADEV00EXAMPLE2",
    key: "AKIADANADEV27EXAMPLE",
    tags: &[tag("Environment", "dev"), tag("Team", "web")],
};

/// The emergency user: never touched.
pub(super) const BREAK_GLASS: User = User {
    name: "break-glass",
    account: PROD,
    unique_id: "AIDABREAKGL00EXAMPLE3",
    key: "AKIABR3AKGL55EXAMPLE",
    tags: &[tag("ai-soc:protected", "true"), tag("Environment", "prod")],
};

/// An auditor with small oddities.
pub(super) const AUDITOR: User = User {
    name: "quarterly-auditor",
    account: PROD,
    unique_id: "AIDAAUDITOR00EXAMPLE4",
    key: "AKIAAUD2T0R34EXAMPLE",
    tags: &[tag("Environment", "prod")],
};

/// Every user that the simulated account has.
pub(super) const USERS: [&User; 4] = [&RELEASE_BOT, &DANA, &BREAK_GLASS, &AUDITOR];

impl User {
    /// The user as the one who acted.
    pub(super) fn principal(&self) -> Principal {
        Principal {
            kind: "IAMUser".to_owned(),
            name: self.name.to_owned(),
            principal_id: Some(self.unique_id.to_owned()),
            access_key_id: Some(self.key.to_owned()),
            account: self.account.to_owned(),
        }
    }
}

/// The session that the credentials of [`ORDERS_API`] are.
pub(super) fn orders_session() -> Principal {
    Principal {
        kind: "AssumedRole".to_owned(),
        name: "orders-api-role".to_owned(),
        principal_id: Some(format!("AROA0RDERSAP1EXAMPLE5:{}", ORDERS_API.id)),
        access_key_id: Some("ASIA0RDERSAP7EXAMPLE".to_owned()),
        account: PROD.to_owned(),
    }
}

/// An address, with the threat list that names it, if one does.
pub(super) fn remote(ip: &str, list: Option<&str>) -> Remote {
    Remote {
        ip: ip.to_owned(),
        port: Some(51_514),
        country: Some("Netherlands".to_owned()),
        organization: Some("Example Hosting".to_owned()),
        threat_lists: list.map(str::to_owned).into_iter().collect(),
    }
}

/// A GuardDuty finding of that moment, still without resource, actor and act.
pub(super) fn guardduty(kind: &str, score: f64, minute: u64, title: &str) -> Sample {
    let seen = super::at(minute);
    Sample {
        kind: kind.to_owned(),
        id: super::finding_id(&format!("{kind} {minute}")),
        score,
        region: REGION.to_owned(),
        title: title.to_owned(),
        description: format!("{title} GuardDuty watched this for the first time in the past 90 days."),
        first_seen: seen,
        last_seen: seen.plus(Duration::from_secs(90)),
        updated_at: seen.plus(Duration::from_secs(300)),
        count: 1,
        ..Sample::default()
    }
}

/// An API call.
pub(super) fn call(service: &str, name: &str) -> Act {
    Act::Api(ApiCall { service: format!("{service}.amazonaws.com"), name: name.to_owned() })
}

/// A connection to or from a port of the host.
pub(super) fn connection(direction: Direction, local_port: u16) -> Act {
    Act::Connection { direction, local_port }
}

/// The same finding, seen again: a higher count and a later change.
pub(super) fn again(entry: &Entry, count: u32, minute: u64) -> Entry {
    let mut later = entry.clone();
    later.sample.count = count;
    later.sample.last_seen = super::at(minute);
    later.sample.updated_at = super::at(minute).plus(Duration::from_secs(300));
    later
}
