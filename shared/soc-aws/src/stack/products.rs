//! Whether the products are on that findings come from.
//!
//! Apart from the stack's resources: an account has them whether or not the stack made them.

use soc_pipeline::error::PortResult;

use super::Stack;
use super::facts::{Fact, Seen};
use super::look::is_missing;
use crate::error::port_error;

impl Stack {
    pub(super) async fn look_at_products(&self) -> [Seen; 2] {
        let hub = aws_sdk_securityhub::Client::new(self.config()).describe_hub().send().await;
        let hub = match hub {
            Ok(_there) => Ok(Fact::Product { enabled: true }),
            Err(error) => match port_error("describe Security Hub", &error) {
                // It answers so where it is not enabled.
                error if is_missing(&error, "InvalidAccessException") => Ok(Fact::Product { enabled: false }),
                error => Err(error.into()),
            },
        };
        let detectors = self.detectors().await;
        let duty = match detectors {
            Ok(detectors) => Ok(Fact::Product { enabled: !detectors.is_empty() }),
            Err(error) => Err(error.into()),
        };
        [
            Seen { resource: "GuardDuty".to_owned(), about: "product enabled", fact: duty },
            Seen { resource: "Security Hub".to_owned(), about: "product enabled", fact: hub },
        ]
    }

    /// GuardDuty's detectors that are on.
    pub(super) async fn detectors(&self) -> PortResult<Vec<String>> {
        let client = aws_sdk_guardduty::Client::new(self.config());
        let found = client.list_detectors().send().await;
        let found = found.map_err(|error| port_error("list GuardDuty's detectors", &error))?;
        let mut on = Vec::new();
        for id in found.detector_ids() {
            let detector = client.get_detector().detector_id(id).send().await;
            let detector = detector.map_err(|error| port_error("describe GuardDuty's detector", &error))?;
            if detector.status().is_some_and(|status| status.as_str() == "ENABLED") {
                on.push(id.clone());
            }
        }
        Ok(on)
    }
}
