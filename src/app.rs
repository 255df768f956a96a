//! Builds everything, supervises the tasks, and stops in two stages.
//!
//! First signal: finish the mail at hand, at most ten seconds. Second signal, or the ten seconds: now. A task that ends
//! unasked stops the process with failure; nothing that was committed is lost by it.

use std::fs::File;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use axum::Router;
use axum::extract::{Extension, State};
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::config::{self, Config};
use crate::courier::{self, Courier, Pool};
use crate::desk::project::ProjectKind;
use crate::intake::{self, Intake};
use crate::ops::check::machine;
use crate::ops::{lock, opening};
use crate::reader::Readers;
use crate::store::{Dialect, Store, Trouble, lease, outbox, projects};
use crate::time::{Clock, Rng};
use crate::web::assets::Assets;
use crate::web::page::PageError;
use crate::web::portal::Portal;
use crate::web::routes::Routes;
use crate::web::serve::{self, Rules, descriptors};
use crate::web::upload::Uploads;
use crate::web::{self, Web, headers};
use crate::{acts, mailbox, office, portal};

/// How long the mail at hand may take after the first signal.
const GRACE: Duration = Duration::from_secs(10);

/// A desk at work.
#[derive(Debug)]
pub struct App {
    store: Store,
    tasks: JoinSet<&'static str>,
    stop: CancellationToken,
    // Held as long as the desk is at work.
    _lock: Option<File>,
}

impl App {
    /// Opens the desk and starts fetching, deciding and sending.
    ///
    /// # Errors
    /// When the database is not there, another process has it, or the set-up is incomplete.
    pub async fn start(config: Config, clock: Clock, rng: Rng, readers: Readers) -> anyhow::Result<Self> {
        opening::look(&config)?;
        for finding in machine::permissions(&config) {
            tracing::warn!("{}: {}", finding.words, finding.remedy);
        }
        let open_files = descriptors::raise();
        let lock = lock::take(&config).await?;
        let store = opening::wait(&config).await?;
        while let Err(error) = make_ready(&store, &config, &rng).await {
            if !Trouble::within(&error).is_some_and(Trouble::lasts) {
                return Err(error);
            }
            // Said by the store. A restart would find the same.
            store.well().await;
        }
        let config = Arc::new(config);
        let stop = CancellationToken::new();
        let mut tasks = JoinSet::new();
        for mailbox in &config.mailboxes {
            let fetch = mailbox::InboxWriter {
                store: store.clone(),
                clock: clock.clone(),
                rng: rng.clone(),
                largest: config.limits.raw_bytes,
            };
            let (mailbox, stop) = (mailbox.clone(), stop.clone());
            tasks.spawn(async move {
                mailbox::run(mailbox, fetch, stop).await;
                "a mailbox"
            });
        }
        let records = intake::facts::dkim::Records::system();
        let intake = Intake {
            store: store.clone(),
            config: Arc::clone(&config),
            clock: clock.clone(),
            rng: rng.clone(),
            readers: readers.clone(),
            records,
        };
        let deciding = intake::run(intake, stop.clone());
        tasks.spawn(async move {
            deciding.await;
            "the intake"
        });
        if let Some(web) = config.web.clone() {
            let rules = rules(&config, &web, open_files);
            let listener = tokio::net::TcpListener::bind(web.listen).await.with_context(|| {
                format!("web.listen = \"{}\" could not be listened on; is another program there?", web.listen)
            })?;
            let assets = Arc::new(Assets::new(&config.face));
            let web = Web {
                store: store.clone(),
                config: Arc::clone(&config),
                clock: clock.clone(),
                rng: rng.clone(),
                readers,
                assets,
            };
            tracing::info!("pages: {} on {}", web.base_url(), listener.local_addr()?);
            let (router, stop) = (pages(web), stop.clone());
            tasks.spawn(async move {
                serve::serve(listener, router, rules, stop).await;
                "the pages"
            });
        }
        let courier = Courier { store: store.clone(), config, clock, rng };
        let sending = courier::deliver::run(Pool::new(courier), stop.clone());
        tasks.spawn(async move {
            sending.await;
            "the courier"
        });
        Ok(Self { store, tasks, stop, _lock: lock })
    }

