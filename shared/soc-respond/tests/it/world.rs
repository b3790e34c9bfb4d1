//! What the tests act on: an account in moto, filled for each kind of action from a seed.
//!
//! It is apart because whoever fills the account must not be who is tested: it has clients of its own.

use std::collections::BTreeMap;

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::types as ec2;
use aws_sdk_s3::types as s3;
use fastrand::Rng;
use soc_domain::action::{ActionKind, Observation, Target, sessions_policy_name};
use soc_domain::id::{FindingId, IncidentId, Place};
use soc_respond::{Accounts, MemberRole};

use crate::wire::Wire;

pub(crate) const REGION: &str = "eu-west-1";
/// The account that moto gives to keys that it does not know.
pub(crate) const OWN: &str = "123456789012";
/// Such a key.
pub(crate) const KEY: &str = "testing";
pub(crate) const MEMBER: &str = "ai-soc-response";
pub(crate) const EXTERNAL_ID: &str = "an-external-id";

/// Moto's endpoint; none if the tests that need it are skipped.
pub(crate) fn moto() -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "the address of an emulator is no setting of the program")]
    let endpoint = std::env::var("SOC_TEST_MOTO").ok();
    if endpoint.is_none() {
        println!("skipped: SOC_TEST_MOTO is not set");
    }
    endpoint
}

/// Runs a test against moto.
pub(crate) fn with_moto<F: Future<Output = ()>>(test: impl FnOnce(World) -> F) {
    let Some(endpoint) = moto() else { return };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async { test(World::new(endpoint, [KEY, KEY].map(str::to_owned), None, OWN)).await });
}

/// An account, and whoever fills it.
#[derive(Clone)]
pub(crate) struct World {
    endpoint: String,
    keys: [String; 2],
    token: Option<String>,
    account: String,
    config: SdkConfig,
}

fn config(endpoint: &str, keys: &[String; 2], token: Option<String>, wire: &Wire) -> SdkConfig {
    let [key, secret] = keys;
    let credentials = aws_sdk_sts::config::Credentials::new(key, secret, token, None, "test");
    SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(REGION))
        .endpoint_url(endpoint)
        .credentials_provider(aws_sdk_sts::config::SharedCredentialsProvider::new(credentials))
        .sleep_impl(aws_sdk_sts::config::SharedAsyncSleep::new(Asleep))
        .http_client(wire.client())
        .build()
}

/// Retries wait on tokio's clock.
#[derive(Debug)]
struct Asleep;

impl aws_sdk_sts::config::AsyncSleep for Asleep {
    fn sleep(&self, duration: std::time::Duration) -> aws_sdk_sts::config::Sleep {
        aws_sdk_sts::config::Sleep::new(tokio::time::sleep(duration))
    }
}

impl World {
    fn new(endpoint: String, keys: [String; 2], token: Option<String>, account: &str) -> Self {
        let config = config(&endpoint, &keys, token.clone(), &Wire::default());
        Self { endpoint, keys, token, account: account.to_owned(), config }
    }

    /// What is tested, with the credentials of this account.
    pub(crate) fn accounts(&self, wire: &Wire) -> Accounts {
        let config = config(&self.endpoint, &self.keys, self.token.clone(), wire);
        let member = MemberRole { name: MEMBER.to_owned(), external_id: EXTERNAL_ID.to_owned() };
        Accounts::new(&config, Some(member))
    }

    /// Whoever fills another account.
    pub(crate) async fn other(&self, account: &str) -> Self {
        let sts = aws_sdk_sts::Client::new(&self.config);
        let role = format!("arn:aws:iam::{account}:role/administrator");
        let given = sts.assume_role().role_arn(role).role_session_name("test").send().await.unwrap();
        let given = given.credentials.unwrap();
        let keys = [given.access_key_id, given.secret_access_key];
        Self::new(self.endpoint.clone(), keys, Some(given.session_token), account)
    }

    pub(crate) fn ec2(&self) -> aws_sdk_ec2::Client {
        aws_sdk_ec2::Client::new(&self.config)
    }

    pub(crate) fn iam(&self) -> aws_sdk_iam::Client {
        aws_sdk_iam::Client::new(&self.config)
    }

