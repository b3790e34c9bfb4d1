//! Real calls of the SDK against moto, which `SOC_TEST_MOTO` names; without it these tests say so and pass. What the
//! sources call is compared with the list of permissions offline.

mod faults;
mod other_accounts;
mod permissions;
mod protocol;
mod round_trips;
mod wire;
mod world;
