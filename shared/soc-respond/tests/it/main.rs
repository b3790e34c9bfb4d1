//! Real calls of the SDK against moto, which `SOC_TEST_MOTO` names; without it these tests say so and pass. What the
//! sources call is compared with the list of permissions offline.

#[cfg(test)]
mod faults;
#[cfg(test)]
mod other_accounts;
#[cfg(test)]
mod permissions;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod round_trips;
#[cfg(test)]
mod wire;
#[cfg(test)]
mod world;