    pub(crate) fn s3(&self) -> aws_sdk_s3::Client {
        aws_sdk_s3::Client::new(&self.config)
    }

    pub(crate) fn target(&self, kind: ActionKind, arn: String, parameters: &[(&str, &str)]) -> Target {
        let place =
            Place { partition: "aws".to_owned(), account: self.account.clone(), region: REGION.to_owned() };
        let parameters = parameters.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Target { kind, resource: arn, place, parameters: parameters.collect() }
    }

    pub(crate) fn arn(&self, what: &str, id: &str) -> String {
        match what {
            "bucket" => format!("arn:aws:s3:::{id}"),
            "role" | "instance-profile" | "access-key" => {
                format!("arn:aws:iam::{}:{what}/{id}", self.account)
            }
            _ => format!("arn:aws:ec2:{REGION}:{}:{what}/{id}", self.account),
        }
    }

    /// A resource that an action of this kind has something to do with; other seeds give other ones.
    pub(crate) async fn fill(&self, kind: ActionKind, seed: u64) -> Target {
        let mut rng = Rng::with_seed(seed);
        match kind {
            ActionKind::SnapshotVolumes => self.volumes(&mut rng).await,
            ActionKind::IsolateInstance => {
                // With seed 0 one interface, so that the action is one call.
                let further = if seed == 0 { 0 } else { rng.i32(0..3) };
                self.interfaces(&mut rng, further).await
            }
            ActionKind::DeactivateAccessKey => self.key(&mut rng).await,
            ActionKind::DenyOlderSessions => self.role(&mut rng).await,
            ActionKind::BlockBucketPublicAccess => self.bucket(&mut rng).await,
            ActionKind::RevokeSecurityGroupRule => self.rule(&mut rng).await,
            ActionKind::DenyRemoteAddress => self.acl(&mut rng).await,
        }
    }

    async fn network(&self) -> (String, String) {
        let vpc = self.ec2().create_vpc().cidr_block("10.0.0.0/16").send().await.unwrap();
        let vpc = vpc.vpc.unwrap().vpc_id.unwrap();
        let subnet = self.ec2().create_subnet().vpc_id(&vpc).cidr_block("10.0.1.0/24").send().await.unwrap();
        (vpc, subnet.subnet.unwrap().subnet_id.unwrap())
    }

    pub(crate) async fn group(&self, vpc: &str) -> String {
        let name = name();
        let call = self.ec2().create_security_group().group_name(name).description("a test").vpc_id(vpc);
        call.send().await.unwrap().group_id.unwrap()
    }

    async fn instance(&self, rng: &mut Rng) -> (String, String, String) {
        let (vpc, subnet) = self.network().await;
        let mut groups = Vec::new();
        for _group in 0..rng.u8(1..4) {
            groups.push(self.group(&vpc).await);
        }
        // With an interface of its own: moto adds the groups of a launch to every interface for ever.
        let call = self.ec2().create_network_interface().subnet_id(&subnet).set_groups(Some(groups));
        let interface = call.send().await.unwrap().network_interface.unwrap();
        let interface = ec2::InstanceNetworkInterfaceSpecification::builder()
            .device_index(0)
            .set_network_interface_id(interface.network_interface_id)
            .build();
        let call = self.ec2().run_instances().image_id("ami-12c6146b").min_count(1).max_count(1);
        let call = call.network_interfaces(interface);
        let made = call.send().await.unwrap().instances.unwrap().remove(0).instance_id.unwrap();
        self.tag(&made, rng).await;
        (made, vpc, subnet)
    }

    async fn tag(&self, id: &str, rng: &mut Rng) {
        for (key, value) in tags(rng) {
            let tag = ec2::Tag::builder().key(key).value(value).build();
            self.ec2().create_tags().resources(id).tags(tag).send().await.unwrap();
        }
    }