    /// The desk's database.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Works until a signal comes.
    ///
    /// # Errors
    /// When a task ended unasked.
    pub async fn until_signalled(mut self) -> anyhow::Result<()> {
        let (mut interrupt, mut terminate) = signals()?;
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
            ended = self.tasks.join_next() => {
                let who = ended.transpose().ok().flatten().unwrap_or("a task");
                self.stop.cancel();
                bail!("{who} ended unasked; start the desk again, nothing is lost");
            }
        }
        tracing::info!("stopping: the mail at hand is finished");
        tokio::select! {
            () = self.finish() => {}
            _ = interrupt.recv() => tracing::warn!("stopping now"),
            _ = terminate.recv() => tracing::warn!("stopping now"),
        }
        Ok(())
    }

    /// Stops softly: every task finishes its step, at most ten seconds.
    pub async fn finish(&mut self) {
        self.stop.cancel();
        let all = async { while self.tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, all).await.is_err() {
            tracing::warn!("stopping: a task did not finish in time");
            self.tasks.abort_all();
        }
        self.store.close().await;
    }
}

/// The staff's pages, and what all pages look like.
fn office_and_assets() -> Routes<Web> {
    office::routes().route("/assets/{file}", get(asset))
}

/// The addresses of all pages of a desk, the guests' and the staff's, as the router reads them.
#[must_use]
pub fn paths() -> Vec<&'static str> {
    [portal::routes().paths(), office_and_assets().paths()].concat()
}

/// A stylesheet, a script or a picture of the pages.
async fn asset(State(web): State<Web>, uri: axum::http::Uri) -> Result<axum::response::Response, web::page::PageError> {
    web.assets.at(uri.path()).ok_or(web::page::PageError::Missing)
}

/// What answers for them.
pub fn pages(web: Web) -> Router {
    let guests = portal::routes().with(Portal::new(web.clone()));
    let pages = office_and_assets().with(web.clone()).merge(guests).fallback(async || PageError::Missing);
    // Around the whole router: what it adds by itself, such as the methods that a path takes, is overwritten, too.
    let uploads = Uploads::new(&web.config.database.url);
    Router::new().fallback_service(pages).layer(Extension(uploads)).layer(from_fn_with_state(web, headers::finish))
}

/// Serves a desk until a signal comes.
///
/// # Errors
/// As [`App::start`] and [`App::until_signalled`].
pub async fn serve(config: Config, clock: Clock, rng: Rng) -> anyhow::Result<()> {
    let mailboxes = config.mailboxes.iter().map(|mailbox| mailbox.address.as_str()).collect::<Vec<_>>().join(", ");
    let readers = Readers::of_this_program(config.limits.raw_bytes);
    let app = App::start(config, clock, rng, readers).await?;
    // What each of them finds is said by itself: until then nothing is known to work.
    tracing::info!("the desk has started, and looks for mail to {mailboxes}");
    app.until_signalled().await
}

/// How visitors are served where so many files may be open.
fn rules(config: &Config, web: &config::Web, open_files: usize) -> Rules {
    let connections = descriptors::connections(open_files, web.connections, config.mailboxes.len());
    if connections < web.connections {
        tracing::warn!(
            "only {connections} of {} connections (web.connections) are served: the system lets this process have {open_files} \
             files open, and mail comes first; raise it (LimitNOFILE= of a systemd unit, `ulimit -n`)",
            web.connections
        );
    }
    Rules::of(web, connections)
}

/// What has to be done once before the tasks begin.
async fn make_ready(store: &Store, config: &Config, rng: &Rng) -> anyhow::Result<()> {
    receptions(store, config).await?;
    if store.dialect() == Dialect::Sqlite {
        let free = store.write(|tx| {
            Box::pin(async move {
                outbox::free_all(tx).await?;
                intake::after_a_crash(tx).await?;
                Ok(lease::free_all(tx).await?)
            })
        });
        free.await?;
    }
    let dice = rng.clone();
    Ok(store.write(move |tx| Box::pin(async move { acts::index_what_is_missing(tx, &dice).await })).await?)
}

/// Every mailbox needs its reception, or strangers' mail could not become tickets.
async fn receptions(store: &Store, config: &Config) -> anyhow::Result<()> {
    let mut tx = store.read().await?;
    for mailbox in &config.mailboxes {
        let project = projects::by_key(&mut tx, &mailbox.reception).await?;
        if project.is_none_or(|project| project.kind != ProjectKind::Reception) {
            bail!(
                "mailbox `{}` names `{key}` as its reception, and there is no reception project of that key\n  \
                 Add it: postroom project add {key} Reception --kind reception --staff ADDRESS",
                mailbox.name,
                key = mailbox.reception
            );
        }
    }
    Ok(())
}

fn signals() -> anyhow::Result<(tokio::signal::unix::Signal, tokio::signal::unix::Signal)> {
    use tokio::signal::unix::{SignalKind, signal};
    Ok((signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?))
}
