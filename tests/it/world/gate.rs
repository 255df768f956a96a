//! A door before a server that can be closed: connections through it end, and new ones are refused.

use std::sync::{Arc, Mutex};

use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A door before the server of a database.
pub(crate) struct Gate {
    /// The database's address through the door.
    pub(crate) url: String,
    address: String,
    server: String,
    passing: Arc<Mutex<Vec<JoinHandle<()>>>>,
}

impl Gate {
    /// An open door before the server in `url`.
    pub(crate) async fn before(url: &str) -> Self {
        let (head, rest) = url.split_once('@').unwrap();
        let (server, database) = rest.split_once('/').unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let gate =
            Self { url: format!("{head}@{address}/{database}"), address, server: server.to_owned(), passing: Arc::default() };
        gate.serve(listener);
        gate
    }

    /// `host:port` of the door.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    fn serve(&self, listener: TcpListener) {
        let (server, passing) = (self.server.clone(), Arc::clone(&self.passing));
        let listening = tokio::spawn(async move {
            while let Ok((mut inside, _)) = listener.accept().await {
                let server = server.clone();
                let pass = tokio::spawn(async move {
                    if let Ok(mut outside) = TcpStream::connect(server).await {
                        let _ = tokio::io::copy_bidirectional(&mut inside, &mut outside).await;
                    }
                });
                passing.lock().unwrap().push(pass);
            }
        });
        self.passing.lock().unwrap().push(listening);
    }

    /// Ends everything that goes through.
    pub(crate) fn close(&self) {
        self.passing.lock().unwrap().drain(..).for_each(|task| task.abort());
    }

    /// Lets through again.
    pub(crate) async fn open(&self) {
        for _ in 0..100 {
            if let Ok(listener) = TcpListener::bind(&self.address).await {
                return self.serve(listener);
            }
            tokio::task::yield_now().await;
        }
        panic!("{} is taken", self.address);
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.close();
    }
}
