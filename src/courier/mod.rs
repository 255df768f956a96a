//! One mail out: takes due rows of the outbox by lease, sends each by itself, writes down what the server said.
//!
//! [`deliver`] is the loop over several ways out at once; `claims` keeps the leases of what is on its way, `attempt` is one
//! try, `record` what follows from it, [`schedule`] the rule for that;
//! [`pace`] is how much goes to one domain, [`servers`] which server takes it.

mod attempt;
mod claims;
pub mod deliver;
mod lines;
mod masked;
mod outcome;
pub mod pace;
mod record;
pub mod schedule;
pub mod servers;
pub mod smtp;
mod starttls;
mod stream;
pub mod transport;

pub use deliver::Pool;
pub use outcome::{Courier, SendOutcome};
pub use record::take_out;
pub use transport::Transport;
