//! `postroom check`: whether what is stored makes sense together.

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use super::{Desk, output, trust};
use crate::ops::check;

/// `check`
#[derive(Debug, Args)]
pub struct Check {
    /// Instead: find out what can prove that a staff member's mail is theirs. Sends a forged mail to each mailbox through
    /// [outgoing.smtp], waits for it, looks at real mail of the staff, and says what `[trust]` may believe.
    #[arg(long)]
    trust: bool,
    /// The receiving server as it names itself in Authentication-Results; found in real mail where it is not given.
    #[arg(long, value_name = "NAME", requires = "trust")]
    authserv_id: Option<String>,
    /// How long to wait for a mail to arrive, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 120, requires = "trust")]
    wait: u64,
}

#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    faults: Vec<String>,
}

pub(super) async fn run(desk: &Desk, command: Check) -> anyhow::Result<ExitCode> {
    if command.trust {
        return trust::run(desk, command.authserv_id, Duration::from_secs(command.wait)).await;
    }
    let mut tx = desk.read().await?;
    let mut faults = check::set_up(&mut tx, &desk.config).await?;
    faults.extend(check::late(&mut tx, desk.clock.now()).await?);
    faults.extend(check::not_fetched(&mut tx).await?);
    faults.extend(check::faults(&mut tx).await?);
    drop(tx);
    let report = Report { ok: faults.is_empty(), faults };
    if desk.json {
        output::json(&report)?;
    } else if report.ok {
        output::print("All is well.\n")?;
    } else {
        output::print(&format!("{}\n", output::lines(&report.faults.join("\n"))))?;
    }
    Ok(if report.ok { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