    async fn volumes(&self, rng: &mut Rng) -> Target {
        let (instance, ..) = self.instance(rng).await;
        let ec2 = self.ec2();
        for device in ["/dev/sdf", "/dev/sdg"].into_iter().take(rng.usize(0..3)) {
            let zone = format!("{REGION}a");
            let volume = ec2.create_volume().size(1).availability_zone(zone).send().await.unwrap();
            let volume = volume.volume_id.unwrap();
            let call = ec2.attach_volume().instance_id(&instance).volume_id(&volume).device(device);
            call.send().await.unwrap();
            // Somebody else's snapshot.
            ec2.create_snapshot().volume_id(volume).send().await.unwrap();
        }
        let incident = IncidentId::opened_by(FindingId::from_parts(&[&instance])).to_string();
        let parameters = [("incident", incident.as_str()), ("instance_id", instance.as_str())];
        self.target(ActionKind::SnapshotVolumes, self.arn("instance", &instance), &parameters)
    }

    async fn interfaces(&self, rng: &mut Rng, further: i32) -> Target {
        let (instance, vpc, subnet) = self.instance(rng).await;
        let ec2 = self.ec2();
        let quarantine = self.group(&vpc).await;
        let tag = ec2::Tag::builder().key("ai-soc:quarantine").value("").build();
        ec2.create_tags().resources(&quarantine).tags(tag).send().await.unwrap();
        for index in 1..=further {
            let call = ec2.create_network_interface().subnet_id(&subnet).groups(self.group(&vpc).await);
            let made = call.send().await.unwrap().network_interface.unwrap();
            let id = made.network_interface_id.unwrap();
            let call = ec2.attach_network_interface().instance_id(&instance).device_index(index);
            call.network_interface_id(id).send().await.unwrap();
        }
        let parameters = [("instance_id", instance.as_str())];
        self.target(ActionKind::IsolateInstance, self.arn("instance", &instance), &parameters)
    }

    async fn key(&self, rng: &mut Rng) -> Target {
        let (iam, user) = (self.iam(), name());
        let path = *rng.choice(&["/", "/people/", "/a/b/"]).unwrap();
        iam.create_user().user_name(&user).path(path).send().await.unwrap();
        for (key, value) in tags(rng) {
            let tag = aws_sdk_iam::types::Tag::builder().key(key).value(value).build().unwrap();
            iam.tag_user().user_name(&user).tags(tag).send().await.unwrap();
        }
        let other = iam.create_access_key().user_name(&user).send().await.unwrap();
        let key = iam.create_access_key().user_name(&user).send().await.unwrap();
        let (_other, id) = (other, key.access_key.unwrap().access_key_id);
        let parameters = [("access_key_id", id.as_str()), ("user_name", user.as_str())];
        self.target(ActionKind::DeactivateAccessKey, self.arn("access-key", &id), &parameters)
    }

