//! What the web may reach: no route without a sign-in but one, and headers that keep scripts out.
//!
//! Apart because a route without an authoriser is a working API.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use soc_api::Role;

use super::template::{Templates, text_of};
use crate::workspace::{assert_clean, assert_names};

/// Says only that the API is there.
const OPEN: &str = "GET /api/v1/health";

const POLICY: &[&str] = &[
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
];

fn route_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for route in templates.of_kind("AWS::ApiGatewayV2::Route") {
        let is_open = text_of(route.property("/RouteKey")) == OPEN;
        let is_guarded = *route.property("/AuthorizationType") == json!("JWT")
            && *route.property("/AuthorizerId") == json!({"Ref": "SignedIn"});
        if !is_open && !is_guarded {
            faults.push(route.says("answers whoever asks: it has no authoriser"));
        }
    }
    for authorizer in templates.of_kind("AWS::ApiGatewayV2::Authorizer") {
        let audience = authorizer.property("/JwtConfiguration/Audience");
        if *audience != json!([{"Ref": "ClientId"}]) {
            faults.push(authorizer.says("takes tokens that were made for somebody else"));
        }
    }
    faults
}

fn header_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    for headers in templates.of_kind("AWS::CloudFront::ResponseHeadersPolicy") {
        let all = "/ResponseHeadersPolicyConfig/SecurityHeadersConfig";
        let policy = headers.property(&format!("{all}/ContentSecurityPolicy")).to_string();
        let missing = POLICY.iter().filter(|part| !policy.contains(*part));
        faults.extend(missing.map(|part| headers.says(&format!("the content policy lacks {part}"))));
        if policy.contains("unsafe-") {
            faults.push(headers.says("the content policy allows what it says is unsafe"));
        }
        let age = headers.property(&format!("{all}/StrictTransportSecurity/AccessControlMaxAgeSec"));
        if age.as_u64() < Some(31_536_000) {
            faults.push(headers.says("forgets TLS in less than a year"));
        }
    }
    for site in templates.of_kind("AWS::CloudFront::Distribution") {
        let config = site.property("/DistributionConfig");
        let every = config.to_string();
        if every.contains("allow-all") || every.contains("http-only") {
            faults.push(site.says("talks without TLS"));
        }
        if config.pointer("/Origins/1/OriginCustomHeaders/0/HeaderName") != Some(&json!("x-origin-secret")) {
            faults.push(site.says("does not show the API its secret"));
        }
    }
    faults
}

fn sign_in_faults(templates: &Templates) -> Vec<String> {
    let mut faults = Vec::new();
    let mut expect = |place: String, found: &Value, wanted: Value, what: &str| {
        if *found != wanted {
            faults.push(format!("{place}: {what} is not {wanted}"));
        }
    };
    for pool in templates.of_kind("AWS::Cognito::UserPool") {
        expect(pool.place(), pool.property("/MfaConfiguration"), json!("ON"), "the second factor");
        let own = "/AdminCreateUserConfig/AllowAdminCreateUserOnly";
        expect(pool.place(), pool.property(own), json!(true), "sign-up by administrators only");
    }
    for client in templates.of_kind("AWS::Cognito::UserPoolClient") {
        expect(
            client.place(),
            client.property("/AccessTokenValidity"),
            json!(15),
            "a token's life in minutes",
        );
        expect(
            client.place(),
            client.property("/RefreshTokenValidity"),
            json!(7),
            "a session's life in days",
        );
        expect(client.place(), client.property("/AllowedOAuthFlows"), json!(["code"]), "the way to sign in");
    }
    faults
}

/// Whoever is in no group that the code knows sees nothing, and a group that it does not know gives nothing.
fn group_faults(templates: &Templates) -> Vec<String> {
    let groups = templates.of_kind("AWS::Cognito::UserPoolGroup");
    let made: BTreeSet<String> = groups.map(|group| text_of(group.property("/GroupName"))).collect();
    let known: BTreeSet<String> = Role::ALL.iter().map(|role| role.group().to_owned()).collect();
    let differ = made.symmetric_difference(&known);
    differ.map(|group| format!("web.yaml: {group} is a group of the pool or of the code only")).collect()
}

#[test]
fn the_pool_has_a_group_for_each_role_and_no_other() {
    let templates = Templates::read().unwrap();
    assert_clean(&group_faults(&templates));
    let planted = templates.planted("web", "GroupName: admins", "GroupName: approvers").unwrap();
    assert_names(&group_faults(&planted), &["web.yaml: admins"]);
}

#[test]
fn every_route_but_the_plain_health_wants_a_sign_in() {
    assert_clean(&route_faults(&Templates::read().unwrap()));
}

#[test]
fn the_dashboard_comes_with_the_headers_that_keep_scripts_out() {
    assert_clean(&header_faults(&Templates::read().unwrap()));
}

#[test]
fn people_sign_in_with_a_second_factor_for_a_quarter_of_an_hour() {
    assert_clean(&sign_in_faults(&Templates::read().unwrap()));
}

#[test]
fn a_route_without_an_authoriser_is_named() {
    let templates = Templates::read().unwrap();
    let planted = templates
        .planted("routes", "      AuthorizationType: JWT\n      AuthorizerId: !Ref SignedIn\n", "")
        .unwrap();
    assert_names(&route_faults(&planted), &["routes.yaml: HealthDetailed", "no authoriser"]);
}

#[test]
fn a_route_that_is_open_beside_the_health_is_named() {
    let planted = Templates::read()
        .unwrap()
        .planted("routes", "RouteKey: GET /api/v1/health\n", "RouteKey: ANY /{proxy+}\n")
        .unwrap();
    assert_names(&route_faults(&planted), &["routes.yaml: Health", "no authoriser"]);
}

#[test]
fn a_weaker_content_policy_and_a_pool_without_a_second_factor_are_named() {
    let templates = Templates::read().unwrap();
    let planted = templates.planted("web", "style-src 'self'", "style-src 'self' 'unsafe-inline'").unwrap();
    assert_names(&header_faults(&planted), &["web.yaml: Headers", "unsafe"]);
    let planted = templates.planted("web", "MfaConfiguration: \"ON\"", "MfaConfiguration: OPTIONAL").unwrap();
    assert_names(&sign_in_faults(&planted), &["web.yaml: Users", "second factor"]);
}