    async fn role(&self, rng: &mut Rng) -> Target {
        let (iam, role) = (self.iam(), name());
        let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",
            "Principal":{"Service":"ec2.amazonaws.com"}}]}"#;
        let path = *rng.choice(&["/", "/service/"]).unwrap();
        let call = iam.create_role().role_name(&role).path(path);
        call.assume_role_policy_document(trust).send().await.unwrap();
        for (key, value) in tags(rng) {
            let tag = aws_sdk_iam::types::Tag::builder().key(key).value(value).build().unwrap();
            iam.tag_role().role_name(&role).tags(tag).send().await.unwrap();
        }
        let moment = ("issued_before", "2026-03-02T10:00:01Z");
        let what = if rng.bool() { "role" } else { "instance-profile" };
        if what == "instance-profile" {
            iam.create_instance_profile().instance_profile_name(&role).send().await.unwrap();
            let call = iam.add_role_to_instance_profile().instance_profile_name(&role);
            call.role_name(&role).send().await.unwrap();
        }
        let target = self.target(ActionKind::DenyOlderSessions, self.arn(what, &role), &[moment]);
        if rng.bool() {
            // Somebody used the name before, in a form of their own.
            let former = "{ \"Version\": \"2012-10-17\",\n  \"Statement\": [ { \"Effect\": \"Deny\",\n \
                \"Action\": \"s3:GetObject\", \"Resource\": \"arn:aws:s3:::a+b%20c/*\" } ] }";
            let call = iam.put_role_policy().role_name(&role).policy_document(former);
            call.policy_name(sessions_policy_name(&target).unwrap()).send().await.unwrap();
        }
        target
    }

    async fn bucket(&self, rng: &mut Rng) -> Target {
        let (s3, bucket) = (self.s3(), name());
        let here = s3::CreateBucketConfiguration::builder()
            .location_constraint(s3::BucketLocationConstraint::from(REGION))
            .build();
        let call = s3.create_bucket().bucket(&bucket).create_bucket_configuration(here);
        call.send().await.unwrap();
        let call = s3.put_bucket_acl().bucket(&bucket).acl(s3::BucketCannedAcl::PublicRead);
        call.send().await.unwrap();
        if rng.bool() {
            let block = s3::PublicAccessBlockConfiguration::builder()
                .block_public_acls(rng.bool())
                .block_public_policy(rng.bool())
                .ignore_public_acls(false)
                .restrict_public_buckets(false)
                .build();
            let call = s3.put_public_access_block().bucket(&bucket);
            call.public_access_block_configuration(block).send().await.unwrap();
        }
        let tags: Vec<s3::Tag> = tags(rng)
            .into_iter()
            .map(|(key, value)| s3::Tag::builder().key(key).value(value).build().unwrap())
            .collect();
        if !tags.is_empty() {
            let tagging = s3::Tagging::builder().set_tag_set(Some(tags)).build().unwrap();
            s3.put_bucket_tagging().bucket(&bucket).tagging(tagging).send().await.unwrap();
        }
        let when = if rng.bool() { "public" } else { "always" };
        let parameters = [("bucket", bucket.as_str()), ("when", when)];
        self.target(ActionKind::BlockBucketPublicAccess, self.arn("bucket", &bucket), &parameters)
    }

    async fn rule(&self, rng: &mut Rng) -> Target {
        let (vpc, _subnet) = self.network().await;
        let group = self.group(&vpc).await;
        self.tag(&group, rng).await;
        let words = rng.bool().then(|| "for everybody, for now".to_owned());
        let range = ec2::IpRange::builder().cidr_ip("0.0.0.0/0").set_description(words).build();
        let to = rng.i32(22..60);
        self.permit(&group, |rule| rule.ip_protocol("tcp").from_port(22).to_port(to).ip_ranges(range)).await;
        if rng.bool() {
            let v6 = ec2::Ipv6Range::builder().cidr_ipv6("::/0").build();
            self.permit(&group, |rule| rule.ip_protocol("tcp").from_port(22).to_port(22).ipv6_ranges(v6))
                .await;
        }
        for port in 0..rng.i32(0..4) {
            let range = ec2::IpRange::builder().cidr_ip("10.0.0.0/8").description("inside").build();
            self.permit(&group, |rule| {
                rule.ip_protocol("tcp").from_port(440 + port).to_port(443 + port).ip_ranges(range)
            })
            .await;
        }
        let parameters = [("group_id", group.as_str()), ("port", "22"), ("source", "0.0.0.0/0")];
        self.target(ActionKind::RevokeSecurityGroupRule, self.arn("security-group", &group), &parameters)
    }

    async fn permit(
        &self,
        group: &str,
        rule: impl FnOnce(ec2::builders::IpPermissionBuilder) -> ec2::builders::IpPermissionBuilder,
    ) {
        let rule = rule(ec2::IpPermission::builder()).build();
        let call = self.ec2().authorize_security_group_ingress().group_id(group).ip_permissions(rule);
        call.send().await.unwrap();
    }

    async fn acl(&self, rng: &mut Rng) -> Target {
        let (vpc, subnet) = self.network().await;
        let ec2 = self.ec2();
        let of_vpc = ec2::Filter::builder().name("vpc-id").values(vpc).build();
        let acls = ec2.describe_network_acls().filters(of_vpc).send().await.unwrap();
        let acl = acls.network_acls.unwrap().remove(0).network_acl_id.unwrap();
        self.tag(&acl, rng).await;
        for number in 1..rng.i32(1..5) {
            let call = ec2.create_network_acl_entry().network_acl_id(&acl).rule_number(number);
            let call = call.egress(rng.bool()).protocol("-1").rule_action(ec2::RuleAction::Deny);
            call.cidr_block("198.51.100.0/24").send().await.unwrap();
        }
        let direction = if rng.bool() { "ingress" } else { "egress" };
        let parameters =
            [("address", "203.0.113.9/32"), ("direction", direction), ("subnet_id", subnet.as_str())];
        self.target(ActionKind::DenyRemoteAddress, self.arn("subnet", &subnet), &parameters)
    }

    /// Somebody else changes what the action did, behind its back.
    pub(crate) async fn meddle(&self, after: &Observation) {
        let (ec2, iam, s3) = (self.ec2(), self.iam(), self.s3());
        match after {
            Observation::Volumes(state) => {
                let id = state.snapshots[0].snapshot_id.clone().unwrap();
                ec2.delete_snapshot().snapshot_id(id).send().await.unwrap();
            }
            Observation::AccessKey(state) => {
                let call = iam.update_access_key().user_name(&state.user).access_key_id(&state.key_id);
                call.status(aws_sdk_iam::types::StatusType::Active).send().await.unwrap();
            }
            Observation::Role(state) => {
                let call = iam.delete_role_policy().role_name(&state.role_name);
                call.policy_name(&state.policy_name).send().await.unwrap();
            }
            Observation::Instance(state) => {
                let (interface, group) =
                    (state.interfaces.keys().next().unwrap(), self.group(&state.vpc_id).await);
                let call = ec2.modify_network_interface_attribute().network_interface_id(interface);
                call.groups(group).send().await.unwrap();
            }
            Observation::Bucket(state) => {
                let block = s3::PublicAccessBlockConfiguration::builder().block_public_acls(true).build();
                let call = s3.put_public_access_block().bucket(&state.bucket);
                call.public_access_block_configuration(block).send().await.unwrap();
            }
            Observation::Rule(state) => {
                let range = ec2::IpRange::builder().cidr_ip("0.0.0.0/0").build();
                self.permit(&state.group_id, |rule| rule.ip_protocol("-1").ip_ranges(range)).await;
            }
            Observation::NetworkAcl(state) => {
                let ours = state.entries.iter().find(|entry| entry.cidr == state.cidr).unwrap();
                let call = ec2.delete_network_acl_entry().network_acl_id(&state.acl_id);
                let egress = ours.direction == soc_domain::action::Direction::Egress;
                call.egress(egress).rule_number(i32::from(ours.number)).send().await.unwrap();
            }
        }
    }

    /// Marks the resource as one that nobody may touch.
    pub(crate) async fn protect(&self, seen: &Observation) {
        let (key, value) = ("ai-soc:protected", "true");
        let iam_tag = || aws_sdk_iam::types::Tag::builder().key(key).value(value).build().unwrap();
        let id = match seen {
            Observation::Volumes(state) => &state.instance_id,
            Observation::Instance(state) => &state.instance_id,
            Observation::Rule(state) => &state.group_id,
            Observation::NetworkAcl(state) => &state.acl_id,
            Observation::AccessKey(state) => {
                self.iam().tag_user().user_name(&state.user).tags(iam_tag()).send().await.unwrap();
                return;
            }
            Observation::Role(state) => {
                self.iam().tag_role().role_name(&state.role_name).tags(iam_tag()).send().await.unwrap();
                return;
            }
            Observation::Bucket(state) => {
                let tag = s3::Tag::builder().key(key).value(value).build().unwrap();
                let tagging = s3::Tagging::builder().tag_set(tag).build().unwrap();
                self.s3().put_bucket_tagging().bucket(&state.bucket).tagging(tagging).send().await.unwrap();
                return;
            }
        };
        let tag = ec2::Tag::builder().key(key).value(value).build();
        self.ec2().create_tags().resources(id).tags(tag).send().await.unwrap();
    }
}

/// A name that no other test has: the emulator is one for all, and may have been used before.
fn name() -> String {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("t{}-{number}-{:08x}", std::process::id(), Rng::new().u32(..))
}

/// Up to two tags; AWS's own among them now and then.
fn tags(rng: &mut Rng) -> BTreeMap<String, String> {
    let known = [("env", "dev"), ("team", "a b"), ("Name", "")];
    let mut tags: Vec<(&str, &str)> = known.to_vec();
    rng.shuffle(&mut tags);
    tags.into_iter().take(rng.usize(0..3)).map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}
